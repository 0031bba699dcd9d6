"""Browsers that a member of staff has come in with before (OWASP's device cookies).

Sign-ins are limited per account. Were that one bucket, a stranger could keep it full and the person out for ever. So a
browser that once got in carries a signed cookie, and counts in a bucket of its own; strangers share the account's.
"""

from django.core import signing
from django.utils.crypto import get_random_string

from mwork.api import throttling

COOKIE = "desk_device"
SALT = "mwork.staff.device"
DAYS = 180


def bucket(request, email: str) -> str:
    """The bucket in which this browser's attempts on this account count."""
    account = throttling.account_key(email)
    try:
        known, name = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 86400).split(" ")
    except (signing.BadSignature, ValueError, AttributeError):
        return account
    return f"device:{name}" if known == account else account


def remember(request, response, email: str) -> None:
    """Give the browser its cookie, unless it has one for this account."""
    account = throttling.account_key(email)
    if bucket(request, email) != account:
        return
    value = signing.dumps(f"{account} {get_random_string(16)}", salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=DAYS * 86400,
        path="/admin/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
