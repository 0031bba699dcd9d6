"""Who opens a socket, and from which page."""

import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import validate_host

from accounts import authentication
from accounts.models import Session


def session_of(scope: dict) -> Session:
    """The session that the handshake names, by the header, `token` or `ticket`. AuthRequired or InvalidToken."""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    token, ticket = (query.get(name, [None])[0] for name in ("token", "ticket"))
    return authentication.session_of_socket(header=_header(scope, b"authorization"), token=token, ticket=ticket)


def origin_is_ours(scope: dict) -> bool:
    """May a page of this origin open a socket? One without an origin is no browser's.

    Ours are the host that was asked for, PUBLIC_URL, the hosts of ALLOWED_HOSTS by name, and whatever CORS allows.
    """
    origin = _header(scope, b"origin")
    if origin is None:
        return True
    try:
        page = urlsplit(origin)
        host = page.hostname
    except ValueError:
        return False
    if page.scheme not in ("http", "https") or not host:
        return False
    if origin in (settings.PUBLIC_URL, *settings.CORS_ALLOWED_ORIGINS) or _is_the_host_asked_for(page.netloc, scope):
        return True
    # "*" lets requests for any host in; that is no reason to let any page in.
    named = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return validate_host(host, named) or any(
        re.match(pattern, origin) for pattern in settings.CORS_ALLOWED_ORIGIN_REGEXES
    )


def _is_the_host_asked_for(netloc: str, scope: dict) -> bool:
    asked = _header(scope, b"host") or ""
    return netloc == asked and validate_host(urlsplit(f"//{asked}").hostname or "", settings.ALLOWED_HOSTS)


def _header(scope: dict, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)
