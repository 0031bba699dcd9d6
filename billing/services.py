"""What happens to subscriptions. Every change holds the subscription's lock and tells it in one signal."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import limits, periods
from billing.models import Payment, Plan, Renewal, RenewalStatus, Subscription
from billing.signals import subscription_changed, subscription_ended
from mwork import clock
from mwork.api.errors import InvalidState

logger = logging.getLogger(__name__)


@transaction.atomic
def grant(*, user, plan: Plan, months: int = 1, at: datetime | None = None) -> Subscription:
    """Give the user this plan from now for so many calendar months, whatever ran before. The default plan ends it."""
    at = at or timezone.now()
    subscription = limits.lock(user)
    periods.forget_unused(subscription, at)
    if plan.is_default:
        subscription.plan = subscription.started_at = subscription.expires_at = None
    else:
        subscription.plan, subscription.started_at = plan, at
        subscription.expires_at = clock.add_months(at, months)
    subscription.auto_renew, subscription.billing_period = False, None
    subscription.mother = subscription.grace_until = None
    _stop_renewals(subscription)
    return _saved(subscription)


@transaction.atomic
def add_paid_time(*, payment: Payment, at: datetime) -> Subscription:
    """Put what a paid order for a plan buys into its user's subscription; billing.periods says how."""
    subscription = limits.lock(payment.user)
    periods.add(subscription, payment, at)
    if payment.is_recurring and payment.plan_id == subscription.plan_id:  # not when it became days of a higher plan
        subscription.mother, subscription.auto_renew = payment, True
    # Whatever renewal was under way has been done by this payment, or is needless after it.
    mine = Renewal.objects.filter(subscription=subscription, status=RenewalStatus.OPEN)
    mine.exclude(id=payment.renewal_id).update(status=RenewalStatus.STOPPED)
    mine.filter(id=payment.renewal_id).update(status=RenewalStatus.PAID)
    return _saved(subscription)


@transaction.atomic
def take_back_time(*, payment: Payment, at: datetime) -> int:
    """Take back what is unused of an order's time; returns the whole days. Nothing left: the default plan."""
    subscription = limits.lock(payment.user)
    taken = periods.remove(subscription, payment, at)
    if subscription.mother_id == payment.id:
        subscription.mother, subscription.auto_renew = None, False
    if taken and subscription.expires_at <= max(at, subscription.started_at):
        _end(subscription)
    elif subscription.renewals.filter(period_end=subscription.expires_at).exclude(status=RenewalStatus.OPEN).exists():
        subscription.auto_renew = False  # that end's renewal is over; saying otherwise would promise one
    _saved(subscription)
    return taken.days


@transaction.atomic
def cancel(*, user, at: datetime | None = None) -> Subscription:
    """Stop the renewal; the plan stays until its end. InvalidState when none is in force; again is the same."""
    subscription = limits.lock(user)
    if not subscription.is_in_force(at):
        raise InvalidState(_("You have no subscription to cancel."))
    subscription.auto_renew, subscription.grace_until = False, None
    _stop_renewals(subscription)
    return _saved(subscription)


def expire(at: datetime | None = None) -> int:
    """Drop to the default plan whoever's bought one has run out; returns how many. Safe to run twice and at once."""
    ended = 0
    for subscription_id in Subscription.objects.over(at).values_list("id", flat=True):
        try:
            ended += _expire(subscription_id, at)
        except Exception:  # one that can't be ended must not keep the others
            logger.exception("subscription %s could not be ended", subscription_id)
    return ended


@transaction.atomic
def _expire(subscription_id, at: datetime | None) -> bool:
    rows = Subscription.objects.over(at).select_for_update(skip_locked=True, no_key=True)
    subscription = rows.filter(id=subscription_id).first()
    if subscription:
        end_plan(subscription)
    return subscription is not None


def end_plan(subscription: Subscription) -> None:
    """Drop a locked subscription to the default plan and tell so."""
    plan = subscription.plan
    _end(subscription)
    _saved(subscription)
    subscription_ended.send(sender=Subscription, subscription=subscription, plan=plan)


def forget(*, user) -> None:
    """A closed account is never charged again. Money rows and what was granted stay on record."""
    Subscription.objects.filter(user=user).update(auto_renew=False, mother=None)
    Renewal.objects.filter(subscription__user=user, status=RenewalStatus.OPEN).update(status=RenewalStatus.STOPPED)


def _end(subscription: Subscription) -> None:
    """The end stays on the row: since then the default plan is in force."""
    subscription.plan = subscription.started_at = subscription.grace_until = subscription.billing_period = None
    subscription.auto_renew, subscription.mother = False, None
    _stop_renewals(subscription)


def _stop_renewals(subscription: Subscription) -> None:
    subscription.renewals.filter(status=RenewalStatus.OPEN).update(status=RenewalStatus.STOPPED)


def _saved(subscription: Subscription) -> Subscription:
    subscription.save()
    subscription_changed.send(sender=Subscription, subscription=subscription)
    return subscription
