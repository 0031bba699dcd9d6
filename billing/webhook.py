"""The address to which the provider announces payments. Plain text, as it asks for it; not part of the JSON API."""

import logging

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from billing import robokassa, settlement
from billing.gateway import merchant
from billing.models import EventKind, PaymentEvent
from mwork.api import client, throttling
from mwork.api.errors import Unavailable

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024  # of a notice; theirs are under 1 KB
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def result(request: HttpRequest) -> HttpResponse:
    """`OK<InvId>` for a notice that is in order, also when it comes again; 400 with the reason for any other.

    It is stored before it is judged. A signed one is never refused for its rate; others count towards the limit.
    """
    try:
        raw, fields = _read(request)
    except RequestDataTooBig:
        return _text("the notice is too large", 413)
    except _NotAForm:
        return _text("send a form", 415)
    try:
        if not _is_signed(fields) and (standing := _count(request)) is not None:
            return _text("too many notices", 429, **{"Retry-After": standing.left})
    except Unavailable:
        return _text("payments are not set up here", 503)
    event = PaymentEvent.objects.create(kind=EventKind.NOTICE, raw=raw, address=client.address(request))
    notice = settlement.hear(event, fields)
    if notice is None:
        logger.warning("notice refused: %s (%s)", event.verdict, event.reason)
        return _text(event.reason, 400)
    return _text(robokassa.acknowledgement(notice.inv_id))


class _NotAForm(Exception):
    pass


def _read(request: HttpRequest) -> tuple[bytes, dict[str, list[str]]]:
    """The notice as received, and its fields. Raises RequestDataTooBig or _NotAForm."""
    raw = request.body
    if len(raw) > MOST_BYTES:
        raise RequestDataTooBig
    in_query = request.method == "GET" or not raw
    if in_query:
        # WSGI hands bytes over as Latin-1, ASGI as UTF-8.
        encoding = "latin-1" if isinstance(request, WSGIRequest) else "utf-8"
        raw = request.META.get("QUERY_STRING", "").encode(encoding, "replace")
    elif request.content_type not in FORMS:
        raise _NotAForm
    try:
        return raw, _lists(request.GET if in_query else request.POST)
    except (SuspiciousOperation, BadRequest, MultiPartParserError):  # too many fields, an unknown encoding, no parts
        return raw, {}


def _lists(fields: QueryDict) -> dict[str, list[str]]:
    """Without null bytes, which no text of the database can hold and no signature of the provider covers."""
    return {
        name.replace("\x00", ""): [value.replace("\x00", "") for value in values] for name, values in fields.lists()
    }


def _is_signed(fields: dict[str, list[str]]) -> bool:
    try:
        return robokassa.is_genuine(merchant(), robokassa.parse_notice(fields))
    except robokassa.Malformed:
        return False


def _count(request: HttpRequest) -> throttling.Standing | None:
    """Count an unsigned notice; its standing when it is one too many, else None."""
    if settings.RATES["webhook"] is None:
        return None
    standing = throttling.count("webhook", [throttling.address_key(request)])
    return None if standing.passed else standing


def _text(text: str, status: int = 200, **headers) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
