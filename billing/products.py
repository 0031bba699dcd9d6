"""What each product's paid order brings, and what a refund of it takes back. Called under the payment's lock."""

from datetime import datetime

from billing import ledger, promotion, services
from billing.models import Payment, Product


def grant(payment: Payment, at: datetime) -> bool:
    """Give what was paid for; False when there is nothing left to give it to, such as a casting deleted since."""
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
        args = payment.promotion_kind, payment.promotion_id, payment.promotion_days, at
        return f"{promotion.take_days(*args)} of {payment.promotion_days} days of promotion"
    if payment.product == Product.RESPONSES:
        return f"{ledger.take_back(payment)} of {payment.responses} responses"
    return f"{services.take_back_time(payment=payment, at=at)} days of the plan"
