"""The promise: what is acknowledged is stored for good, once, in order, and everybody gets all of it; whatever dies."""

import contextlib
import signal
import threading
import time
from collections import Counter

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from chat.models import Message
from tests import factories, live
from tests.conftest import Api, data

WRITERS, MESSAGES, ROOMS = 8, 50, 5
PATIENCE = 120  # seconds for the whole story


class Writer(threading.Thread):
    """Says its messages one by one, each until it is acknowledged, as docs/chat.md tells clients to."""

    def __init__(self, server, number, person, rooms, by_socket):
        super().__init__(daemon=True)
        self.server, self.number, self.rooms, self.by_socket = server, number, rooms, by_socket
        self.token = factories.access_token(person)
        self.acknowledged: dict[str, dict] = {}
        self.tries = 0
        self._socket = None

    def run(self):
        deadline = time.monotonic() + PATIENCE
        for n in range(MESSAGES):
            room = self.rooms[n % len(self.rooms)]
            client_id = f"{self.number}-{n}"
            while client_id not in self.acknowledged and time.monotonic() < deadline:
                self.tries += 1
                try:
                    message = (self._by_socket if self.by_socket else self._by_http)(str(room.id), client_id)
                except (OSError, requests.RequestException, ConnectionClosed, InvalidHandshake, TimeoutError):
                    self._hang_up()
                    time.sleep(0.1)
                else:
                    self.acknowledged[client_id] = message
        self._hang_up()

    def _by_http(self, room_id, client_id):
        answer = requests.post(
            f"{self.server.url}/api/v1/chat/rooms/{room_id}/messages",
            json={"content": f"сообщение {client_id}", "client_id": client_id},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=10,
        )
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["data"]["message"]

    def _by_socket(self, room_id, client_id):
        if self._socket is None:
            self._socket = live.Socket(self.server, f"?token={self.token}")
        content = f"сообщение {client_id}"
        self._socket.say(type="message", room_id=room_id, content=content, client_id=client_id)
        while True:
            event = self._socket.next(10)
            assert event["type"] != "error", event
            if event["type"] == "ack" and event["client_id"] == client_id:
                return event["message"]

    def _hang_up(self):
        if self._socket is not None:
            with contextlib.suppress(OSError, ConnectionClosed):
                self._socket.close()
        self._socket = None


@pytest.fixture
def mortal(transactional_db, plans, tmp_path):
    """A server that a test may kill."""
    one = live.Server(tmp_path / "web.log")
    one.start()
    yield one
    one.stop()


def acknowledged(writers) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def test_nothing_acknowledged_is_lost_or_doubled_though_the_server_is_killed_twice(mortal):
    employer = factories.pro(factories.employer().user)
    models = [factories.model().user for _ in range(ROOMS)]
    rooms = [factories.room(one=employer, other=model) for model in models]
    # Four write for the employer into every room, four for models into their own; half by sockets, half over HTTP.
    people = [(employer, rooms)] * 4 + [(model, [room]) for model, room in zip(models[:4], rooms, strict=False)]
    writers = [Writer(mortal, n, person, own, by_socket=n % 2 == 0) for n, (person, own) in enumerate(people)]
    for writer in writers:
        writer.start()
    everything = WRITERS * MESSAGES
    for share in (0.25, 0.6):
        while acknowledged(writers) < everything * share:
            assert any(writer.is_alive() for writer in writers)
            time.sleep(0.01)
        mortal.kill()
        mortal.start()
    for writer in writers:
        writer.join(PATIENCE)

    assert acknowledged(writers) == everything, mortal.log.read_text()[-3000:]
    told = {message["id"]: message for writer in writers for message in writer.acknowledged.values()}
    stored = {str(row.id): row for row in Message.objects.all()}
    assert set(told) == set(stored), "every acknowledged message is stored, and nothing else is"
    assert len(stored) == everything
    assert all((told[key]["seq"], told[key]["content"]) == (row.seq, row.content) for key, row in stored.items())
    print(f"{everything} messages in {sum(writer.tries for writer in writers)} tries")
    assert sum(writer.tries for writer in writers) > everything, "the kills must have cost somebody an answer"
    for room in rooms:
        complete = [(n, content) for n, content in enumerate(contents_of(room), start=1)]
        for reader in room.people:
            assert [(m["seq"], m["content"]) for m in everything_by_sync(mortal, reader, room)] == complete
    sent = Counter(f"сообщение {client_id}" for writer in writers for client_id in writer.acknowledged)
    assert Counter(row.content for row in stored.values()) == sent


def contents_of(room) -> list[str]:
    rows = list(room.messages.order_by("seq").values_list("seq", "content"))
    assert [seq for seq, _content in rows] == list(range(1, len(rows) + 1)), "numbers without a gap"
    return [content for _seq, content in rows]


def everything_by_sync(server, reader, room) -> list[dict]:
    """All messages of the room, as a client that was away from the beginning gets them."""
    messages, has_more = [], True
    with live.Socket(server, f"?token={factories.access_token(reader)}") as socket:
        while has_more:
            socket.say(type="sync", rooms={str(room.id): messages[-1]["seq"] if messages else 0})
            told = socket.wait_for("sync")
            messages, has_more = messages + told["messages"], told["has_more"]
    return messages


