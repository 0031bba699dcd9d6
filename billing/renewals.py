"""Renewals: charging the card of the first payment again before a plan ends, and telling the user beforehand.

A renewal is one row per subscription and end (unique), each try of it an order of its own (unique per try), written and
committed before the provider is asked: a dead process leaves an order that OpStateExt decides, never a second charge.
"""

import logging
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from billing import gateway, orders, services, settlement
from billing.models import (
    EventKind,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Product,
    Renewal,
    RenewalStatus,
    Subscription,
    Verdict,
)
from billing.models.subscriptions import GRACE
from billing.robokassa import BEGUN
from billing.signals import renewal_ahead, renewal_declined, subscription_changed

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=1)  # before the end, the first try
TRIES = (timedelta(0), timedelta(days=1), timedelta(days=3))  # after the first one
SILENCE = timedelta(hours=24)  # after which a charge that the provider does not know counts as declined
REMINDED_AHEAD = timedelta(days=3)
MOST = 1000  # subscriptions in one run; the next one takes the rest


def renew(at: datetime | None = None) -> int:
    """Charge whatever is due; returns how many charges were sent. Safe to run twice and at once."""
    at = at or timezone.now()
    if not orders.may_renew():
        return 0
    charges, unheard = 0, 0
    for subscription_id in _due(at):
        try:
            payment = _open_try(subscription_id, at)
            if payment:
                charges += 1
                unheard = 0 if _charge(payment, at) else unheard + 1
        except Exception:  # one that can't be charged must not keep the others
            logger.exception("subscription %s could not be renewed", subscription_id)
        if unheard == gateway.PATIENCE:
            logger.error("the provider does not answer: the rest is left to the next run")
            break
    return charges


def decide(payment: Payment, state, event: PaymentEvent, at: datetime) -> None:
    """What OpStateExt says of a pending charge that is not paid.

    Declined when it was refused, when it is unknown or merely begun after SILENCE, and when it is still under way as
    the plan's grace ends: should its money come after all, it is honoured.
    """
    age, over = at - payment.created_at, payment.renewal.period_end + GRACE
    if state.is_declined:
        decline(payment, event, f"state {state.code}", at)
    elif (state.is_unknown or state.code == BEGUN) and age >= SILENCE:
        decline(payment, event, "not paid in 24 hours", at)
    elif at >= over:
        decline(payment, event, f"still in state {state.code} as the grace ends", at)
    else:
        PaymentEvent.objects.filter(id=event.id).update(payment=payment, verdict=Verdict.UNDECIDED)


@transaction.atomic
def decline(payment: Payment, event: PaymentEvent, reason: str, at: datetime) -> None:
    """A try has failed: set the next one, or end the renewal, and the plan with it if its time is over."""
    if not settlement.decline(payment, event, PaymentStatus.FAILED, reason):
        return
    subscription = Subscription.objects.select_for_update(no_key=True).get(id=payment.renewal.subscription_id)
    renewal = Renewal.objects.select_for_update().get(id=payment.renewal_id)
    is_last = payment.attempt == len(TRIES)
    if renewal.status != RenewalStatus.OPEN:
        return  # it was paid for, cancelled or ended otherwise meanwhile
    if is_last:
        renewal.status = RenewalStatus.FAILED
        renewal.save(update_fields=["status"])
    renewal_declined.send(
        sender=Renewal, subscription=subscription, renewal=renewal, attempt=payment.attempt, is_last=is_last
    )
    if is_last:
        subscription.auto_renew, subscription.grace_until = False, None
        subscription.save(update_fields=["auto_renew", "grace_until"])
        if not subscription.is_in_force(at):
            services.end_plan(subscription)
        else:
            subscription_changed.send(sender=Subscription, subscription=subscription)


def remind(at: datetime | None = None, most: int = MOST) -> int:
    """Tell whoever's plan ends within REMINDED_AHEAD, once per end; returns how many. Safe to run twice and at once."""
    at = at or timezone.now()
    near = Subscription.objects.filter(plan__isnull=False, expires_at__gt=at, expires_at__lte=at + REMINDED_AHEAD)
    near = near.exclude(reminded_of=F("expires_at")).exclude(user__in=get_user_model().objects.absent(at))
    told = 0
    for subscription_id in near.order_by("expires_at").values_list("id", flat=True)[:most]:
        with transaction.atomic():
            rows = near.select_for_update(skip_locked=True, no_key=True)
            subscription = rows.filter(id=subscription_id).first()
            if subscription is None:
                continue
            subscription.reminded_of = subscription.expires_at
            subscription.save(update_fields=["reminded_of"])
            charged = orders.may_renew() and subscription.auto_renew and subscription.mother_id is not None
            renewal_ahead.send(
                sender=Subscription, subscription=subscription, amount=price(subscription), will_be_charged=charged
            )
            told += 1
    return told


