"""A net under the whole suite: no log record may hold a secret. tests/conftest.py looks into it after each test."""

import logging
import re

from tests import factories

# Access and refresh tokens are JWTs; those of letters and files are signed by Django, as value:signature.
TOKEN = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}|[\w.=-]{8,}:[\w-]{43}\b")

found: list[str] = []


def leak(text: str) -> str | None:
    """What of the text is a secret; None when nothing is."""
    if factories.PASSWORD in text:
        return factories.PASSWORD
    return match[0] if (match := TOKEN.search(text)) else None


class Net(logging.Handler):
    """Formats each record as the console does, with its traceback."""

    def __init__(self):
        super().__init__()
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if secret := leak(text):
            found.append(f"{record.name} logged {secret!r}: {text[:500]}")


logging.getLogger().addHandler(Net())
