"""Google's side as a real HTTP server: it checks the assertion's signature and its own access tokens."""

import json
from contextlib import contextmanager
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.web import serving

PROJECT, EMAIL = "mwork-test", "push@mwork-test.iam.gserviceaccount.com"


class Firebase:
    """`sent` are the messages that were accepted; `dead` tokens are unregistered, `answers` come before all else."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.sent: list[dict] = []
        self.dead: set[str] = set()
        self.answers: list[tuple[int, dict]] = []
        self.access: list[str] = []
        self.address = ""

    def settings(self) -> dict:
        """What FCM_CREDENTIALS would make of this service account."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "project_id": PROJECT,
            "client_email": EMAIL,
            "private_key": key.decode(),
            "token_uri": f"{self.address}/token",
            "service_url": self.address,
        }

    def answer(self, path: str, headers, body: bytes) -> tuple[int, dict]:
        if path == "/token":
            return self._token(parse_qs(body.decode()))
        if path != f"/v1/projects/{PROJECT}/messages:send":
            return 404, {}
        if not self.access or headers["Authorization"] != f"Bearer {self.access[-1]}":
            return 401, error("UNAUTHENTICATED")
        if self.answers:
            return self.answers.pop(0)
        message = json.loads(body)["message"]
        if message["token"] in self.dead:
            return 404, error("NOT_FOUND", "UNREGISTERED")
        self.sent.append(message)
        return 200, {"name": f"projects/{PROJECT}/messages/{len(self.sent)}"}

    def _token(self, form: dict) -> tuple[int, dict]:
        claims = jwt.decode(
            form["assertion"][0], self.key.public_key(), ["RS256"], audience=f"{self.address}/token", issuer=EMAIL
        )
        if claims["scope"] != "https://www.googleapis.com/auth/firebase.messaging":
            return 400, {"error": "invalid_scope"}
        self.access.append(f"ya29.{len(self.access)}")
        return 200, {"access_token": self.access[-1], "expires_in": 3599, "token_type": "Bearer"}


def error(status: str, code: str = "") -> dict:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    return {"error": {"status": status, "message": "…", "details": details}}


@contextmanager
def server():
    firebase = Firebase()
    with serving(firebase.answer) as firebase.address:
        yield firebase
