"""Telling the models who fit of a new casting: in batches, off the request, once each, and on after a dead worker."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Block
from castings import requirements
from castings.models import Casting, CastingStatus, Moderation
from mwork import clock
from notifications import waking, writing
from notifications.models import Announcement

BATCH = 1000  # models in one transaction


def announce(casting_id: UUID, at: datetime | None = None, size: int = BATCH) -> int:
    """Tell everybody who fits, unless it has been done; returns how many now. Safe to run twice and at once."""
    told = 0
    while (batch := _batch(casting_id, at or timezone.now(), size)) is not None:
        told += batch
    return told


def waiting() -> list[UUID]:
    """The castings that are to be announced still: the broker was away, or a worker died over them."""
    rows = Casting.objects.filter(status=CastingStatus.ACTIVE, announced_at=None, deleted_at=None)
    rows = rows.filter(moderation__in=Moderation.shown)  # a hidden one waits: it may be shown again
    return list(rows.order_by("id").values_list("id", flat=True)[:100])


@transaction.atomic
def _batch(casting_id: UUID, at: datetime, size: int) -> int | None:
    """Tell the next `size` models and note how far that was; None when nothing is left to do.

    The announcement's lock puts two workers in line; what the second one finds done it does not do again.
    """
    casting = Casting.objects.active().select_related("employer").filter(id=casting_id, announced_at=None).first()
    if casting is None or not casting.is_open(at):
        _finish(casting_id, at)
        return None
    Announcement.objects.get_or_create(casting=casting, defaults={"started_at": at})
    progress = Announcement.objects.select_for_update().get(casting=casting)
    people = _people(casting, at)
    if progress.after:
        people = people.filter(id__gt=progress.after)
    ids = list(people.order_by("id").values_list("id", flat=True)[:size])
    if not ids:
        _finish(casting_id, at)
        return None
    between = people.filter(id__gte=ids[0], id__lte=ids[-1])
    told = writing.write(between.values("user_id"), "new_casting", data(casting), key=str(casting.id))
    progress.after, progress.told = ids[-1], progress.told + len(told.notifications)
    progress.save(update_fields=["after", "told"])
    waking.in_bulk(told.deliveries)
    return len(told.notifications)


def _people(casting: Casting, at: datetime):
    """The profiles of those who fit; not of those between whom and the employer there is a block."""
    owner = casting.employer.user_id
    blocks = Block.objects.filter(Q(blocker=owner) | Q(blocked=owner))
    fitting = requirements.fitting(casting, clock.today(at))
    return fitting.exclude(user__in=blocks.values("blocker")).exclude(user__in=blocks.values("blocked"))


def _finish(casting_id: UUID, at: datetime) -> None:
    done = Casting.objects.filter(id=casting_id, announced_at=None, moderation__in=Moderation.shown)
    done.exclude(status=CastingStatus.DRAFT).update(announced_at=at)
    Announcement.objects.filter(casting=casting_id, finished_at=None).update(finished_at=at)


def data(casting: Casting) -> dict:
    """What a notification about a casting holds; the time is Almaty's."""
    begins = casting.shoot_date.astimezone(clock.ALMATY)
    return {
        "casting_id": str(casting.id),
        "casting_title": casting.title,
        "city": casting.city,
        "address": casting.address,
        "date": f"{begins:%d.%m.%Y}",
        "time": f"{begins:%H:%M}",
    }
