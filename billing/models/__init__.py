"""Plans, who has which until when, what is for sale, and every movement of money."""

from billing.models.ledger import BoughtResponses, Movement
from billing.models.payments import EventKind, Payment, PaymentEvent, PaymentStatus, Product, Verdict
from billing.models.plans import Analytics, Feature, Period, Plan
from billing.models.shop import PromotionOffer, ResponsePackage
from billing.models.subscriptions import PaidPeriod, Renewal, RenewalStatus, Status, Subscription

__all__ = [
    "Analytics",
    "BoughtResponses",
    "EventKind",
    "Feature",
    "Movement",
    "PaidPeriod",
    "Payment",
    "PaymentEvent",
    "PaymentStatus",
    "Period",
    "Plan",
    "Product",
    "PromotionOffer",
    "Renewal",
    "RenewalStatus",
    "ResponsePackage",
    "Status",
    "Subscription",
    "Verdict",
]
