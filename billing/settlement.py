"""Where an order's status moves: the one place that marks an order paid and grants it, or takes either back.

Confirming locks the payment, then the subscription, then what is promoted: always in that order.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from billing import products, robokassa
from billing.gateway import merchant
from billing.models import EventKind, Payment, PaymentEvent, PaymentStatus, Verdict
from billing.signals import payment_paid, payment_refunded
from mwork.api.errors import InvalidState


def hear(event: PaymentEvent, fields: dict[str, list[str]], at: datetime | None = None) -> robokassa.Notice | None:
    """Judge a stored notice; the notice when it is in order (also when it only repeats), else None.

    The verdict and its reason stand on the event afterwards.
    """
    try:
        notice = robokassa.parse_notice(fields)
    except robokassa.Malformed as error:
        return _refuse(event, Verdict.MALFORMED, str(error))
    if not robokassa.is_genuine(merchant(), notice):
        return _refuse(event, Verdict.BAD_SIGNATURE, "the signature is not the provider's")
    payment = Payment.objects.filter(inv_id=notice.inv_id).first()
    if payment is None:
        return _refuse(event, Verdict.UNKNOWN_ORDER, f"there is no order {notice.inv_id}")
    event.payment = payment
    if not _is_of(payment, notice):
        return _refuse(event, Verdict.WRONG_ORDER, "Shp_payment names another order")
    if notice.amount != Decimal(payment.amount):
        return _refuse(event, Verdict.WRONG_SUM, f"{notice.out_sum} came, {payment.amount} was ordered")
    settle(payment, event, at)
    return notice


@transaction.atomic
def settle(payment: Payment, event: PaymentEvent, at: datetime | None = None) -> bool:
    """The order is paid: mark it, grant it, tell it, and write the event's verdict, all or nothing.

    False when it was paid before: then nothing happens but the verdict. Of several at the same moment the first one
    holds the lock, and the others find it paid.
    """
    at = at or timezone.now()
    payment = _lock(payment)
    if payment.status in PaymentStatus.settled:
        _judge(event, payment, Verdict.REPEATED)
        return False
    payment.move_to(PaymentStatus.PAID)
    payment.paid_at = at
    payment.needs_review = not products.grant(payment, at)
    payment.save(update_fields=["status", "paid_at", "needs_review"])
    if payment.user.closed_at is None:
        payment_paid.send(sender=Payment, payment=payment)
    _judge(event, payment, Verdict.REVIEW if payment.needs_review else Verdict.GRANTED)
    return True


@transaction.atomic
def decline(payment: Payment, event: PaymentEvent, status: str, reason: str) -> bool:
    """A pending order will not be paid, for all that is known now; False when it is pending no more."""
    payment = _lock(payment)
    declined = payment.status == PaymentStatus.PENDING
    if declined:
        payment.move_to(status)
        payment.save(update_fields=["status"])
    _judge(event, payment, Verdict.DECLINED, reason)
    return declined


@transaction.atomic
def refund(*, payment: Payment, reason: str, actor=None, at: datetime | None = None) -> PaymentEvent:
    """Record that the money was given back, and take back what is unused of the order. InvalidState unless it is paid.

    The money itself is returned in the provider's cabinet: its interface for that is not offered in Kazakhstan.
    """
    at = at or timezone.now()
    payment = _lock(payment)
    if payment.status != PaymentStatus.PAID:
        raise InvalidState(_("Only a paid order can be refunded."))
    taken = products.take_back(payment, at)
    payment.move_to(PaymentStatus.REFUNDED)
    payment.refunded_at, payment.needs_review = at, False
    payment.save(update_fields=["status", "refunded_at", "needs_review"])
    payment_refunded.send(sender=Payment, payment=payment)
    details = {"amount": payment.amount, "taken_back": taken}
    audit.record(actor=actor, action="refund", target=payment, reason=reason, subject=payment.user, details=details)
    text = f"{reason} (taken back: {taken})"[:500]
    return _record_by_hand(payment, Verdict.REFUNDED, text, actor)


@transaction.atomic
def settle_by_hand(*, payment: Payment, reason: str, actor=None, at: datetime | None = None) -> PaymentEvent:
    """Settle an order whose money staff have seen although no notice came. InvalidState when it is settled."""
    if _lock(payment).status in PaymentStatus.settled:
        raise InvalidState(_("This order is settled already."))
    event = _record_by_hand(payment, Verdict.RECEIVED, reason[:500], actor)
    settle(payment, event, at)
    details = {"amount": payment.amount, "verdict": event.verdict}
    audit.record(
        actor=actor, action="settle_by_hand", target=payment, reason=reason, subject=payment.user, details=details
    )
    return event


def expire_orders(at: datetime | None = None, **older_than) -> int:
    """Close orders that nobody paid in time; returns how many. A late notice is honoured all the same."""
    return Payment.objects.stale(at, **older_than).update(status=PaymentStatus.EXPIRED)


def _lock(payment: Payment) -> Payment:
    """The order as it is now, locked. "No key": events may point to it meanwhile."""
    rows = Payment.objects.select_for_update(of=["self"], no_key=True)
    return rows.select_related("user", "plan").get(id=payment.id)


def _is_of(payment: Payment, notice: robokassa.Notice) -> bool:
    """Is the notice's Shp this order's? One without any was signed all the same: money is not refused for that."""
    return all(value == payment.id.hex for name, value in notice.shp if name.lower() == "shp_payment")


def _record_by_hand(payment: Payment, verdict: Verdict, reason: str, actor) -> PaymentEvent:
    return PaymentEvent.objects.create(
        payment=payment, kind=EventKind.BY_HAND, verdict=verdict, reason=reason, raw=b"", actor=actor
    )


def _refuse(event: PaymentEvent, verdict: Verdict, reason: str) -> None:
    event.verdict, event.reason = verdict, reason[:500]
    event.save(update_fields=["payment", "verdict", "reason"])


def _judge(event: PaymentEvent, payment: Payment, verdict: Verdict, reason: str = "") -> None:
    event.payment, event.verdict = payment, verdict
    event.reason = event.reason or reason[:500]
    event.save(update_fields=["payment", "verdict", "reason"])
