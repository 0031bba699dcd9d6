"""The server as a client sees it: every call printed with its answer, every answer checked."""

import json
import os
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import requests

SHOWN_ITEMS, SHOWN_CHARACTERS, WIDTH = 2, 100, 112
MOST_WAITS = 3  # refusals for rate that one call may meet
COLOURS = {"step": "1", "request": "36", "good": "32", "bad": "31", "quiet": "2"}


class Mismatch(Exception):
    """An answer is not what the contract says."""


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
        if status == 204:
            return {}
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

    def press(self, url: str, button: str) -> None:
        """Press a button of the pay page; Mismatch unless it sends the browser on."""
        print(paint("request", f"→ {button} on {url.partition('?')[0]}"))
        answer = self._session.post(url, {button: "1"}, timeout=30, allow_redirects=False)
        print(paint("good" if answer.status_code == 302 else "bad", f"← {answer.status_code}"))
        expect("the status", answer.status_code, 302)

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
        if answer.status_code == 204:
            return {}
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


def soon(days: int) -> str:
    """A full hour so many days ahead, as the API writes moments."""
    moment = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
