"""What each product's paid order brings, and what a refund of it takes back. Called under the payment's lock."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Sum

from billing import ledger, limits, promotion, services
from billing.models import Payment, PaymentStatus, Product


def grant(payment: Payment, at: datetime) -> bool:
    """Give what was paid for; False when there is nothing left to give it to: a casting deleted, an account closed."""
    limits.lock(payment.user)  # closing an account takes this lock first: it has left, or waits until this is done
    if not get_user_model().objects.present().filter(id=payment.user_id).exists():
        return False
    if payment.product == Product.PROMOTION:
        return promotion.add_days(payment.promotion_kind, payment.promotion_id, payment.promotion_days, at)
    if payment.product == Product.RESPONSES:
        ledger.buy(payment)
    else:
        services.add_paid_time(payment=payment, at=at)
    return True


def take_back(payment: Payment, at: datetime) -> str:
    """Take back what is unused of it, never below nothing; says how much that was, for the record."""
    if payment.needs_review:
        return "nothing had been granted"
    if payment.product == Product.PROMOTION:
        return f"{_take_promotion(payment, at)} of {payment.promotion_days} days of promotion"
    if payment.product == Product.RESPONSES:
        return f"{ledger.take_back(payment)} of {payment.responses} responses"
    return f"{services.take_back_time(payment=payment, at=at)} days of the plan"


def _take_promotion(payment: Payment, at: datetime) -> int:
    same = Payment.objects.filter(promotion_kind=payment.promotion_kind, promotion_id=payment.promotion_id)
    later = same.filter(status=PaymentStatus.PAID, needs_review=False, paid_at__gt=payment.paid_at)
    days = later.aggregate(days=Sum("promotion_days", default=0))["days"]
    return promotion.take_days(payment.promotion_kind, payment.promotion_id, payment.promotion_days, at, later=days)