def price(subscription: Subscription) -> int:
    """Whole tenge that one more period of the plan costs today."""
    return subscription.plan.price(subscription.billing_period or "monthly")


def _due(at: datetime) -> list:
    """Subscriptions near their end without a renewal, and those whose next try is due."""
    fresh = Subscription.objects.renewable(at, AHEAD).exclude(renewals__period_end=F("expires_at"))
    again = (
        Renewal.objects.filter(status=RenewalStatus.OPEN, next_try_at__lte=at)
        .order_by("next_try_at")
        .values_list("subscription", flat=True)
    )
    return [*fresh.values_list("id", flat=True)[:MOST], *again[:MOST]]


@transaction.atomic
def _open_try(subscription_id, at: datetime) -> Payment | None:
    """The order of the try that is due now; None when none is, or another process is at it."""
    rows = Subscription.objects.renewable(at, AHEAD).select_for_update(skip_locked=True, no_key=True)
    subscription = rows.filter(id=subscription_id).first()
    if subscription is None:
        return None
    if not price(subscription):  # no longer for sale: the plan ends when its time is over
        services.cancel(user=subscription.user, at=at)
        return None
    first = {"next_try_at": at}
    renewal, _ = Renewal.objects.get_or_create(
        subscription=subscription, period_end=subscription.expires_at, defaults=first
    )
    tries = list(renewal.charges.order_by("attempt"))
    waits = any(charge.status == PaymentStatus.PENDING for charge in tries)
    if renewal.status != RenewalStatus.OPEN or renewal.next_try_at > at or waits or len(tries) == len(TRIES):
        return None
    began = tries[0].created_at if tries else at
    renewal.next_try_at = began + TRIES[min(len(tries) + 1, len(TRIES) - 1)]
    renewal.save(update_fields=["next_try_at"])
    subscription.grace_until = subscription.expires_at + GRACE
    subscription.save(update_fields=["grace_until"])
    subscription_changed.send(sender=Subscription, subscription=subscription)
    return Payment.objects.create(
        user=subscription.user,
        product=Product.SUBSCRIPTION,
        plan=subscription.plan,
        billing_period=subscription.billing_period,
        amount=price(subscription),
        renewal=renewal,
        attempt=len(tries) + 1,
        created_at=at,
    )


def _charge(payment: Payment, at: datetime) -> bool:
    """Ask the provider, outside of any transaction, and record the answer; False when there was none."""
    # The locked row's own word, asked again: an account that closed a moment ago has taken the card back.
    mother = Payment.objects.filter(id=payment.renewal.subscription.mother_id).first()
    if not Subscription.objects.filter(id=payment.renewal.subscription_id, auto_renew=True, mother=mother).exists():
        decline(payment, _record(payment, Verdict.RECEIVED, b""), "the card was taken back", at)
        return True
    try:
        with translation.override(payment.user.language):
            description = orders.describe(payment)
        accepted, raw = gateway.charge(
            inv_id=payment.inv_id, previous_inv_id=mother.inv_id, amount=payment.amount,
            description=description, shp=orders.shp(payment),
        )  # fmt: skip
    except gateway.Unreachable as error:
        logger.warning("charge of %s: %s; OpStateExt will tell", payment.order_id, error)
        _record(payment, Verdict.UNDECIDED, b"", str(error))
        return False
    event = _record(payment, Verdict.ACCEPTED if accepted else Verdict.RECEIVED, raw)
    if not accepted:
        decline(payment, event, "the provider did not accept the charge", at)
    return True


def _record(payment: Payment, verdict: Verdict, raw: bytes, reason: str = "") -> PaymentEvent:
    return PaymentEvent.objects.create(
        payment=payment, kind=EventKind.CHARGE, verdict=verdict, raw=raw, reason=reason[:500]
    )
