"""`make demo`: the story of one casting over HTTP, with every answer checked.

An employer publishes, a model finds and answers, the employer decides. Needs a running server; exits 0 when all was
as the contract says, 1 otherwise.
"""

import argparse
import json
import os
import re
import secrets
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote

import requests

from mwork import running

LETTERS = Path(__file__).resolve().parent.parent / "var" / "emails"
LINK = re.compile(r"/verify-email\?token=(\S+)")
LETTER_SECONDS = 15  # within which a working background worker has sent a letter
PASSWORD = "Sunkar-9-kanat"  # noqa: S105  of accounts that this story makes and leaves
SHOWN_ITEMS, SHOWN_CHARACTERS, WIDTH = 2, 100, 112
MOST_WAITS = 3  # refusals for rate that one call may meet
COLOURS = {"step": "1", "request": "36", "good": "32", "bad": "31", "quiet": "2"}


class Mismatch(Exception):
    """An answer is not what the contract says."""


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m mwork.demo", description="A walk through the running API.")
    parser.add_argument("--url", help="of the server; by default that of this checkout's `make run`")
    asked = parser.parse_args().url
    published = running.environment()
    url = asked or f"http://127.0.0.1:{published.get('PORT', 8000)}"
    # Letters lie in var/emails only when that `make run` has no mail server to hand them to.
    letters = bool(published) and not asked and not {"RESEND_API_KEY", "EMAIL_URL"} & published.keys()
    story = Story(Api(url.rstrip("/")), letters)
    try:
        story.tell()
    except requests.RequestException as error:
        kind = type(error).__name__
        print(f"mwork: no answer from {url} ({kind}); does the server run? `make run` starts it", file=sys.stderr)
    except Mismatch as error:
        print(paint("bad", f"\nFailed at step {story.step}: {error}"), file=sys.stderr)
    else:
        print(paint("good", f"\nAll {story.number} steps went as the contract says."))
        return 0
    return 1


def expect(what: str, found: object, wanted: object) -> None:
    """Raise Mismatch unless the two are equal."""
    if found != wanted:
        raise Mismatch(f"{what} is {found!r} and should be {wanted!r}")


def expect_keys(what: str, found: dict, *names: str) -> None:
    """Raise Mismatch when one of the keys is missing."""
    if missing := [name for name in names if name not in found]:
        raise Mismatch(f"{what} lacks {', '.join(missing)}")


def expect_values(what: str, found: dict, wanted: dict) -> None:
    """Raise Mismatch unless each of these keys has its value."""
    expect_keys(what, found, *wanted)
    for name, value in wanted.items():
        expect(f"{what}.{name}", found[name], value)


def the_one(what: str, rows: list[dict], row_id: str) -> dict:
    """The row of this id; Mismatch when the list does not hold it exactly once."""
    found = [row for row in rows if row["id"] == row_id]
    expect(f"the number of times that {what} is in the list", len(found), 1)
    return found[0]


