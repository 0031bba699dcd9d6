"""`/metrics` for Prometheus: what the processes have counted, and what waits in the database and the queues.

docs/operations.md says what each figure means and who may ask.
"""

import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from redis.exceptions import RedisError

from accounts import letters
from accounts.models import EmailToken
from billing.models import Payment, PaymentStatus
from castings.models import Casting
from mwork import redis
from mwork.api import errors
from notifications import announcements
from notifications.models import Delivery
from profiles import invitation_letters
from profiles.models import Invitation

KEPT_FOR = 5  # seconds that the answers of the database and the queues are good for
QUEUES = [queue.name for queue in settings.CELERY_TASK_QUEUES]


def show(request: HttpRequest) -> HttpResponse:
    """The figures as text; 401 to whoever is neither staff nor has METRICS_TOKEN."""
    if not _may_see(request):
        error = errors.AuthRequired()
        headers = {"WWW-Authenticate": "Bearer"}
        return JsonResponse(errors.envelope(error), status=error.status_code, headers=headers)
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _may_see(request: HttpRequest) -> bool:
    """The scraper by its token, staff by the desk's session; under DEBUG everybody.

    Not who calls from this machine: there the proxy calls from too, for all the world.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return settings.DEBUG or admin.site.has_permission(request)


def _registry() -> CollectorRegistry:
    """This process's figures, or those of all that share a folder, and what is stored."""
    registry = CollectorRegistry()
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        _forget_dead(Path(folder))
        MultiProcessCollector(registry, folder)
    else:
        registry.register(REGISTRY)
    registry.register(stored)
    return registry


def _forget_dead(folder: Path) -> None:
    """A killed process has no open sockets any more; its counts stay, as they have happened."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, folder)
        except PermissionError:
            pass  # it lives, as somebody else


class Stored:
    """A collector of what is not this process's alone: every server tells the same, so take the `max` of them."""

    def __init__(self):
        self._lock, self._found, self._until = Lock(), [], 0.0

    def collect(self) -> list[GaugeMetricFamily]:
        """Asked anew after KEPT_FOR. A source that does not answer is told as down, its figures left out."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._found, self._until = self._ask(), time.monotonic() + KEPT_FOR
            return self._found

    def forget(self) -> None:
        """Ask again next time: for tests."""
        self._until = 0.0

    def _ask(self) -> list[GaugeMetricFamily]:
        up = GaugeMetricFamily("mwork_source_up", "Whether this source of figures answers.", labels=["source"])
        found = [up]
        for source, figures in (("database", _of_database), ("redis", _of_queues)):
            try:
                found += list(figures())
                up.add_metric([source], 1)
            except (DatabaseError, RedisError):
                up.add_metric([source], 0)
        return found


stored = Stored()


def _of_database() -> Iterator[GaugeMetricFamily]:
    """Each query walks a partial index of what waits, or the orders of one day. A casting waits since its last change,

    which publishing is.
    """
    now = timezone.now()
    outbox = GaugeMetricFamily(
        "mwork_outbox_oldest_seconds", "How long the oldest that should have left by now has waited.", labels=["kind"]
    )
    for kind, rows, since in (
        ("delivery", Delivery.objects.due(now), "next_try_at"),
        ("letter", EmailToken.objects.filter(id__in=letters.waiting(now)), "created_at"),
        ("invitation", Invitation.objects.filter(id__in=invitation_letters.waiting(now)), "invited_at"),
        ("announcement", Casting.objects.filter(id__in=announcements.waiting()), "updated_at"),
    ):
        oldest = rows.aggregate(oldest=Min(since))["oldest"]
        outbox.add_metric([kind], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    yield outbox

    recent = Payment.objects.filter(created_at__gt=now - timedelta(days=1))
    counts = dict(recent.values_list("status").annotate(Count("id")))
    payments = GaugeMetricFamily("mwork_payments_of_last_day", "Orders of the last 24 hours.", labels=["status"])
    for status in PaymentStatus.values:
        payments.add_metric([status], counts.get(status, 0))
    yield payments

    to_review = Payment.objects.filter(needs_review=True).count()
    yield GaugeMetricFamily("mwork_payments_to_review", "Paid, but nothing could be granted.", value=to_review)


def _of_queues() -> Iterator[GaugeMetricFamily]:
    """Celery takes from the right end of a list, so the oldest message is the last."""
    length = GaugeMetricFamily("mwork_queue_length", "Jobs that wait for a worker.", labels=["queue"])
    age = GaugeMetricFamily("mwork_queue_oldest_seconds", "How long the oldest of them has waited.", labels=["queue"])
    for name in QUEUES:
        with redis.client().pipeline(transaction=True) as pipe:
            count, oldest = pipe.llen(name).lindex(name, -1).execute()
        length.add_metric([name], count)
        queued_at = json.loads(oldest)["headers"].get("queued_at") if oldest else None
        age.add_metric([name], max(0.0, time.time() - queued_at) if queued_at else 0.0)
    yield length
    yield age
