"""What a user's plan allows. Everybody asks here; whoever owns the counted rows registers how to count them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from uuid import UUID

from billing.models import Analytics, Feature, Plan, Subscription
from mwork.api.errors import LimitReached
from mwork.prepared import Prepared

Counter = Callable[[object, datetime | None], int]

_counters: dict[Feature, Counter] = {}
_SUBSCRIPTION = Prepared(lambda slot: Subscription.objects.filter(user=slot("user_id")).select_related("plan"))
_LOCKED = Prepared(lambda slot: Subscription.objects.select_for_update(no_key=True).filter(user=slot("user_id")))
_PLAN = Prepared(lambda slot: Plan.objects.filter(id=slot("id")))
_DEFAULT = Prepared(lambda slot: Plan.objects.filter(is_default=True))


class Source(Enum):
    """Out of what one more use is taken."""

    PLAN = "plan"
    BOUGHT = "bought"


def register(feature: Feature, counter: Counter) -> None:
    """`counter(user, at)` tells how many uses of the feature count at this moment (now when None)."""
    _counters[feature] = counter


def uncounted() -> set[str]:
    """Counted features that nobody registered a counter for; a system check refuses them."""
    return set(Feature.counted) - set(_counters)


def subscription_of(user, at: datetime | None = None) -> Subscription:
    """The user's subscription with the plan in force at this moment.

    For whoever never bought, or whose plan has run out, an unsaved one on the default plan: started with the
    account (or when the bought plan ended), without an end. What is left of bought responses stands in both.
    """
    subscription = _SUBSCRIPTION.first(user_id=user.id)
    if subscription is not None and subscription.is_in_force(at):
        return subscription
    ended = subscription.expires_at if subscription else None
    left = subscription.responses_bought if subscription else 0
    return Subscription(user=user, plan=_default(), started_at=ended or user.created_at, responses_bought=left)


def plan_of(user, at: datetime | None = None) -> Plan:
    """The plan in force; the default one for whoever has none."""
    return subscription_of(user, at).plan


def used(user, feature: Feature, at: datetime | None = None) -> int:
    return _counters[feature](user, at)


def allows(user, feature: Feature, at: datetime | None = None) -> bool:
    """Does the plan in force have this feature, which nobody counts?"""
    return bool(getattr(plan_of(user, at), feature))


def allow(user, feature: Feature, at: datetime | None = None) -> None:
    """Raise LimitReached unless the plan has this feature, which nobody counts."""
    plan = plan_of(user, at)
    if not getattr(plan, feature):
        raise reached(feature, plan, limit=0, used=0)


def grade(user, feature: Feature, at: datetime | None = None) -> str:
    """How much the plan has of a feature that comes in grades; LimitReached when it is none of it."""
    plan = plan_of(user, at)
    found = getattr(plan, feature)
    if found == Analytics.NONE:
        raise reached(feature, plan, limit=0, used=0)
    return found


def check(user, feature: Feature, at: datetime | None = None) -> None:
    """Raise LimitReached if one more use would pass the plan. A first look, without a lock: see `require`."""
    subscription = subscription_of(user, at)
    _source(user, feature, subscription.plan, subscription, at)


def require(user, feature: Feature, at: datetime | None = None) -> Source:
    """Out of what one more use is taken; raise LimitReached if it would pass the plan and nothing bought is left.

    Call it first in the transaction that makes the use: it locks the user's subscription row, so that of two uses
    at the same moment the second counts the first.
    """
    subscription = lock(user)
    plan = _PLAN.first(id=subscription.plan_id) if subscription.is_in_force(at) else _default()
    return _source(user, feature, plan, subscription, at)


def lock(user) -> Subscription:
    """The user's subscription row, locked; made when there was none.

    Its plan is read afterwards and not joined: when the lock was waited for and the plan changed meanwhile, PostgreSQL
    gives the new row beside the join of the old one, that is, without a plan.
    """
    subscription = _LOCKED.first(user_id=user.id)
    if subscription is None:
        Subscription.objects.get_or_create(user=user)
        subscription = _LOCKED.first(user_id=user.id)
    return subscription


def lock_all(users: Iterable, at: datetime | None = None) -> dict[UUID, Plan]:
    """The plan in force of each of these users, by the user's id; their subscription rows are locked.

    In one order, so that two who lock several of the same never wait for each other, in a fixed number of queries.
    """
    ids = sorted({user.pk for user in users})
    Subscription.objects.bulk_create((Subscription(user_id=user_id) for user_id in ids), ignore_conflicts=True)
    rows = list(Subscription.objects.select_for_update(no_key=True).filter(user__in=ids).order_by("user_id"))
    plans = Plan.objects.in_bulk()
    default = next(plan for plan in plans.values() if plan.is_default)
    for row in rows:
        row.plan = plans.get(row.plan_id)
    return {row.user_id: row.plan if row.is_in_force(at) else default for row in rows}


def require_within(plan: Plan, feature: Feature, used: int) -> None:
    """Raise LimitReached if one more use than `used` would pass this plan; what was bought is not looked at."""
    limit = getattr(plan, feature)
    if limit is not None and used >= limit:
        raise reached(feature, plan, limit=limit, used=used)


def reached(feature: Feature, plan: Plan, *, limit: int, used: int) -> LimitReached:
    """The refusal, to be raised."""
    return LimitReached(details={"feature": [str(feature)], "limit": [limit], "used": [used], "plan": [plan.name]})


def _default() -> Plan:
    if plan := _DEFAULT.first():
        return plan
    raise Plan.DoesNotExist


def _source(user, feature: Feature, plan: Plan, subscription: Subscription, at: datetime | None) -> Source:
    limit = getattr(plan, feature)
    if limit is None:
        return Source.PLAN
    count = used(user, feature, at)
    if count < limit:
        return Source.PLAN
    if feature == Feature.RESPONSES and subscription.responses_bought:
        return Source.BOUGHT
    raise reached(feature, plan, limit=limit, used=count)
