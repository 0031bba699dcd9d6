"""The environment, typed. A missing or malformed variable ends the start with one line that names it."""

import json
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

import environ

from mwork import running

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"

SECONDS = {"s": 1, "min": 60, "hour": 3600, "day": 86400}


class Misconfigured(SystemExit):
    """Ends the process with status 1 and its one line on stderr; no traceback for an operator's typing error."""

    def __init__(self, name: str, problem: str):
        super().__init__(f"mwork: {name} {problem}")


# Without a database among the process's own variables, those of this checkout's living `make run` serve below them.
_below = {} if os.environ.get("DATABASE_URL") else running.environment()


def _variable(name: str) -> str:
    """The variable, trimmed; empty when it is not set."""
    return os.environ.get(name, _below.get(name, "")).strip()


def text(name: str, default: str | None = None) -> str:
    """The variable, trimmed; an empty one counts as missing. Without a default it is required."""
    value = _variable(name) or default
    if value is None:
        raise Misconfigured(name, "is not set and has no default here")
    return value


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, default).lower()
    if value not in choices:
        raise Misconfigured(name, f"is {value!r}: it must be one of {', '.join(choices)}")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = choice(name, ("1", "0", "true", "false"), str(default).lower())
    return value in ("1", "true")


def integer(name: str, default: int, least: int = 0, most: int = 2**31) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"\d{1,10}", value) or not least <= int(value) <= most:
        raise Misconfigured(name, f"is {value!r}: it must be a whole number from {least} to {most}")
    return int(value)


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list; empty parts are dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def rate(name: str, default: str) -> tuple[int, int] | None:
    """`5/min` as (5, 60): so many requests in so many seconds; None when the variable is `off`."""
    value = text(name, default).lower()
    if value == "off":
        return None
    match = re.fullmatch(r"([1-9]\d{0,6})/(s|min|hour|day)", value)
    if not match:
        raise Misconfigured(name, f"is {value!r}: it must look like 5/min (s, min, hour, day) or be off")
    return int(match[1]), SECONDS[match[2]]


