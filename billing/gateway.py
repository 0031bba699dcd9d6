"""Talking to Robokassa over the wire: asking for an order's state, charging a card again. No rows here."""

import logging
from functools import lru_cache

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from billing import robokassa
from mwork.api.errors import Unavailable

logger = logging.getLogger(__name__)

SECONDS = (5, 20)  # to connect, to answer
PATIENCE = 3  # orders in a row without an answer, after which a job stops asking
MOST_BYTES = 64 * 1024  # of an answer; theirs are a few hundred


class Unreachable(Exception):
    """No answer, or none that can be read: nothing is known. The text says why."""


def merchant() -> robokassa.Merchant:
    """The shop of the settings. Unavailable (503) when payments are not set up on this server."""
    if settings.ROBOKASSA is None:
        raise Unavailable(_("Payments are not set up on this server."))
    return _merchant(**settings.ROBOKASSA["merchant"])


def ask_state(inv_id: int) -> tuple[robokassa.State, bytes]:
    """What OpStateExt knows of the order, and its answer as received. Raises Unreachable."""
    shop = merchant()
    url = f"{shop.service_url}/Merchant/WebService/Service.asmx/OpStateExt"
    raw = _body("GET", url, params=robokassa.state_query(shop, inv_id))
    try:
        return robokassa.parse_state(raw), raw
    except robokassa.Malformed as error:
        raise Unreachable(str(error)) from error


def charge(**order) -> tuple[bool, bytes]:
    """Charge a card again (`order` as robokassa.recurring_form takes it): accepted or not, and the answer as received.

    Raises Unreachable when it is not known whether the charge was heard: it must not be sent again then.
    """
    shop = merchant()
    raw = _body("POST", f"{shop.service_url}/Merchant/Recurring", data=robokassa.recurring_form(shop, **order))
    return robokassa.is_accepted(raw.decode("utf-8", "replace"), order["inv_id"]), raw


def _body(method: str, url: str, **options) -> bytes:
    """The body of the answer, whatever its status below 500. Raises Unreachable."""
    try:
        with requests.request(method, url, timeout=SECONDS, stream=True, allow_redirects=False, **options) as answer:
            body = answer.raw.read(MOST_BYTES, decode_content=True)
    except (requests.RequestException, HTTPError, OSError) as error:  # reading the body raises urllib3's own
        raise Unreachable(type(error).__name__) from error
    if answer.status_code >= 500:
        raise Unreachable(f"status {answer.status_code}")
    return body


@lru_cache(maxsize=8)
def _merchant(**fields) -> robokassa.Merchant:
    return robokassa.Merchant(**fields)
