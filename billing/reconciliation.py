"""Reconciliation: asking the provider about orders whose notice did not come."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone

from billing import gateway, renewals, settlement
from billing.models import EventKind, Payment, PaymentEvent, PaymentStatus, Verdict
from billing.robokassa import CANCELLED

logger = logging.getLogger(__name__)

OLDER_THAN = timedelta(minutes=10)
PAUSE = timedelta(minutes=5)  # between two questions about one order
MOST = 500  # orders in one run; the longest unasked come first


def reconcile(at: datetime | None = None, older_than: timedelta = OLDER_THAN) -> dict[str, int]:
    """Ask about every pending order older than that and settle it as a notice would.

    Returns how many were asked about, and of these settled, declined and unreachable. Safe to run twice and at once: a
    guarded update claims an order for PAUSE, and settling holds its lock.
    """
    at = at or timezone.now()
    counts = {"asked": 0, "settled": 0, "declined": 0, "unreachable": 0}
    unasked = Q(checked_at=None) | Q(checked_at__lte=at - PAUSE)
    waiting = Payment.objects.pending().filter(unasked, created_at__lte=at - older_than)
    order = F("checked_at").asc(nulls_first=True), "created_at"
    for payment_id in waiting.order_by(*order).values_list("id", flat=True)[:MOST]:
        if not waiting.filter(id=payment_id).update(checked_at=at):
            continue
        counts["asked"] += 1
        try:
            _ask(Payment.objects.select_related("renewal").get(id=payment_id), at, counts)
        except gateway.Unreachable as error:
            counts["unreachable"] += 1
            logger.warning("reconciliation: %s", error)
    return counts


def _ask(payment: Payment, at: datetime, counts: dict[str, int]) -> None:
    state, raw = gateway.ask_state(payment.inv_id)
    if not (state.is_done or state.is_declined or payment.renewal_id):
        return  # the buyer is still at it, or never came: the order's own end will close it
    event = PaymentEvent.objects.create(payment=payment, kind=EventKind.STATE, raw=raw)
    if state.is_done:
        counts["settled"] += _settle(payment, state, event, at)
    elif payment.renewal_id:
        renewals.decide(payment, state, event, at)
        counts["declined"] += PaymentEvent.objects.filter(id=event.id, verdict=Verdict.DECLINED).count()
    else:
        status = PaymentStatus.CANCELLED if state.code == CANCELLED else PaymentStatus.FAILED
        counts["declined"] += settlement.decline(payment, event, status, f"state {state.code}")


def _settle(payment: Payment, state, event: PaymentEvent, at: datetime) -> bool:
    """Settle unless the provider names another sum, which is for staff to look at."""
    if state.amount is not None and state.amount != Decimal(payment.amount):
        event.verdict, event.reason = Verdict.WRONG_SUM, f"{state.amount} came, {payment.amount} was ordered"
        event.save(update_fields=["verdict", "reason"])
        logger.error("order %s: %s", payment.order_id, event.reason)
        return False
    return settlement.settle(payment, event, at)
