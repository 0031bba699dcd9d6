"""Telling of a new casting, in batches, off the request, once each, and on after a dead worker.

Those whose saved searches find it hear first, as it tells them more; then the models who fit; then whoever else follows
the organization.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Block
from castings import requirements
from castings.models import Casting, CastingStatus, Moderation
from mwork import clock
from notifications import alerts, waking, writing
from notifications.models import Announcement, Notification, Type
from profiles import acting
from profiles.acting import Right
from profiles.models import Follow

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
    """Tell the next `size` people and note how far that was; None when nothing is left to do.

    The announcement's lock puts two workers in line; what the second one finds done it does not do again.
    """
    casting = Casting.objects.active().select_related("employer").filter(id=casting_id, announced_at=None).first()
    if casting is None or not casting.is_open(at):
        _finish(casting_id, at)
        return None
    Announcement.objects.get_or_create(casting=casting, defaults={"started_at": at})
    progress = Announcement.objects.select_for_update().get(casting=casting)
    progress.casting = casting
    if not progress.searched_at:
        told = _search(casting, progress, at, size)
        if not progress.searched_at:
            return told
    told = None
    if progress.after_follow is None:
        fitting = _unparted(requirements.fitting(casting, clock.today(at)), casting)
        told = _tell_next(progress, "after", fitting, size, "new_casting", data(casting))
    if told is None:
        name = {"name": casting.employer.company_name}
        told = _tell_next(
            progress, "after_follow", _followers(casting), size, "followed_casting", {**data(casting), **name}
        )
    if told is None:
        _finish(casting_id, at)
    return told


def _tell_next(progress: Announcement, place: str, people, size: int, kind: str, what: dict) -> int | None:
    """Tell the next `size` of these rows' users, and note at `place` how far that was; None when nobody is left."""
    if after := getattr(progress, place):
        people = people.filter(id__gt=after)
    ids = list(people.order_by("id").values_list("id", flat=True)[:size])
    if not ids:
        return None
    between = people.filter(id__gte=ids[0], id__lte=ids[-1])
    actor = progress.casting.employer.user_id if "name" in what else None
    told = writing.write(between.values("user_id"), kind, what, key=str(progress.casting_id), actor=actor)
    setattr(progress, place, ids[-1])
    progress.told += len(told.notifications)
    progress.save(update_fields=[place, "told"])
    waking.in_bulk(told.deliveries)
    return len(told.notifications)


def _search(casting: Casting, progress: Announcement, at: datetime, size: int) -> int:
    """Tell the next `size` users whose saved searches find the casting: before those who fit, as it tells them more."""
    told, last = alerts.tell_of_casting(casting, data(casting), after=progress.searched_after, size=size)
    progress.searched_after, progress.told = last or progress.searched_after, progress.told + told
    progress.searched_at = None if last else at
    progress.save(update_fields=["searched_after", "searched_at", "told"])
    return told


def _followers(casting: Casting):
    """Those who follow the employer and have not heard of it otherwise; not of its own team."""
    rows = Follow.objects.filter(organization=casting.employer_id)
    told = Notification.objects.filter(user=OuterRef("user_id"), type=Type.NEW_CASTING, key=str(casting.id))
    absent = get_user_model().objects.absent().values("id")
    team = acting.people(casting.employer_id, Right.READ)
    return _unparted(rows.exclude(Exists(told)).exclude(user__in=absent).exclude(user__in=team), casting)


def _unparted(rows, casting: Casting):
    """Without those between whom and the employer there is a block."""
    owner = casting.employer.user_id
    blocks = Block.objects.filter(Q(blocker=owner) | Q(blocked=owner))
    return rows.exclude(user__in=blocks.values("blocker")).exclude(user__in=blocks.values("blocked"))


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
