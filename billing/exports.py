"""What a person is given of what lies here: accounts.exporting."""

from accounts.exporting import row, section
from billing.models import BoughtResponses, PaidPeriod, Payment, Renewal, Subscription

SUBSCRIPTION = ("plan__name", "started_at", "expires_at", "auto_renew", "billing_period", "responses_bought")
PAYMENT = (
    "id", "inv_id", "product", "amount", "status", "plan__name", "billing_period", "responses", "promotion_days",
    "promotion_kind", "promotion_id", "is_recurring", "created_at", "paid_at", "refunded_at",
)  # fmt: skip


@section("subscription", Subscription)
def subscription(user):
    return row(Subscription.objects.filter(user=user), *SUBSCRIPTION)


@section("paid_periods", PaidPeriod)
def paid_periods(user):
    rows = PaidPeriod.objects.filter(subscription__user=user).order_by("id")
    return rows.values("plan__name", "payment_id", "starts_at", "ends_at", "created_at")


@section("renewals", Renewal)
def renewals(user):
    rows = Renewal.objects.filter(subscription__user=user).order_by("id")
    return rows.values("period_end", "status", "next_try_at", "created_at")


@section("payments", Payment)
def payments(user):
    return user.payments.order_by("id").values(*PAYMENT)


@section("bought_responses", BoughtResponses)
def bought_responses(user):
    return user.bought_responses.order_by("id").values("movement", "count", "payment_id", "response_id", "created_at")
