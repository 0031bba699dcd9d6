"""What waits for a decision of staff: each app registers its queues, the start page shows each reader his."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet


@dataclass(frozen=True)
class Queue:
    """`rows()` waits since the moment in the column `since`; `address` is its list, `permission` opens it."""

    name: str
    label: str
    address: str  # of the change list, below the site's
    rows: Callable[[], QuerySet]
    permission: str
    since: str = "created_at"
    hours: int | None = None  # how long one may wait before it is shown as late; None: it never is


@dataclass(frozen=True)
class Standing:
    queue: Queue
    count: int
    oldest: datetime | None
    is_late: bool


MOST = 1000  # beyond that a count says nothing
_queues: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    _queues[queue.name] = queue


def standings(user, at: datetime) -> list[Standing]:
    """The queues that the user may work, in two queries each."""
    return [_standing(queue, at) for queue in _queues.values() if user.has_perm(queue.permission)]


def _standing(queue: Queue, at: datetime) -> Standing:
    count = queue.rows().order_by()[:MOST].count()
    oldest = queue.rows().order_by().aggregate(oldest=Min(queue.since))["oldest"] if count else None
    is_late = bool(oldest and queue.hours and (at - oldest).total_seconds() > queue.hours * 3600)
    return Standing(queue, count, oldest, is_late)
