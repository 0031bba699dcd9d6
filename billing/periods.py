"""The time that money buys: stretches of a subscription, each with the tenge it stands for.

The caller holds the subscription's lock in all of these, and they write its row and its stretches together.
"""

from datetime import datetime, timedelta

from billing.models import PaidPeriod, Payment, Period, Subscription
from mwork import clock


def add(subscription: Subscription, payment: Payment, at: datetime) -> None:
    """Put what a paid order for a plan buys into the subscription.

    With no plan in force it starts at `at`. The same plan goes on from its end. A higher plan starts at once, and the
    unused worth of the lower one is turned into its days. A lower plan paid late (the higher one was bought meanwhile)
    becomes days of the higher one: money that came is never lost, and there is one plan at a time.
    """
    months = Period(payment.billing_period).months
    if not subscription.is_in_force(at):
        subscription.started_at = at
        _append(subscription, payment, at, clock.add_months(at, months))
    elif payment.plan_id == subscription.plan_id:
        _append(subscription, payment, subscription.expires_at, clock.add_months(subscription.expires_at, months))
    elif payment.plan.rank > subscription.plan.rank:
        _upgrade(subscription, payment, at, clock.add_months(at, months))
    else:
        _add_worth(subscription, payment, max(subscription.expires_at, at))
    subscription.grace_until = None


def remove(subscription: Subscription, payment: Payment, at: datetime) -> timedelta:
    """Take back what is unused of an order's time; later stretches move up. Returns how much that was."""
    taken = timedelta(0)
    for period in payment.periods.filter(subscription=subscription, ends_at__gt=at).order_by("-starts_at"):
        unused, end = period.ends_at - max(period.starts_at, at), period.ends_at
        _cut(period, at)
        for later in subscription.paid_periods.filter(starts_at__gte=end).order_by("starts_at"):
            later.starts_at, later.ends_at = later.starts_at - unused, later.ends_at - unused
            later.save(update_fields=["starts_at", "ends_at"])
        taken += unused
    if taken:
        subscription.expires_at -= taken
    return taken


def forget_unused(subscription: Subscription, at: datetime) -> None:
    """Cut every stretch at this moment: staff gave or took a plan, whatever was bought before."""
    for period in subscription.paid_periods.filter(ends_at__gt=at):
        _cut(period, at)


def worth(value: int, unused: timedelta, whole: timedelta) -> int:
    """Whole tenge that the unused part of a stretch stands for: paid price × unused ÷ whole, rounded down."""
    return value * (unused // _TICK) // (whole // _TICK)


def days_for(tenge: int, price: int, days: int) -> int:
    """Whole days that so many tenge buy where `days` cost `price`: tenge × days ÷ price, rounded up."""
    return -(-tenge * days // price)


def conversion(worths: list[int], price: int, days: int) -> list[int]:
    """The days that each of several worths becomes. Together they are what their sum becomes, rounded up once."""
    result, tenge, given = [], 0, 0
    for each in worths:
        tenge += each
        total = days_for(tenge, price, days)
        result.append(total - given)
        given = total
    return result


_TICK = timedelta(microseconds=1)


def _append(subscription: Subscription, payment: Payment, start: datetime, end: datetime) -> None:
    subscription.plan, subscription.expires_at = payment.plan, end
    subscription.billing_period = payment.billing_period
    _create(subscription, payment, start, end, payment.amount)


def _upgrade(subscription: Subscription, payment: Payment, at: datetime, end: datetime) -> None:
    olds = list(subscription.paid_periods.filter(ends_at__gt=at).select_related("payment"))
    worths = [worth(old.value, old.ends_at - max(old.starts_at, at), old.ends_at - old.starts_at) for old in olds]
    for old in olds:
        _cut(old, at)
    subscription.started_at = at
    _append(subscription, payment, at, end)
    # The bonus days stay the older orders' own, so that a refund of one of those takes back what it became.
    for old, tenge, days in zip(olds, worths, conversion(worths, payment.amount, (end - at).days), strict=True):
        if days:
            start, subscription.expires_at = subscription.expires_at, subscription.expires_at + timedelta(days=days)
            _create(subscription, old.payment, start, subscription.expires_at, tenge)


def _add_worth(subscription: Subscription, payment: Payment, start: datetime) -> None:
    """Days of the plan in force for the order's money, at that plan's daily price."""
    period = Period(payment.billing_period)
    days = (clock.add_months(start, period.months) - start).days
    price = max(1, subscription.plan.price(period))
    subscription.expires_at = start + timedelta(days=days_for(payment.amount, price, days))
    _create(subscription, payment, start, subscription.expires_at, payment.amount)


def _create(subscription: Subscription, payment: Payment, start: datetime, end: datetime, value: int) -> None:
    PaidPeriod.objects.create(
        subscription=subscription, plan=subscription.plan, payment=payment, starts_at=start, ends_at=end, value=value
    )  # fmt: skip


def _cut(period: PaidPeriod, at: datetime) -> None:
    """End the stretch at this moment with the worth of what was used; one that had not begun goes."""
    if period.starts_at >= at:
        period.delete()
        return
    unused = worth(period.value, period.ends_at - at, period.ends_at - period.starts_at)
    period.value, period.ends_at = period.value - unused, at
    period.save(update_fields=["value", "ends_at"])
