"""What a user's plan allows. Everybody asks here; whoever owns the counted rows registers how to count them."""

from collections.abc import Callable
from datetime import datetime

from billing.models import Feature, Plan, Subscription
from mwork.api.errors import LimitReached

Counter = Callable[[object, datetime | None], int]

_counters: dict[Feature, Counter] = {}


def register(feature: Feature, counter: Counter) -> None:
    """`counter(user, at)` tells how many uses of the feature count at this moment (now when None)."""
    _counters[feature] = counter


def uncounted() -> set[str]:
    """Counted features that nobody registered a counter for; a system check refuses them."""
    return set(Feature.counted) - set(_counters)


def subscription_of(user, at: datetime | None = None) -> Subscription:
    """The user's subscription with the plan in force at this moment.

    For whoever never bought, or whose plan has run out, an unsaved one on the default plan: started with the
    account (or when the bought plan ended), without an end.
    """
    subscription = Subscription.objects.select_related("plan").filter(user=user).first()
    if subscription is not None and subscription.is_in_force(at):
        return subscription
    ended = subscription.expires_at if subscription else None
    return Subscription(user=user, plan=_default(), started_at=ended or user.created_at)


def plan_of(user, at: datetime | None = None) -> Plan:
    """The plan in force; the default one for whoever has none."""
    return subscription_of(user, at).plan


def used(user, feature: Feature, at: datetime | None = None) -> int:
    return _counters[feature](user, at)


def check(user, feature: Feature, at: datetime | None = None) -> None:
    """Raise LimitReached if one more use would pass the plan. A first look, without a lock: see `require`."""
    _refuse(user, feature, plan_of(user, at), at)


def require(user, feature: Feature, at: datetime | None = None) -> None:
    """Raise LimitReached if one more use would pass the plan.

    Call it first in the transaction that makes the use: it locks the user's subscription row, so that of two uses
    at the same moment the second counts the first.
    """
    Subscription.objects.get_or_create(user=user)
    subscription = Subscription.objects.select_for_update(of=["self"]).select_related("plan").get(user=user)
    plan = subscription.plan if subscription.is_in_force(at) else _default()
    _refuse(user, feature, plan, at)


def _default() -> Plan:
    return Plan.objects.get(is_default=True)


def _refuse(user, feature: Feature, plan: Plan, at: datetime | None) -> None:
    limit = getattr(plan, feature)
    if limit is None:
        return
    count = used(user, feature, at)
    if count >= limit:
        raise LimitReached(details={"feature": [str(feature)], "limit": [limit], "used": [count], "plan": [plan.name]})