class Api:
    """The server, as a client sees it. Every call is printed with its answer, which must have the right envelope."""

    def __init__(self, url: str):
        self.url, self._session = url, requests.Session()

    def call(self, method: str, path: str, body: dict | None = None, *, status=200, code=None, **options) -> dict:
        """What the answer holds: `data` of a success, `error` of a refusal, which must have this code.

        Raises Mismatch for another status or a broken envelope. `options` are those of `_patient`.
        """
        answer = self._patient(method, f"/api/v1{path}", body, **options)
        expect("the status", answer.status_code, status)
        content = self._json(answer)
        expect("status in the body", content.get("status"), "success" if status < 400 else "error")
        if status >= 400:
            error = content.get("error", {})
            expect_keys("error", error, "code", "message", "request_id")
            expect("error.code", error["code"], code)
            return error
        if "data" not in content:
            expect_keys("the body", content, "message")
        return content.get("data", {})

    def health(self) -> dict:
        return self._json(self._send("GET", "/health", None, {}, None))

    def _patient(self, method, path, body, token=None, query=None, key=None) -> requests.Response:
        """The answer, after waiting as long as refusals for rate ask for."""
        headers = {"Accept-Language": "ru"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        for _ in range(MOST_WAITS):
            answer = self._send(method, path, body, headers, query)
            if answer.status_code != 429:
                break
            seconds = self._json(answer).get("error", {}).get("retry_after", 1)
            print(paint("quiet", f"  waiting {seconds} s, as the rate limit asks"))
            time.sleep(seconds)
        return answer

    def _send(self, method, path, body, headers, query) -> requests.Response:
        prepared = requests.Request(method, self.url + path, params=query, json=body, headers=headers).prepare()
        key = f"  Idempotency-Key: {headers['Idempotency-Key']}" if "Idempotency-Key" in headers else ""
        print(paint("request", f"→ {method} {unquote(prepared.path_url)}{key}"))
        if body is not None:
            print("  " + readable(body))
        answer = self._session.send(prepared, timeout=30)
        good = answer.status_code < 400
        print(paint("good" if good else "bad", f"← {answer.status_code}"), readable(self._json(answer)))
        return answer

    def _json(self, answer: requests.Response) -> dict:
        try:
            return answer.json()
        except ValueError:
            raise Mismatch(f"the answer is not JSON: {answer.text[:SHOWN_CHARACTERS]!r}") from None


def readable(value: object) -> str:
    """JSON, cut and wrapped."""
    text = json.dumps(cut(value), ensure_ascii=False)
    return textwrap.fill(text, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def cut(value: object) -> object:
    """The value with long lists and texts cut."""
    if isinstance(value, dict):
        return {name: cut(part) for name, part in value.items()}
    if isinstance(value, list):
        rest = len(value) - SHOWN_ITEMS
        return [cut(part) for part in value[:SHOWN_ITEMS]] + ([f"… and {rest} more"] if rest > 0 else [])
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return value[: SHOWN_CHARACTERS // 2] + "…"
    return value


def paint(kind: str, text: str) -> str:
    """The text in the colour of its kind, on a terminal."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\033[{COLOURS[kind]}m{text}\033[0m"


class Story:
    """The steps, in order. `step` names the one it is at."""

    def __init__(self, api: Api, letters: bool):
        self.api, self.letters = api, letters
        self.number, self.step = 0, "the start"
        self.tag = secrets.token_hex(4)  # makes this run's e-mails and texts its own
        self.addresses = {role: f"{role}-{self.tag}@example.com" for role in ("employer", "model")}
        self.tokens: dict[str, str] = {}
        self.refresh_token = ""

    def tell(self) -> None:
        """Every step, each printed. Raises Mismatch at the first one that goes wrong."""
        for title, step in self._steps():
            self.number += 1
            self.step = f"{self.number} ({title})"
            print(paint("step", f"\n{self.number}. {title}"))
            step()

    def _steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("The server lives", self.health),
            ("An employer registers and signs in", lambda: self.join("employer")),
            ("The employer makes a profile", self.make_employer),
            ("The employer drafts a casting", self.draft_casting),
            ("A model registers and signs in", lambda: self.join("model")),
            ("Nobody else sees the casting until the employer publishes it", self.publish_casting),
            ("The model makes a profile", self.make_model),
            ("Anybody finds the model by filters", self.find_model),
            ("Russian search knows no case and reads ё as е", self.search_model),
            ("The model finds the casting and saves it", self.find_casting),
            ("The model answers it once, however often she sends it", self.apply),
            ("A casting that she does not fit is refused, with reasons", self.apply_unfit),
            ("What she may not do and what does not exist is refused", self.refusals),
            ("The employer sees, shortlists and accepts her", self.decide),
            ("The model reads the decision, without the private note", self.read_decision),
            ("She is on the free plan", self.read_plan),
            ("The refresh token gives a new access token", self.refresh),
            *([("The letter arrives and verifies her address", self.verify)] if self.letters else []),
            ("After signing out her token is dead", self.sign_out),
        ]

    def health(self) -> None:
        expect("status", self.api.health().get("status"), "ok")

    def join(self, role: str) -> None:
        account = {"email": self.addresses[role], "password": PASSWORD}
        user = self.api.call("POST", "/auth/register", {**account, "role": role}, status=201)["user"]
        expect_values("user", user, {"email": account["email"], "role": role, "email_verified": False})
        data = self.api.call("POST", "/auth/login", account)
        expect_keys("data", data, "access_token", "refresh_token", "user")
        expect("expires_in", data["expires_in"], 900)
        expect("user.id", data["user"]["id"], user["id"])
        self.tokens[role], self.refresh_token = data["access_token"], data["refresh_token"]

    def make_employer(self) -> None:
        body = {
            "company_name": "Студия «Тёплый свет»", "description": "Снимаем каталоги и рекламу в Алматы.",
            "website": "https://teplyi-svet.example.com", "phone": "+77010000000", "city": "Almaty",
        }  # fmt: skip
        employer = self.api.call("POST", "/profiles/employers", body, token=self.tokens["employer"], status=201)
        self.employer = employer["employer"]
        expect_values("employer", self.employer, {**body, "country": "Kazakhstan", "active_castings": 0})

    def draft_casting(self) -> None:
        body = {
            "title": f"Съёмка лукбука {self.tag}",
            "description": "Ищем девушку для съёмки осенней коллекции. Макияж, причёска и обед за нами.",
            "category": "fashion", "city": "Almaty", "address": "Абая 52", "shoot_date": soon(days=14),
            "pay_min": 60000, "pay_max": 90000,
            "requirements": {"gender": "female", "min_age": 18, "max_age": 30, "min_height": 168},
        }  # fmt: skip
        self.casting = self.publish(body)
        plain = {name: value for name, value in body.items() if name != "requirements"}
        expect_values("casting", self.casting, {**plain, "status": "draft", "responses_count": 0})
        expect_values("casting.requirements", self.casting["requirements"], body["requirements"])
        expect("casting.creator.id", self.casting["creator"]["id"], self.employer["id"])

    def publish(self, body: dict) -> dict:
        """A new casting of the employer's."""
        return self.api.call("POST", "/castings", body, token=self.tokens["employer"], status=201)["casting"]

    def publish_casting(self) -> None:
        path = f"/castings/{self.casting['id']}"
        self.api.call("GET", path, token=self.tokens["model"], status=404, code="NOT_FOUND")
        active = {"status": "active"}
        casting = self.api.call("PATCH", f"{path}/status", active, token=self.tokens["employer"])["casting"]
        expect("casting.status", casting["status"], "active")

    def make_model(self) -> None:
        body = {
            "name": "Алёна Тестова", "age": 23, "gender": "female", "city": "Almaty",
            "height": 174, "weight": 55, "bust": 85, "waist": 62, "hips": 90,
            "bio": f"Съёмка — моё любимое дело: лукбуки, реклама, ещё немного подиума. Мой код {self.tag}.",
            "categories": ["fashion", "commercial"], "experience": "intermediate",
            "languages": ["Kazakh", "Russian"],
        }  # fmt: skip
        self.model = self.api.call("POST", "/profiles/models", body, token=self.tokens["model"], status=201)["model"]
        girths = {name: body.pop(name) for name in ("bust", "waist", "hips")}
        expect_values("model", self.model, {**body, "measurements": girths, "rating": 0, "visibility": "public"})

    def find_model(self) -> None:
        query = {
            "gender": "female", "min_age": 20, "max_age": 25, "min_height": 170, "city": "almaty",
            "category": "fashion", "sort": "newest", "limit": 5,
        }  # fmt: skip
        data = self.api.call("GET", "/profiles/models", query=query)
        expect_keys("data.pagination", data["pagination"], "total", "limit", "offset", "has_more", "next_cursor")
        found = the_one("the model", data["models"], self.model["id"])
        expect_values("model", found, {"name": "Алёна Тестова", "age": 23, "height": 174, "city": "Almaty"})
        older = self.api.call("GET", "/profiles/models", query={**query, "min_age": 24})
        expect("the ages asked for", [row for row in older["models"] if row["age"] < 24], [])

    def search_model(self) -> None:
        for words in (f"СЪЁМКА {self.tag.upper()}", f"съемка еще {self.tag}", f"алена {self.tag}"):
            data = self.api.call("GET", "/profiles/models", query={"search": words})
            expect("data.pagination.total", data["pagination"]["total"], 1)
            the_one("the model", data["models"], self.model["id"])

    def find_casting(self) -> None:
        token, casting_id = self.tokens["model"], self.casting["id"]
        query = {
            "search": f"ЛУКБУКА {self.tag}", "city": "Almaty", "category": "fashion", "gender": "female",
            "min_age": 23, "pay_min": 80000,
        }  # fmt: skip
        found = self.api.call("GET", "/castings", query=query, token=token)["castings"]
        casting = the_one("the casting", found, casting_id)
        expect_values("casting", casting, {"is_saved": False, "my_response": None})
        self.api.call("POST", f"/castings/{casting_id}/save", token=token, status=201)
        self.api.call("POST", f"/castings/{casting_id}/save", token=token, status=200)
        saved = self.api.call("GET", "/castings/saved", token=token)["castings"]
        expect("casting.is_saved", the_one("the casting", saved, casting_id)["is_saved"], True)

    def apply(self) -> None:
        path, token, key = f"/castings/{self.casting['id']}/responses", self.tokens["model"], f"demo-{self.tag}"
        message = "Здравствуйте! Свободна в эту дату, приеду со своей обувью."
        body = {"message": message, "portfolio_links": ["https://portfolio.example.com/alyona"]}
        first = self.api.call("POST", path, body, token=token, status=201, key=key)
        again = self.api.call("POST", path, body, token=token, status=201, key=key)
        expect("the answer to the same request", again, first)
        self.response = first["response"]
        expect_values("response", self.response, {**body, "casting_id": self.casting["id"], "status": "pending"})
        self.api.call("POST", path, {}, token=token, status=409, code="DUPLICATE_RESOURCE")

    def apply_unfit(self) -> None:
        body = {
            "title": f"Показ мужской коллекции {self.tag}", "description": "Ищем высоких парней на показ.",
            "category": "runway", "city": "Astana", "shoot_date": soon(days=20), "status": "active",
            "requirements": {"gender": "male", "min_height": 185},
        }  # fmt: skip
        path = f"/castings/{self.publish(body)['id']}/responses"
        error = self.api.call("POST", path, {}, token=self.tokens["model"], status=422, code="REQUIREMENTS_NOT_MET")
        expect("the unmet requirements", sorted(error["details"]), ["gender", "min_height"])

    def refusals(self) -> None:
        self.api.call("POST", "/castings", {}, token=self.tokens["model"], status=403, code="PERMISSION_DENIED")
        self.api.call("GET", "/castings/00000000-0000-7000-8000-000000000000", status=404, code="NOT_FOUND")
        self.api.call("GET", "/no/such/address", status=404, code="NOT_FOUND")

    def decide(self) -> None:
        token = self.tokens["employer"]
        rows = self.api.call("GET", f"/castings/{self.casting['id']}/responses", token=token)["responses"]
        row = the_one("the response", rows, self.response["id"])
        expect_values("response.applicant", row["applicant"], {"id": self.model["id"], "age": 23, "height": 174})
        path = f"/responses/{row['id']}"
        for status in ("viewed", "shortlisted", "accepted"):
            row = self.api.call("PATCH", f"{path}/status", {"status": status}, token=token)["response"]
            expect("response.status", row["status"], status)
        pending = {"status": "pending"}
        self.api.call("PATCH", f"{path}/status", pending, token=token, status=409, code="INVALID_STATE")
        note = "Позвать на примерку в четверг."
        row = self.api.call("PATCH", path, {"note": note}, token=token)["response"]
        expect_values("response", row, {"note": note, "status": "accepted"})

    def read_decision(self) -> None:
        rows = self.api.call("GET", "/responses/my", query={"status": "accepted"}, token=self.tokens["model"])
        row = the_one("the response", rows["responses"], self.response["id"])
        expect("response.status", row["status"], "accepted")
        expect("response.casting.id", row["casting"]["id"], self.casting["id"])
        expect("the note that she may see", row.get("note"), None)

    def read_plan(self) -> None:
        user = self.api.call("GET", "/auth/me", token=self.tokens["model"])["user"]
        expect_values("user", user, {"email": self.addresses["model"], "role": "model"})
        expect("user.subscription", user["subscription"], {"plan": "FREE", "expires_at": None})

    def refresh(self) -> None:
        data = self.api.call("POST", "/auth/refresh", {"refresh_token": self.refresh_token})
        expect("expires_in", data["expires_in"], 900)
        self.tokens["model"] = data["access_token"]
        self.api.call("GET", "/auth/me", token=data["access_token"])

    def verify(self) -> None:
        token = letter_token(self.addresses["model"])
        user = self.api.call("POST", "/auth/verify/confirm", {"token": token})["user"]
        expect_values("user", user, {"email": self.addresses["model"], "email_verified": True})

    def sign_out(self) -> None:
        token = self.tokens["model"]
        self.api.call("POST", "/auth/logout", token=token)
        self.api.call("GET", "/auth/me", token=token, status=401, code="INVALID_TOKEN")


def soon(days: int) -> str:
    """A full hour so many days ahead, as the API writes moments."""
    moment = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def letter_token(address: str) -> str:
    """The token in the verifying letter to this address. Mismatch when none has come in LETTER_SECONDS."""
    deadline = time.monotonic() + LETTER_SECONDS
    while time.monotonic() < deadline:
        for file in LETTERS.glob("*"):
            content = file.read_bytes()
            letter = message_from_bytes(content, policy=policy.default)
            whole = content.endswith(b"-" * 79 + b"\n")  # what the mail backend writes last
            if whole and letter["To"] == address and (link := LINK.search(letter.get_body(("plain",)).get_content())):
                print(f"  the letter is {file.name}")
                return unquote(link[1])
        time.sleep(0.2)
    raise Mismatch(f"no letter to {address} is in {LETTERS} after {LETTER_SECONDS} s: does the worker run?")


if __name__ == "__main__":
    sys.exit(main())
