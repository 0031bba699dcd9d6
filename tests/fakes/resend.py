"""Resend's API as a real HTTP server: a repeat under the same idempotency key is answered and not sent again."""

import json
from contextlib import contextmanager

from tests.fakes.web import serving


class Resend:
    def __init__(self):
        self.letters: list[dict] = []
        self.keys: dict[str, str] = {}
        self.answers: list[tuple[int, dict]] = []
        self.address = ""

    def answer(self, path: str, headers, body: bytes) -> tuple[int, dict]:
        if path != "/emails" or headers["Authorization"] != "Bearer re_test":
            return 401, {"name": "invalid_api_key"}
        if self.answers:
            return self.answers.pop(0)
        key = headers["Idempotency-Key"]
        if key not in self.keys:
            self.keys[key] = f"id-{len(self.letters)}"
            self.letters.append(json.loads(body))
        return 200, {"id": self.keys[key]}


@contextmanager
def server():
    resend = Resend()
    with serving(resend.answer) as resend.address:
        yield resend