def url(name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
    value = text(name, default)
    if not re.fullmatch(rf"({'|'.join(map(re.escape, schemes))})://[^\s]+", value):
        raise Misconfigured(name, f"must be an address that starts with {' or '.join(s + '://' for s in schemes)}")
    return value.rstrip("/")


def database(name: str = "DATABASE_URL") -> dict:
    """The variable as an entry of Django's DATABASES. PostgreSQL is the only database there is."""
    if not _variable(name):
        raise Misconfigured(name, "is not set and no `make run` lives in this checkout: set it, or start `make run`")
    address = url(name, ("postgres", "postgresql"))
    try:
        config = environ.Env.db_url_config(address)
    except (ValueError, environ.ImproperlyConfigured):
        config = {}
    if not config.get("NAME"):
        raise Misconfigured(name, "must look like postgresql://user:password@host:5432/name")
    return config


def email(name: str = "EMAIL_URL") -> dict | None:
    """The variable as Django's EMAIL_* settings; None when it is not set."""
    if not text(name, ""):
        return None
    address = url(name, ("smtp", "smtp+tls", "smtp+ssl", "smtps"))
    try:
        return environ.Env.email_url_config(address)
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        raise Misconfigured(name, "must look like smtp+tls://user:password@host:587") from None


def fcm(name: str = "FCM_CREDENTIALS") -> dict[str, str] | None:
    """The service account that pushes, from its JSON or the path of a file with it; None when it is not set."""
    value = text(name, "")
    if not value:
        return None
    try:
        account = json.loads(value if value.startswith("{") else Path(value).read_text())
        found = {part: account[part] for part in ("project_id", "client_email", "private_key", "token_uri")}
    except (OSError, ValueError, KeyError, TypeError):
        raise Misconfigured(name, "must be a service account's JSON, or the path of a file with it") from None
    return {**found, "service_url": url("FCM_SERVICE_URL", ("http", "https"), "https://fcm.googleapis.com")}


def dsn(name: str) -> str:
    """Where errors are reported; empty when it is not set."""
    value = text(name, "")
    if value and not re.fullmatch(r"https?://[^\s@/]+@[^\s@/]+/(\S+/)?\d+", value):
        raise Misconfigured(name, "must look like https://key@host/1")
    return value


def token(name: str) -> str:
    """What somebody must send to be let in; empty when it is not set, and then nothing lets in."""
    value = text(name, "")
    if value and len(value) < 16:
        raise Misconfigured(name, "must be at least 16 random characters")
    return value


def existing_folder(name: str) -> str:
    """The path of a folder that is there; empty when it is not set."""
    value = text(name, "")
    if value and not Path(value).is_dir():
        raise Misconfigured(name, f"is {value!r}: there is no such folder")
    return value


def folder(name: str) -> Path:
    """A folder of this name under var/, made when there is none."""
    path = VAR / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def s3() -> dict[str, str] | None:
    """The S3_* variables; None when S3_ENDPOINT_URL is not set, and then files lie on local disk.

    Private files go to S3_PRIVATE_BUCKET, by default under private/ in the same bucket.
    """
    if not text("S3_ENDPOINT_URL", ""):
        return None
    bucket = text("S3_BUCKET")
    return {
        "endpoint": url("S3_ENDPOINT_URL", ("http", "https")),
        "bucket": bucket,
        "private_bucket": text("S3_PRIVATE_BUCKET", bucket),
        "key": text("S3_ACCESS_KEY_ID"),
        "secret": text("S3_SECRET_ACCESS_KEY"),
        "public": url("S3_PUBLIC_URL", ("http", "https")),
    }


PROVIDER = "https://auth.robokassa.kz"


def robokassa(debug: bool, port: int, key: str) -> dict | None:
    """The ROBOKASSA_* variables: `merchant` and whether cards may be charged again.

    Without a merchant login: our own sandbox in its place in development, None elsewhere, and then nothing can be paid.
    """
    recurring = flag("ROBOKASSA_RECURRING", True)
    login = text("ROBOKASSA_MERCHANT_LOGIN", "")
    if not login:
        return {"merchant": _sandbox(port, key), "recurring": recurring, "sandbox": True} if debug else None
    is_test = flag("ROBOKASSA_IS_TEST")
    passwords = ("ROBOKASSA_TEST_PASSWORD_1", "ROBOKASSA_TEST_PASSWORD_2")
    if not is_test:
        passwords = ("ROBOKASSA_PASSWORD_1", "ROBOKASSA_PASSWORD_2")
    merchant = {
        "login": login,
        "password_1": text(passwords[0]),
        "password_2": text(passwords[1]),
        "is_test": is_test,
        "pay_url": url("ROBOKASSA_BASE_URL", ("http", "https"), f"{PROVIDER}/Merchant/Index.aspx"),
        "service_url": url("ROBOKASSA_SERVICE_URL", ("http", "https"), PROVIDER),
    }
    return {"merchant": merchant, "recurring": recurring, "sandbox": False}


def _sandbox(port: int, key: str) -> dict:
    """A merchant of our own sandbox on this machine; nobody else knows its passwords."""
    site = f"http://127.0.0.1:{port}/sandbox/robokassa"
    first, second = (sha256(f"{number}{key}".encode()).hexdigest() for number in (1, 2))
    return {
        "login": "sandbox",
        "password_1": first,
        "password_2": second,
        "is_test": True,
        "pay_url": f"{site}/Merchant/Index.aspx",
        "service_url": site,
    }


def secret(name: str, debug: bool) -> str:
    """A key of at least 32 characters. In development it is made once and kept under var/; elsewhere required."""
    value = _variable(name)
    if not value and debug:
        value = _kept_secret(folder("secrets") / name.lower())
    if len(value) < 32:
        raise Misconfigured(name, "must be set to at least 32 random characters")
    return value


def _kept_secret(path: Path) -> str:
    """The secret in this file, made by whoever comes first: a second process then reads the first one's."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
