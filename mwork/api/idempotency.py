"""Idempotency-Key: a POST that creates may be sent again after a lost answer, and does its work once."""

import json
from datetime import timedelta
from functools import wraps
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from mwork.api.errors import Duplicate, Invalid
from mwork.api.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
HEADER = "Idempotency-Key"


def idempotent(method):
    """Decorate a view's POST method. The key belongs to the caller; an anonymous caller's is ignored.

    The key's row is inserted first, inside one transaction with the work: a second request at the same moment waits
    on its unique constraint and then finds the first answer. Only successes are kept; after a refusal (4xx) or a
    failure (5xx) nothing was done, so the same key may be used again.
    """

    @wraps(method)
    def wrapper(self, request, *args, **kwargs):
        key = request.headers.get(HEADER)
        if not key or not request.user.is_authenticated:
            return method(self, request, *args, **kwargs)
        if len(key) > 128 or not key.isprintable() or not key.isascii():
            raise Invalid(HEADER, _("At most 128 printable ASCII characters."))
        with transaction.atomic():
            row, first = _claim(request, key)
            if not first:
                return _replay(row, request)
            # The body is read by the view, after its own checks; only then is it ours to look at.
            response = method(self, request, *args, **kwargs)
            row.status, row.body = response.status_code, json.dumps(response.data, cls=JSONEncoder)
            row.fingerprint = _fingerprint(request)
            row.save(update_fields=["status", "body", "fingerprint"])
        return response

    wrapper.idempotent = True
    return wrapper


def _claim(request, key: str) -> tuple[IdempotencyKey, bool]:
    """The row of this key, and whether it is this request that made it."""
    rows = IdempotencyKey.objects.filter(user=request.user, key=key)
    rows.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return IdempotencyKey.objects.get_or_create(user=request.user, key=key)


def _replay(row: IdempotencyKey, request) -> Response:
    if row.fingerprint != _fingerprint(request):
        raise Duplicate(_("This Idempotency-Key was used for another request."))
    return Response(json.loads(row.body), row.status, headers={"Idempotent-Replayed": "true"})


def _fingerprint(request) -> str:
    files = {}
    for name, file in request.FILES.items():
        file.seek(0)  # the view may have read it
        files[name] = sha256(file.read()).hexdigest()
    body = json.dumps({**request.data.dict(), **files} if files else request.data, sort_keys=True)
    return sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()


def erase(*, user) -> None:
    """Forget the answers kept for a closed account."""
    IdempotencyKey.objects.filter(user=user).delete()


def purge(at=None) -> int:
    """Delete the keys that are past their time and return how many there were."""
    return IdempotencyKey.objects.filter(created_at__lt=(at or timezone.now()) - KEPT_FOR).delete()[0]
