"""A person at the proxy: one connection for requests, and sockets."""

import http.client
import json
import secrets

from websockets.sync.client import ClientConnection, connect

PASSWORD = "Sunkar-9-kanat"  # noqa: S105  of accounts that end with the cluster
TIMEOUT = 30  # seconds for one answer


class Unexpected(Exception):
    """An answer that should not have come; the text says which."""


class Person:
    """Somebody signed in. One thread at a time, as there is one connection; `again()` gives another."""

    def __init__(self, port: int, email: str, token: str, user_id: str):
        self.port, self.email, self.token, self.user_id = port, email, token, user_id
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    @classmethod
    def join(cls, port: int, role: str) -> "Person":
        """A new account of this role, signed in."""
        person = cls(port, f"{role}-{secrets.token_hex(4)}@example.com", "", "")
        account = {"email": person.email, "password": PASSWORD}
        person.user_id = person.call("POST", "/auth/register", {**account, "role": role}, 201)["user"]["id"]
        person.token = person.call("POST", "/auth/login", account)["access_token"]
        return person

    def again(self) -> "Person":
        """The same person with a connection of her own."""
        return Person(self.port, self.email, self.token, self.user_id)

    def ask(self, method: str, path: str, body: dict | None = None, **headers: str) -> tuple[int, dict]:
        """The status and the JSON of the answer. Raises OSError or http.client.HTTPException when none comes."""
        sent = {"Accept": "application/json", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            self._line.request(method, path, None if body is None else json.dumps(body), sent)
            answer = self._line.getresponse()
            return answer.status, json.loads(answer.read())
        except BaseException:
            self._line.close()  # what is left of this answer is not the next one's
            raise

    def call(self, method: str, path: str, body: dict | None = None, status: int = 200) -> dict:
        """The data of an answer of the API. Raises Unexpected for another status."""
        found, answer = self.ask(method, f"/api/v1{path}", body)
        if found != status:
            raise Unexpected(f"{method} {path} answered {found}: {json.dumps(answer, ensure_ascii=False)[:500]}")
        return answer["data"]

    def socket(self, request_id: str = "") -> ClientConnection:
        """A socket, opened with a ticket as browsers do. Raises OSError or WebSocketException."""
        ticket = self.call("POST", "/ws/ticket", status=201)["ticket"]["ticket"]
        headers = {"X-Request-ID": request_id} if request_id else {}
        return connect(
            f"ws://127.0.0.1:{self.port}/ws?ticket={ticket}",
            additional_headers=headers,
            compression=None,
            open_timeout=TIMEOUT,
            close_timeout=2,
            proxy=None,
        )
