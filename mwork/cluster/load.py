"""The load under which servers are restarted: readers, writers and sockets, each of which notes every failure.

Nobody here sends a request a second time: what a client would have to mend is a failure. Only sockets come back, as
docs/chat.md asks of them: with `sync`, and with what was not acknowledged.
"""

import http.client
import json
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection

from mwork.cluster.people import Person, Unexpected

PAUSE = 0.1  # seconds between two requests of one client: a load, not a flood
CAUGHT_UP_IN = 20  # seconds after the end
READING, OVER_HTTP, OVER_SOCKETS = "reads", "messages over HTTP", "messages over sockets"
READS = ("/castings?limit=5", "/profiles/models?gender=female&limit=5", "/chat/rooms", "/auth/me")


@dataclass
class Notes:
    """What all clients saw: seconds of each answer by kind, failures in words, and messages acknowledged."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)  # client_id: seq
    breaks: list[int | None] = field(default_factory=list)  # close codes of sockets that ended under us

    def row(self, kind: str) -> tuple[str, int, int, float, float]:
        """Kind, answers, failures, and milliseconds: the median and the 99th percentile."""
        seconds = sorted(self.seconds[kind])
        failed = sum(failure.startswith(kind) for failure in self.failures)
        if len(seconds) < 2:
            return kind, len(seconds), failed, 0.0, 0.0
        return (
            kind,
            len(seconds),
            failed,
            statistics.median(seconds) * 1e3,
            statistics.quantiles(seconds, n=100)[98] * 1e3,
        )


class Load:
    """Runs for the block; afterwards `notes` holds what was seen, and `listeners` what each of them heard."""

    def __init__(self, people: list[Person], room_id: str):
        self.notes, self.room_id = Notes(), room_id
        self.is_quiet = threading.Event()  # nobody says anything new
        self.is_over = threading.Event()  # and nothing is under way any more
        self.listeners = [Listener(person.again(), self) for person in people]
        self._listening = [threading.Thread(target=listener.run, daemon=True) for listener in self.listeners]
        acts = [partial(act, person.again()) for person in people for act in (self._read, self._write)]
        self._asking = [threading.Thread(target=act, daemon=True) for act in acts]

    def __enter__(self) -> Self:
        for thread in self._listening + self._asking:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Nobody asks any more; then the listeners have CAUGHT_UP_IN seconds to hear what they have not heard."""
        self.is_quiet.set()
        for thread in self._asking:
            thread.join()
        self.is_over.set()
        for thread in self._listening:
            thread.join()

    def _read(self, person: Person) -> None:
        turn = 0
        while not self.is_quiet.wait(PAUSE):
            self._ask(READING, person, "GET", READS[turn % len(READS)], 200)
            turn += 1

    def _write(self, person: Person) -> None:
        turn = 0
        while not self.is_quiet.wait(PAUSE):
            turn += 1
            client_id = f"http-{person.user_id}-{turn}"
            body = {"content": f"сообщение {turn}", "client_id": client_id}
            path = f"/chat/rooms/{self.room_id}/messages"
            headers = {"Idempotency-Key": client_id}
            answer = self._ask(OVER_HTTP, person, "POST", path, 201, body, **headers)
            if answer:
                self.notes.acknowledged[client_id] = answer["data"]["message"]["seq"]

    def _ask(
        self, kind: str, person: Person, method: str, path: str, wanted: int, body: dict | None = None, **headers: str
    ) -> dict | None:
        """The answer; None, and a failure noted, when there is none or it has another status."""
        began = time.monotonic()
        try:
            status, answer = person.ask(method, f"/api/v1{path}", body, **headers)
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.notes.failures.append(f"{kind}: {method} {path}: {error!r}")
            return None
        self.notes.seconds[kind].append(time.monotonic() - began)
        if status != wanted:
            self.notes.failures.append(f"{kind}: {method} {path}: {status} {json.dumps(answer)[:300]}")
            return None
        return answer


class Listener:
    """A client of the socket: says something now and then, keeps it until it is acknowledged, and misses nothing."""

    def __init__(self, person: Person, load: Load):
        self._person, self._load, self._notes = person, load, load.notes
        self.known: dict[int, str] = {}  # seq: client_id, of all that was heard
        self._last = 0
        self.outbox: dict[str, float] = {}  # client_id: when it was first said, of what is not acknowledged
        self._turn = 0
        self._give_up = float("inf")

    def run(self) -> None:
        """Until the load is over and everything that was said has been acknowledged and heard."""
        while not self._is_done():
            try:
                with self._person.socket() as socket:
                    self._stay(socket)
            except ConnectionClosed as end:
                self._notes.breaks.append(end.rcvd.code if end.rcvd else None)
            except (OSError, ValueError, http.client.HTTPException, Unexpected, WebSocketException) as error:
                self._notes.failures.append(f"sockets: {error!r}")
                time.sleep(PAUSE)

    def _is_done(self) -> bool:
        if not self._load.is_over.is_set():
            return False
        self._give_up = min(self._give_up, time.monotonic() + CAUGHT_UP_IN)
        is_all_said = not any(listener.outbox for listener in self._load.listeners)
        has_all = is_all_said and self._last_without_gap() >= max([*self._notes.acknowledged.values()], default=0)
        return has_all or time.monotonic() > self._give_up

    def _last_without_gap(self) -> int:
        """The number up to which nothing is missing: what `sync` is asked with."""
        while self._last + 1 in self.known:
            self._last += 1
        return self._last

    def _stay(self, socket: ClientConnection) -> None:
        """Talk and listen until the socket ends (ConnectionClosed) or there is nothing left to wait for."""
        next_word = time.monotonic()
        while not self._is_done():
            if not self.outbox and time.monotonic() >= next_word and not self._load.is_quiet.is_set():
                self._turn += 1
                client_id = f"socket-{self._person.user_id}-{self._turn}"
                self.outbox[client_id] = time.monotonic()
                self._say(socket, client_id)
                next_word = time.monotonic() + PAUSE
            try:
                self._hear(socket, json.loads(socket.recv(timeout=PAUSE)))
            except TimeoutError:  # a gap that the next event closes is usual; one that stays is asked about
                if max(self.known, default=0) > self._last_without_gap() or self._load.is_over.is_set():
                    self._sync(socket)

    def _hear(self, socket: ClientConnection, event: dict) -> None:
        kind, message = event["type"], event.get("message")
        if kind == "ready":
            self._sync(socket)
            for client_id in self.outbox:
                self._say(socket, client_id)
        elif kind == "sync":
            self.known |= {message["seq"]: message["client_id"] for message in event["messages"]}
            if event["has_more"]:
                self._sync(socket)
        elif kind == "message":
            self.known[message["seq"]] = message["client_id"]
        elif kind == "ack":
            self.known[message["seq"]] = event["client_id"]
            self._notes.acknowledged[event["client_id"]] = message["seq"]
            if said := self.outbox.pop(event["client_id"], None):
                self._notes.seconds[OVER_SOCKETS].append(time.monotonic() - said)
        elif kind == "error":
            self._notes.failures.append(f"{OVER_SOCKETS}: {event}")

    def _say(self, socket: ClientConnection, client_id: str) -> None:
        body = {"content": f"сообщение {self._turn}", "client_id": client_id}
        socket.send(json.dumps({"type": "message", "room_id": self._load.room_id, **body}))

    def _sync(self, socket: ClientConnection) -> None:
        socket.send(json.dumps({"type": "sync", "rooms": {self._load.room_id: self._last_without_gap()}}))
