"""Sentry as a real HTTP server: what it was sent."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from tests.fakes import web


@contextmanager
def serving() -> Iterator[tuple[str, Queue]]:
    """A DSN, and the events (as dicts) that come to it."""
    events: Queue = Queue()

    def take(path: str, headers: dict, body: bytes) -> tuple[int, dict]:
        text = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
        lines = [json.loads(line) for line in text.splitlines() if line.startswith(b"{")]
        for line in lines:
            if "event_id" in line and "platform" in line:
                events.put(line)
        return 200, {}

    with web.serving(take) as address:
        yield address.replace("://", "://key@") + "/1", events
