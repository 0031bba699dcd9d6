"""What the process says of itself: one line a record, each with the id of its request; LOG_FORMAT=json is for machines.

No line holds a password, a token, a signature or a query string. tests/conftest.py watches over it.
"""

import json
import logging
import random
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="-")

SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# PostgreSQL adds the refused row to an error: names, phones, whatever was in it; mail servers add the address.
ROW = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")


class RequestIdMiddleware:
    """Takes X-Request-ID when it is short and safe, else makes one; echoes it in the answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        # Not taken back at the end: Django logs a refusal after the last middleware. The next request sets its own.
        request_id.set(given if SAFE_ID.fullmatch(given) else made_up())
        response = self.get_response(request)
        response["X-Request-ID"] = request_id.get()
        return response


def made_up() -> str:
    """An id, and no secret: the system's randomness would let other threads in (`mwork.tcp`)."""
    return f"{random.getrandbits(96):024x}"


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class RouteFilter(logging.Filter):
    """Django names the path of what failed; a path such as that of a private file is a key. Its route says enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            record.args = tuple(route_of(request) if part == path else part for part in record.args)
        return True


def route_of(request) -> str:
    """The pattern of the address, such as `api/v1/castings/<uuid:id>`; `static` for a file, `-` for no address of ours.

    Never the path itself: it may be a key, and there are endlessly many.
    """
    if match := getattr(request, "resolver_match", None):
        return match.route or "/"
    return "static" if request.path.startswith("/static/") else "-"


class TextFormatter(logging.Formatter):
    """A line for people."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return without_people(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, request_id, message, the record's `fields`, a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": without_people(record.getMessage()),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def without_people(text: str) -> str:
    """The text without the values of a row that the database refused, and without e-mail addresses."""
    text = ROW.sub(r"\1: left out", text)
    return ADDRESS.sub("(address)", text) if "@" in text else text  # it tries every word, in every line of the log


def configuration(form: str) -> dict:
    """Django's LOGGING, in the form `text` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}, "route": {"()": RouteFilter}},
        "formatters": {"text": {"()": TextFormatter}, "json": {"()": JsonFormatter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": form}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # What is refused is in the access log; this is left for what broke.
            "django.request": {"filters": ["route"], "level": "ERROR"},
        },
    }
