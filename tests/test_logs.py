"""What a live server says of itself while people sign in, talk and pay: enough to follow a request, and no secret."""

import contextlib
import json
import logging
import sys

import pytest
import requests
from django.db import connection

from accounts import tokens
from accounts.models import EmailToken, Purpose, User
from mwork import logs
from tests import factories, leaks, live, pictures
from tests.fakes import robokassa, sentry
from tests.test_monitoring import figures

PASSWORD, NEW_PASSWORD, METRICS = "Sunqar-8-qanat", "Burkit-9-qanat", "scrape-" + "t" * 32
MERCHANT = {
    "ROBOKASSA_MERCHANT_LOGIN": robokassa.LOGIN,
    "ROBOKASSA_PASSWORD_1": robokassa.PASSWORD_1,
    "ROBOKASSA_PASSWORD_2": robokassa.PASSWORD_2,
}
NOTICE = robokassa.notice(1, "990.000000")
EMAIL = "aru@example.kz"


class Story:
    """A person's way through the server, and every secret that was used on it."""

    def __init__(self, server):
        self.server, self.secrets = server, [PASSWORD, NEW_PASSWORD, METRICS, NOTICE["SignatureValue"]]
        self.session = requests.Session()

    def send(self, method: str, path: str, status: int, **options) -> requests.Response:
        answer = self.session.request(method, f"{self.server.url}{path}", timeout=live.PATIENCE, **options)
        assert answer.status_code == status, answer.text
        return answer

    def post(self, path: str, status: int = 200, **body) -> dict:
        return self.send("POST", f"/api/v1{path}", status, json=body).json().get("data", {})

    def keep(self, *secrets: str) -> str:
        """Remember them; the first is given back."""
        self.secrets += secrets
        return secrets[0]

    def signed_in(self, answer: dict) -> dict:
        self.keep(*(text for name, text in answer.items() if name.endswith("_token")))
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return answer

    def tell(self) -> None:
        self.post("/auth/register", 201, email=EMAIL, password=PASSWORD, role="model")
        answer = self.signed_in(self.post("/auth/login", email=EMAIL, password=PASSWORD))
        answer = self.signed_in(self.post("/auth/refresh", refresh_token=answer["refresh_token"], rotate=True))
        self.send("GET", "/api/v1/auth/me", 200, headers={"X-Request-ID": "followed"})
        self.send("GET", f"/api/v1/auth/me?token={answer['access_token']}", 200)
        self.socket(f"?token={answer['access_token']}")
        self.socket(f"?ticket={self.keep(self.post('/ws/ticket', 201)['ticket']['ticket'])}")
        factories.model(person=User.objects.get())
        file = {"file": ("me.jpg", pictures.save(pictures.corners(640, 640), "JPEG"))}
        self.send("POST", "/api/v1/upload", 201, files=file, data={"entityType": "model", "usage": "avatar"})
        self.send("GET", f"/files/{self.keep('c2VjcmV0:' + 'k' * 43)}", 404)
        self.forget_the_password()
        self.send("POST", "/webhooks/robokassa/result", 400, data=NOTICE)
        self.send("GET", "/metrics", 401)
        self.send("POST", "/admin/login/", 403, data={"username": EMAIL, "password": NEW_PASSWORD})

    def forget_the_password(self) -> None:
        self.post("/auth/password/forgot", email=EMAIL)
        letter = EmailToken.objects.get(purpose=Purpose.RESET_PASSWORD)
        token = self.keep(tokens.sign_letter(letter))
        self.send("GET", f"/reset-password?token={token}", 200)
        self.post("/auth/password/reset", token=token, password=NEW_PASSWORD)
        del self.session.headers["Authorization"]  # every session has ended
        self.post("/auth/login", 401, email=EMAIL, password=PASSWORD)
        self.signed_in(self.post("/auth/login", email=EMAIL, password=NEW_PASSWORD))

    def socket(self, query: str) -> None:
        with live.Socket(self.server, query) as socket:
            socket.wait_for("ready")
            answer = requests.get(
                f"{self.server.url}/metrics", headers={"Authorization": f"Bearer {METRICS}"}, timeout=live.PATIENCE
            )
            found = figures(answer.text)
            assert found["mwork_sockets_open",] == 1
            assert found["mwork_http_requests_total", "POST", "api/v1/auth/refresh", "200"] == 1

    def break_something(self) -> None:
        """A request that fails inside, with a secret in its query and its headers."""
        with broken_castings():
            self.send("GET", f"/api/v1/castings?search={self.keep('hush-hush-hush')}", 500)


def test_an_error_is_told_without_the_people_in_it():
    text = "a duplicate key value\nDETAIL:  Key (phone)=(+77011234567) already exists.\nto aru@example.kz"
    record = logging.LogRecord("mwork", logging.ERROR, "", 0, "refused by <%s>", ("dana.k@mail.example.kz",), None)
    record.request_id = "-"
    try:
        raise ValueError(text)
    except ValueError:
        record.exc_info = sys.exc_info()

    for line in (logs.TextFormatter().format(record), json.loads(logs.JsonFormatter().format(record))):
        told = line if isinstance(line, str) else f"{line['message']}\n{line['exception']}"
        assert "refused by <(address)>" in told
        assert "DETAIL: left out\nto (address)" in told
        assert "+7701" not in told


@contextlib.contextmanager
def broken_castings():
    """The table lacks a column for the block."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE castings_casting RENAME COLUMN title TO headline")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE castings_casting RENAME COLUMN headline TO title")


@pytest.mark.django_db(transaction=True)
def test_a_story_can_be_followed_in_the_logs_and_in_sentry_and_gives_no_secret_away(plans, tmp_path):
    with sentry.serving() as (dsn, events):
        variables = {"LOG_FORMAT": "json", "METRICS_TOKEN": METRICS, "SENTRY_DSN": dsn, **MERCHANT}
        with live.server(tmp_path / "web.log", **variables) as server:
            story = Story(server)
            story.tell()
            story.break_something()
            event = events.get(timeout=live.PATIENCE)
    log = server.log.read_text()

    for secret in story.secrets:
        assert secret not in log
        assert secret not in json.dumps(event)
    assert leaks.leak(log) is None
    assert EMAIL not in log

    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    (followed,) = [line for line in lines if line["request_id"] == "followed"]
    assert followed["ms"] > 0
    assert {key: followed[key] for key in ("logger", "level", "method", "route", "status", "user")} == {
        "logger": "mwork.access",
        "level": "INFO",
        "method": "GET",
        "route": "api/v1/auth/me",
        "status": 200,
        "user": str(EmailToken.objects.first().user_id),
    }
    assert [line["message"] for line in lines if "socket" in line] == ["socket connected", "socket disconnected"] * 2
    (broken,) = [line for line in lines if "exception" in line]
    assert "UndefinedColumn" in broken["exception"]
    assert event["request"] == {"method": "GET", "url": "/api/v1/castings"}
    assert event["exception"]["values"][-1]["type"] == "ProgrammingError"
    assert event["tags"]["request_id"] == broken["request_id"]
    assert "user" not in event


@pytest.mark.parametrize(
    "secret", [factories.PASSWORD, "eyJhbGciOiJI.eyJ0b2tlbl90.c2lnbmF0dXJlLXNpZ25hdHVyZQ", f"IjAxOTl4eXoi:{'s' * 43}"]
)
def test_the_net_under_the_suite_catches_a_logged_secret(secret):
    logging.getLogger("anywhere").warning("refused: %s", secret)

    (told,), leaks.found = leaks.found, []
    assert told.startswith(f"anywhere logged {secret!r}")
