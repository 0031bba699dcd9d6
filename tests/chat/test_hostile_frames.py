"""Frames that no honest client sends, to a real server: an error event or a close code, and the process lives."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed

from chat.models import Message
from tests import factories, live
from tests.chat.conftest import enter

UNKNOWN = "00000000-0000-7000-8000-000000000000"
HOSTILE = {
    "not JSON": "{",
    "nothing": "",
    "a list": "[]",
    "a number": "1",
    "no type": "{}",
    "a type that is none": '{"type": "shout"}',
    "a type that is a list": '{"type": ["message"]}',
    "a type that is an attribute": '{"type": "__class__"}',
    "a null byte": json.dumps({"type": "ping", "x": "\x00"}),
    "a lone surrogate": '{"type": "ping", "x": "\\ud800"}',
    "not a number": '{"type": "read", "room_id": "{room}", "seq": NaN}',
    "deep nesting": '{"type": ' + "[" * 8000 + "]" * 8000 + "}",
    "deep objects": '{"a":' * 2000 + "1" + "}" * 2000,
    "bytes": b'{"type": "ping"}',
    "no bytes": b"",
    "nowhere": json.dumps({"type": "message", "content": "?"}),
    "a room that is none": json.dumps({"type": "message", "room_id": "x", "content": "?"}),
    "a room that is an object": json.dumps({"type": "message", "room_id": {}, "content": "?"}),
    "an unknown room": json.dumps({"type": "message", "room_id": UNKNOWN, "content": "?"}),
    "another's room": json.dumps({"type": "message", "room_id": "{foreign}", "content": "?"}),
    "typing in another's room": json.dumps({"type": "typing", "room_id": "{foreign}"}),
    "reading another's room": json.dumps({"type": "read", "room_id": "{foreign}"}),
    "nothing to say": json.dumps({"type": "message", "room_id": "{room}"}),
    "too much to say": json.dumps({"type": "message", "room_id": "{room}", "content": "x" * 4001}),
    "a number far too large": '{"type": "read", "room_id": "{room}", "seq": 1' + "0" * 5000 + "}",
    "a number below zero": json.dumps({"type": "sync", "rooms": {"{room}": -1}}),
    "101 rooms": json.dumps({"type": "sync", "rooms": {f"r{n}": 0 for n in range(101)}}),
    "rooms that are a list": json.dumps({"type": "sync", "rooms": ["{room}"]}),
}  # fmt: skip
CODES = {"nowhere": "VALIDATION_ERROR"} | dict.fromkeys(
    ("an unknown room", "another's room", "typing in another's room", "reading another's room"), "NOT_FOUND"
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_gets_an_error_and_the_socket_lives_on(server, room, name):
    foreign, frame = factories.room(), HOSTILE[name]
    if isinstance(frame, str):
        frame = frame.replace("{room}", str(room.id)).replace("{foreign}", str(foreign.id))
    with enter(server, room.first) as socket:
        socket.raw(frame)
        assert socket.next()["code"] == CODES.get(name, "VALIDATION_ERROR")
        socket.say(type="ping")
        assert socket.next() == {"type": "pong"}
    assert not Message.objects.exists()


@pytest.mark.parametrize(("kib", "pieces"), [(17, 1), (17, 20), (2048, 1), (2048, 20)])
def test_a_frame_of_17_kib_closes_with_1009_and_the_process_lives(server, room, kib, pieces):
    frame = json.dumps({"type": "ping", "x": "x" * kib * 1024})
    step = len(frame) // pieces + 1
    with enter(server, room.first) as socket, enter(server, room.second) as bystander:
        socket.raw([frame[n : n + step] for n in range(0, len(frame), step)] if pieces > 1 else frame)
        code, _said = socket.code_of_end()
        assert code == 1009
        bystander.say(type="ping")
        bystander.wait_for("pong")


def test_a_frame_of_16_kib_is_read(server, room):
    empty = len(json.dumps({"type": "ping", "x": ""}))
    with enter(server, room.first) as socket:
        socket.say(type="ping", x="x" * (16 * 1024 - empty))
        assert socket.next() == {"type": "pong"}


def test_whoever_sends_without_end_is_read_no_faster_than_answered_and_answered_whole(server, room):
    """600 large frames and many small ones, all of them heard, in bounded memory (mwork.serve says how)."""
    frame = json.dumps({"type": "read", "room_id": str(room.id), "seq": 0, "x": "y" * 15_000})
    with enter(server, room.first) as socket:
        for _ in range(600):
            socket.raw(frame)
        for _ in range(200):
            socket.say(type="ping")
        answers = [socket.next(60) for _ in range(200)]

    assert answers == [{"type": "pong"}] * 200


def ask_for(seconds: float, socket: live.Socket, frame: str) -> None:
    """Some twenty answers fill what the two systems and this client keep."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        socket.raw(frame)
        time.sleep(0.05)


def test_whoever_asks_and_never_reads_is_cut_off_and_the_process_lives(server, room):
    for _ in range(110):
        factories.message(to=room, by=room.first, content="ы" * 4000)
    asking = json.dumps({"type": "sync", "rooms": {str(room.id): 0}})
    query = f"?token={factories.access_token(room.first)}"
    with (
        live.Socket(server, query, max_queue=1, ping_interval=None) as socket,
        pytest.raises((ConnectionClosed, OSError)),
    ):
        ask_for(60, socket, asking)

    with enter(server, room.first) as socket:
        socket.say(type="ping")
        assert socket.wait_for("pong") == {"type": "pong"}