def test_a_room_shared_by_two_processes(server, tmp_path):
    room = factories.room()
    with (
        live.server(tmp_path / "second.log") as second,
        live.Socket(server, f"?token={factories.access_token(room.first)}") as one,
        live.Socket(second, f"?token={factories.access_token(room.second)}") as other,
    ):
        one.wait_for("presence", user_id=str(room.second.id), online=True)
        for n, (here, there) in enumerate([(one, other), (other, one)], start=1):
            here.say(type="message", room_id=str(room.id), content=f"{n}", client_id="a-1")
            ack = here.wait_for("ack")
            assert there.wait_for("message") == {
                "type": "message",
                "room_id": str(room.id),
                "message": ack["message"],
            }
        Api(room.first).post("/auth/logout")
    assert room.messages.count() == 2


def test_without_redis_everything_is_said_and_read_and_live_delivery_comes_back_by_itself(
    transactional_db, plans, tmp_path
):
    room = factories.room()
    tokens = [factories.access_token(person) for person in room.people]
    redis = live.SteadyRedis(tmp_path / "valkey").start()
    try:
        with (
            live.server(tmp_path / "web.log", REDIS_URL=redis.url) as server,
            live.Socket(server, f"?token={tokens[0]}") as one,
            live.Socket(server, f"?token={tokens[1]}") as other,
        ):
            say(one, room, "до")
            other.wait_for("message")

            redis.stop()
            say(one, room, "во время")
            assert by_http(server, tokens[1], room, "тоже") == 201
            with live.Socket(server, f"?token={tokens[1]}") as late:
                late.wait_for("ready")
                late.say(type="sync", rooms={str(room.id): 1})
                assert [message["content"] for message in late.wait_for("sync")["messages"]] == ["во время", "тоже"]
            assert [event for event in other.everything() if event["type"] == "message"] == []

            redis.start()
            other.wait_for("ready")  # something may have been missed: ask
            other.say(type="sync", rooms={str(room.id): 1})
            assert [message["seq"] for message in other.wait_for("sync")["messages"]] == [2, 3]
            say(one, room, "после")
            assert other.wait_for("message")["message"]["content"] == "после"
    finally:
        redis.stop()
    assert contents_of(room) == ["до", "во время", "тоже", "после"]


def say(socket, room, content) -> None:
    socket.say(type="message", room_id=str(room.id), content=content, client_id=content)
    assert socket.wait_for("ack")["client_id"] == content


def by_http(server, token, room, content) -> int:
    answer = requests.post(
        f"{server.url}/api/v1/chat/rooms/{room.id}/messages",
        json={"content": content},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return answer.status_code


def test_a_logout_without_redis_closes_the_socket_within_the_promise(transactional_db, plans, tmp_path):
    person = factories.user()
    client = Api(person)
    redis = live.SteadyRedis(tmp_path / "valkey").start()
    try:
        with live.server(tmp_path / "web.log", REDIS_URL=redis.url) as server:
            token = client._credentials["HTTP_AUTHORIZATION"].split()[1]
            with live.Socket(server, f"?token={token}") as socket:
                socket.wait_for("ready")
                redis.stop()
                header = {"Authorization": f"Bearer {token}"}
                assert requests.post(f"{server.url}/api/v1/auth/logout", headers=header, timeout=10).ok
                started = time.monotonic()
                assert socket.code_of_end()[0] == 4401
                assert time.monotonic() - started < 5
    finally:
        redis.stop()


def test_a_hanging_redis_holds_no_message_for_long(transactional_db, plans, tmp_path):
    """SIGSTOP: connections open, nobody answers."""
    room = factories.room()
    token = factories.access_token(room.first)
    redis = live.SteadyRedis(tmp_path / "valkey").start()
    try:
        with (
            live.server(tmp_path / "web.log", REDIS_URL=redis.url) as server,
            live.Socket(server, f"?token={token}") as socket,
        ):
            socket.wait_for("ready")
            redis.process.send_signal(signal.SIGSTOP)
            started = time.monotonic()
            for n in range(5):
                say(socket, room, f"{n}")
            assert time.monotonic() - started < 5, "asked once, then left alone"
            redis.process.send_signal(signal.SIGCONT)
            socket.wait_for("ready", timeout=20)
    finally:
        redis.process.send_signal(signal.SIGCONT)
        redis.stop()


def test_a_socket_that_is_quiet_for_long_lives(server):
    """Longer than any timeout of a Redis connection underneath."""
    room = factories.room()
    with (
        live.Socket(server, f"?token={factories.access_token(room.first)}") as one,
        live.Socket(server, f"?token={factories.access_token(room.second)}") as other,
    ):
        one.wait_for("presence")
        one.everything(quiet=12)
        said = data(Api(room.second).post(f"/chat/rooms/{room.id}/messages", {"content": "Ещё здесь?"}), 201)
        assert one.wait_for("message")["message"] == said["message"]
        assert other.wait_for("message")["message"] == said["message"]
