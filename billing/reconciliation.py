"""Reconciliation: asking the provider about orders whose notice did not come."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from billing import gateway, renewals, settlement
from billing.models import EventKind, Payment, PaymentEvent, PaymentStatus, Verdict
from billing.robokassa import CANCELLED

logger = logging.getLogger(__name__)

OLDER_THAN = timedelta(minutes=10)
PAUSE = timedelta(minutes=5)  # between two questions about one pending order
LATE_PAUSE, LATE_FOR = timedelta(hours=6), timedelta(days=3)  # the same for expired ones, and how long they are asked
MOST = 500  # orders in one run; the longest unasked come first


def reconcile(
    at: datetime | None = None, older_than: timedelta = OLDER_THAN, pause: timedelta = PAUSE
) -> dict[str, int]:
    """Ask about every pending order older than that, and lately expired ones; settle as a notice would.

    Returns how many were asked about, and of these settled, declined and unreachable. Safe to run twice and at once: a
    guarded update claims an order for `pause`, and settling holds its lock. Stops when the provider does not answer.
    """
    at = at or timezone.now()
    counts, unheard = {"asked": 0, "settled": 0, "declined": 0, "unreachable": 0}, 0
    waiting = _waiting(at, older_than, pause)
    order = F("checked_at").asc(nulls_first=True), "created_at"
    for payment_id in waiting.order_by(*order).values_list("id", flat=True)[:MOST]:
        if not waiting.filter(id=payment_id).update(checked_at=at):
            continue
        counts["asked"] += 1
        try:
            _ask(Payment.objects.select_related("renewal").get(id=payment_id), at, counts)
            unheard = 0
        except gateway.Unreachable as error:
            counts["unreachable"] += 1
            unheard += 1
            logger.warning("reconciliation: %s", error)
        except Exception:  # one that can't be settled must not keep the others
            logger.exception("reconciliation of payment %s", payment_id)
        if unheard == gateway.PATIENCE:
            break
    return counts


def _waiting(at: datetime, older_than: timedelta, pause: timedelta) -> QuerySet[Payment]:
    """Orders to ask about now. One asked "later" than now was asked by a command with another clock, and counts not."""

    def unasked(since: timedelta) -> Q:
        return Q(checked_at=None) | Q(checked_at__lte=at - since) | Q(checked_at__gt=at)

    pending = Q(status=PaymentStatus.PENDING) & unasked(pause)
    late = Q(status=PaymentStatus.EXPIRED, created_at__gt=at - LATE_FOR) & unasked(LATE_PAUSE if pause else pause)
    return Payment.objects.filter(pending | late, created_at__lte=at - older_than)


def _ask(payment: Payment, at: datetime, counts: dict[str, int]) -> None:
    state, raw = gateway.ask_state(payment.inv_id)
    if not (state.is_done or state.is_declined or payment.renewal_id):
        return  # the buyer is still at it, or never came: the order's own end will close it
    event = _event(payment, raw)
    if state.is_done:
        counts["settled"] += _settle(payment, state, event, at)
    elif payment.renewal_id:
        renewals.decide(payment, state, event, at)
        counts["declined"] += PaymentEvent.objects.filter(id=event.id, verdict=Verdict.DECLINED).count()
    else:
        status = PaymentStatus.CANCELLED if state.code == CANCELLED else PaymentStatus.FAILED
        counts["declined"] += settlement.decline(payment, event, status, f"state {state.code}")


def _event(payment: Payment, raw: bytes) -> PaymentEvent:
    """The row of this answer: a new one, unless the last answer was the same and decided nothing."""
    last = payment.events.filter(kind=EventKind.STATE).order_by("-created_at", "-id").first()
    if last and bytes(last.raw) == raw and last.verdict in (Verdict.UNDECIDED, Verdict.WRONG_SUM):
        return last
    return PaymentEvent.objects.create(payment=payment, kind=EventKind.STATE, raw=raw)


def _settle(payment: Payment, state, event: PaymentEvent, at: datetime) -> bool:
    """Settle unless the provider names another sum, which is for staff to look at."""
    if state.amount is None or state.amount == Decimal(payment.amount):
        return settlement.settle(payment, event, at)
    if event.verdict != Verdict.WRONG_SUM:
        event.verdict, event.reason = Verdict.WRONG_SUM, f"{state.amount} came, {payment.amount} was ordered"
        event.save(update_fields=["verdict", "reason"])
        logger.error("order %s: %s", payment.order_id, event.reason)
    return False
