"""Promotion: a place at the head of the lists, by the plan or bought by the day.

The apps whose rows can be promoted register how they are found; billing itself knows no app above it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from billing import limits
from billing.models import Feature


class Promotable(models.Model):
    """A row that can be promoted until `promoted_until`.

    The plan's part comes first and what was bought after it: what was bought waits while the plan promotes, and is used
    by the day when it does not. `is_promoted` is what lists order by; a job takes it away within a minute of the end.
    """

    is_promoted = models.BooleanField(default=False, editable=False)
    promoted_until = models.DateTimeField(null=True, editable=False)
    plan_promoted_until = models.DateTimeField(null=True, editable=False, help_text="The part that the plan gives")

    class Meta:
        abstract = True

    def bought_promotion(self, at: datetime) -> timedelta:
        """What is left of bought promotion, not counting the plan's."""
        if self.promoted_until is None:
            return timedelta(0)
        return max(timedelta(0), self.promoted_until - max(at, self.plan_promoted_until or at))

    def promote_by_plan(self, until: datetime | None, at: datetime) -> None:
        """Unsaved: the plan promotes until then, not at all when None; what was bought follows."""
        left = self.bought_promotion(at)
        self.plan_promoted_until = until
        self._promote_until(max(at, until or at) + left, at)

    def add_promotion(self, days: int, at: datetime) -> None:
        """Unsaved: so many days more."""
        self._promote_until(max(at, self.promoted_until or at) + timedelta(days=days), at)

    def take_promotion(self, days: int, at: datetime, but: timedelta = timedelta(0)) -> int:
        """Unsaved: so many bought days less, as far as more than `but` are left; returns how many whole ones went."""
        taken = min(timedelta(days=days), max(timedelta(0), self.bought_promotion(at) - but))
        if taken:
            self._promote_until(self.promoted_until - taken, at)
        return taken.days

    def _promote_until(self, until: datetime, at: datetime) -> None:
        self.is_promoted, self.promoted_until = until > at, until if until > at else None


FIELDS = ["is_promoted", "promoted_until", "plan_promoted_until"]
Finder = Callable[[UUID], models.QuerySet]
Owned = Callable[[object, UUID | None], UUID]

_finders: dict[str, Finder] = {}
_owned: dict[str, Owned] = {}


def register(kind: str, *, find: Finder, owned: Owned) -> None:
    """`find(id)` gives the rows of this id that can be promoted at all, one or none.

    `owned(user, id)` gives the id of the user's own row (the only one there is when the id is None); it raises the
    refusal that an order for it meets: NotFound, Forbidden or InvalidState.
    """
    _finders[kind], _owned[kind] = find, owned


def owned_by(user, kind: str, row_id: UUID | None) -> UUID:
    return _owned[kind](user, row_id)


@transaction.atomic
def add_days(kind: str, row_id: UUID, days: int, at: datetime) -> bool:
    """Promote the row for so many days more; False when it is not there any more."""
    row = _lock(kind, row_id)
    if row is None:
        return False
    row.add_promotion(days, at)
    row.save(update_fields=FIELDS)
    return True


@transaction.atomic
def take_days(kind: str, row_id: UUID, days: int, at: datetime, *, later: int) -> int:
    """Take back what is unused of an order's days; returns how many whole ones went.

    Days are used in the order they were paid for: what is left belongs to the `later` days of later orders first.
    """
    row = _lock(kind, row_id)
    if row is None:
        return 0
    taken = row.take_promotion(days, at, but=timedelta(days=later))
    row.save(update_fields=FIELDS)
    return taken


@transaction.atomic
def by_plan(*, user, row: Promotable, most: int, others: models.QuerySet, at: datetime | None = None) -> Promotable:
    """Promote the user's row until the subscription's end, as the plan allows; again is the same.

    LimitReached when the plan promotes nothing, or when `most` of `others`, the user's rows of this kind, are promoted
    by it already. The subscription's lock puts two of these in order.
    """
    at = at or timezone.now()
    subscription = limits.lock(user)
    until = plans_end(subscription, at)
    if until is None:
        raise limits.reached(Feature.PROMOTION, limits.plan_of(user, at), limit=0, used=0)
    used = others.filter(plan_promoted_until__gt=at).exclude(id=row.id).count()
    if used >= most:
        raise limits.reached(Feature.PROMOTION, subscription.plan, limit=most, used=used)
    return _plans_part(row, until, at)


@transaction.atomic
def not_by_plan(*, row: Promotable, at: datetime | None = None) -> Promotable:
    """Take the plan's promotion from the row; what was bought goes on. Nothing happens when there is none."""
    return _plans_part(row, None, at or timezone.now())


def follow(rows: models.QuerySet, subscription, at: datetime | None = None) -> None:
    """Let the rows that the plan promotes end with the subscription as it is now. Called as it changes."""
    at = at or timezone.now()
    until = plans_end(subscription, at)
    locked = rows.filter(plan_promoted_until__isnull=False).select_for_update(no_key=True, of=["self"])
    for row in locked.order_by("id"):  # in one order, whoever else locks several of them
        row.promote_by_plan(until, at)
        row.save(update_fields=FIELDS)


def plans_end(subscription, at: datetime) -> datetime | None:
    """Until when the plan in force promotes; None when it does not."""
    if not subscription.is_in_force(at) or not subscription.plan.profile_promotion:
        return None
    return max(filter(None, (subscription.expires_at, subscription.grace_until)))


def end_over(model: type[Promotable], at: datetime | None = None) -> int:
    """Take promotion from the rows whose time is up; returns how many there were."""
    ended = model.objects.filter(is_promoted=True, promoted_until__lte=at or timezone.now())
    return ended.update(is_promoted=False, promoted_until=None, plan_promoted_until=None)


def _plans_part(row: Promotable, until: datetime | None, at: datetime) -> Promotable:
    locked = type(row).objects.select_for_update(no_key=True, of=["self"]).get(id=row.id)
    locked.promote_by_plan(until, at)
    locked.save(update_fields=FIELDS)
    return locked


def _lock(kind: str, row_id: UUID) -> Promotable | None:
    return _finders[kind](row_id).select_for_update(no_key=True, of=["self"]).first()
