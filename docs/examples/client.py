"""A client of MWork: signs in, finds castings, answers one, chats, and catches up after a break.

    python client.py http://127.0.0.1:8000 model@demo.mwork.kz Altyn-Kyran-7

Needs requests and websockets. Copy what you need; docs/chat.md says what a chat client must keep.
"""

import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from websockets.sync.client import connect


class Refused(Exception):
    """The server refused a request; `error` has its code, message and often details."""

    def __init__(self, error: dict):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.error = error["code"], error


class Client:
    """The REST API. A token that has run out is renewed on the way."""

    def __init__(self, url: str):
        self.url, self.http = url, requests.Session()
        self.refresh_token = ""

    def sign_in(self, email: str, password: str) -> dict:
        data = self._send("POST", "/auth/login", {"email": email, "password": password})
        self.refresh_token = data["refresh_token"]
        self.use(data["access_token"])
        return data["user"]

    def refresh(self) -> None:
        self.use("")
        self.use(self._send("POST", "/auth/refresh", {"refresh_token": self.refresh_token})["access_token"])

    def use(self, access_token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {access_token}" if access_token else None

    def call(self, method: str, path: str, body: dict | None = None, **query) -> dict:
        """The answer's `data`. Raises Refused."""
        try:
            return self._send(method, path, body, query)
        except Refused as refusal:
            if refusal.code != "INVALID_TOKEN":
                raise
        self.refresh()
        return self._send(method, path, body, query)

    def _send(self, method: str, path: str, body: dict | None = None, query: dict | None = None) -> dict:
        answer = self.http.request(method, f"{self.url}/api/v1{path}", json=body, params=query, timeout=30)
        if answer.status_code == 429:  # too many requests: it says how long to wait
            time.sleep(int(answer.headers["Retry-After"]))
            return self._send(method, path, body, query)
        if answer.status_code == 204:
            return {}
        content = answer.json()
        if content["status"] == "error":
            raise Refused(content["error"])
        return content.get("data", {})


class Chat:
    """The socket, and what must outlive it: how far each room is known, and what was said but not acknowledged."""

    def __init__(self, client: Client):
        self.client, self.socket = client, None
        self.known: Counter[str] = Counter()  # room → the number up to which nothing is missing
        self.outbox: dict[str, dict] = {}  # client_id → the frame
        self.messages: list[dict] = []

    @contextmanager
    def online(self) -> Iterator[None]:
        """The socket is open for the block."""
        ticket = self.client.call("POST", "/ws/ticket")["ticket"]["ticket"]
        try:
            with connect(f"{self.client.url.replace('http', 'ws', 1)}/ws?ticket={ticket}") as self.socket:
                yield
        finally:
            self.socket = None

    def say(self, room_id: str, content: str) -> None:
        """At once, or when the socket is open again. The client_id makes it safe to send twice."""
        client_id = uuid.uuid4().hex
        frame = {"type": "message", "room_id": room_id, "content": content, "client_id": client_id}
        self.outbox[client_id] = frame
        if self.socket:
            self._send(frame)

    def listen(self, until: Callable[[], bool]) -> None:
        """Take what comes until this is true. Raises TimeoutError when nothing comes for 30 seconds."""
        while not until():
            self._take(json.loads(self.socket.recv(timeout=30)))

    def _send(self, frame: dict) -> None:
        self.socket.send(json.dumps(frame))

    def _take(self, event: dict) -> None:
        match event["type"]:
            case "ready":
                self._catch_up()
            case "ack":
                self.outbox.pop(event["client_id"], None)
                self._keep(event["message"])
            case "message":
                self._keep(event["message"])
            case "sync":
                for message in event["messages"]:
                    self._keep(message)
                if event["has_more"]:
                    self._sync(event["room_id"])
            case "error":
                self.outbox.pop(event.get("client_id"), None)
                raise Refused(event)

    def _catch_up(self) -> None:
        """Ask for what was missed, and say again what was not acknowledged."""
        for room in self.client.call("GET", "/chat/rooms", limit=100)["rooms"]:
            if room["last_seq"] > self.known[room["id"]]:
                self._sync(room["id"])
        for frame in self.outbox.values():
            self._send(frame)

    def _sync(self, room_id: str) -> None:
        self._send({"type": "sync", "rooms": {room_id: self.known[room_id]}})

    def _keep(self, message: dict) -> None:
        """The next number goes on, a smaller one is known already, a greater one tells of a gap."""
        room_id = message["room_id"]
        if message["seq"] == self.known[room_id] + 1:
            self.known[room_id] = message["seq"]
            self.messages.append(message)
        elif message["seq"] > self.known[room_id] + 1:
            self._sync(room_id)


def answer_a_casting(client: Client) -> None:
    castings = client.call("GET", "/castings", city="Almaty", sort="newest", limit=50)["castings"]
    print(f"found {len(castings)} castings")
    for casting in castings:
        if casting["my_response"]:
            continue
        try:
            body = {"message": "Здравствуйте! Свободна в эту дату."}
            response = client.call("POST", f"/castings/{casting['id']}/responses", body)["response"]
            print(f"answered {casting['title']}: {response['status']}")
            return
        except Refused as refusal:
            print(f"cannot answer {casting['title']}: {refusal.code}")
            if refusal.code != "REQUIREMENTS_NOT_MET":
                return


def talk(client: Client) -> None:
    room = client.call("GET", "/chat/rooms")["rooms"][0]
    chat = Chat(client)
    with chat.online():
        chat.listen(lambda: chat.known[room["id"]] >= room["last_seq"])
        print(f"read the room up to {chat.known[room['id']]}")
        chat.say(room["id"], "Добрый день!")
        chat.listen(lambda: not chat.outbox)
        print(f"acknowledged: {chat.known[room['id']]}")

    # The line has broken; meanwhile she writes on another device, and on this one.
    elsewhere = client.call("POST", f"/chat/rooms/{room['id']}/messages", {"content": "С другого телефона"})["message"]
    chat.say(room["id"], "Из тоннеля")
    with chat.online():
        chat.listen(lambda: not chat.outbox and chat.known[room["id"]] > elsewhere["seq"])
    for message in chat.messages[-2:]:
        print(f"after the break: {message['seq']} {message['content']}")


def main(url: str, email: str, password: str) -> None:
    client = Client(url)
    print(f"signed in as {client.sign_in(email, password)['role']}")
    answer_a_casting(client)
    talk(client)
    client.use("a token that has run out")
    print(f"renewed the token of {client.call('GET', '/auth/me')['user']['email']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
