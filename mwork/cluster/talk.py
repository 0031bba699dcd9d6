"""A chat across processes: two people on two socket servers hear what is said over either, and over HTTP."""

import contextlib
import json
import secrets
import time
from pathlib import Path

from websockets.sync.client import ClientConnection

from mwork.cluster.people import Person, Unexpected

HEARD_IN = 15  # seconds


def open_room(first: Person, second: Person) -> str:
    """The id of a room of the two."""
    return first.call("POST", "/chat/rooms", {"participant_id": second.user_id}, 201)["room"]["id"]


def talk(first: Person, second: Person, room_id: str, access_log: Path) -> int:
    """Say something in each of four ways, each heard live by the other; how many. Raises Unexpected."""
    ids = [secrets.token_hex(8) for _ in range(2)]
    path, said = f"/chat/rooms/{room_id}/messages", 0
    with first.socket(ids[0]) as one, second.socket(ids[1]) as other:
        wait_for(one, type="ready"), wait_for(other, type="ready")
        for speaker, here, there in ((first, one, other), (second, other, one)):
            for over_http in (True, False):
                words = {"content": f"слово {said + 1}", "client_id": f"talk-{said}"}
                if over_http:
                    speaker.call("POST", path, words, 201)
                    wait_for(here, type="message", room_id=room_id)
                else:
                    here.send(json.dumps({"type": "message", "room_id": room_id, **words}))
                    wait_for(here, type="ack", client_id=words["client_id"])
                said += 1
                heard = wait_for(there, type="message", room_id=room_id)["message"]
                if (heard["seq"], heard["content"]) != (said, words["content"]):
                    raise Unexpected(f"message {said} came as {heard}")
    servers = _servers_of(ids, access_log)
    if len(servers) != 2:
        raise Unexpected(f"both sockets were on {servers}: nothing was said across processes")
    return said


def wait_for(socket: ClientConnection, **wanted: str) -> dict:
    """The next event with these values. Raises Unexpected when none comes."""
    deadline = time.monotonic() + HEARD_IN
    with contextlib.suppress(TimeoutError):
        while (left := deadline - time.monotonic()) > 0:
            event = json.loads(socket.recv(left))
            if wanted.items() <= event.items():
                return event
    raise Unexpected(f"no event with {wanted} came within {HEARD_IN} s")


def _servers_of(request_ids: list[str], access_log: Path) -> set[str]:
    """The servers that the proxy gave these requests to; it writes that down when they are over."""
    deadline = time.monotonic() + HEARD_IN
    while time.monotonic() < deadline:
        lines = [json.loads(line) for line in access_log.read_text().splitlines()]
        found = [line["server"] for line in lines if line["request_id"] in request_ids and line["path"] == "/ws"]
        if len(found) == len(request_ids):
            return set(found)
        time.sleep(0.1)
    raise Unexpected("the proxy's log does not tell of both sockets")
