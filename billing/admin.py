"""Money in the admin: read only. What changes an order goes through the services, with a reason that is kept."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _

from billing import decisions, revenue
from billing.models import (
    BoughtResponses,
    PaidPeriod,
    Payment,
    PaymentEvent,
    Plan,
    PromotionOffer,
    Renewal,
    ResponsePackage,
    Subscription,
)
from mwork.admin import CarefulAdmin, ReadOnlyAdmin, ReadOnlyInline


@admin.register(Plan)
class PlanAdmin(CarefulAdmin):
    """Prices and features may change at any time; which plans there are is a migration's affair."""

    readonly_fields = ["name", "rank", "is_default"]
    list_display = [
        "name",
        "price_monthly",
        "price_yearly",
        "max_photos",
        "max_responses_per_month",
        "chat_access",
    ]

    def has_add_permission(self, request):
        return False


@admin.register(ResponsePackage)
class ResponsePackageAdmin(CarefulAdmin):
    list_display = ["responses", "price"]


@admin.register(PromotionOffer)
class PromotionOfferAdmin(CarefulAdmin):
    list_display = ["days", "price"]


class PaidPeriodInline(ReadOnlyInline):
    model = PaidPeriod
    fields = readonly_fields = ["plan", "payment", "starts_at", "ends_at", "value"]


class RenewalInline(ReadOnlyInline):
    model = Renewal
    fields = readonly_fields = ["period_end", "status", "next_try_at"]


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """`manage.py grant_plan` and payments change it."""

    list_display = ["user", "plan", "started_at", "expires_at", "auto_renew", "responses_bought"]
    list_filter = ["plan", "auto_renew"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__email"]
    inlines = [PaidPeriodInline, RenewalInline]


class PaymentEventInline(ReadOnlyInline):
    model = PaymentEvent
    fields = readonly_fields = ["created_at", "kind", "verdict", "reason", "actor", "received"]

    @admin.display(description="raw")
    def received(self, event):
        return format_html("<code>{}</code>", bytes(event.raw).decode("utf-8", "replace")[:1000])


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["order_id", "user", "what", "amount", "status", "review", "created_at", "paid_at"]
    list_filter = ["needs_review", "status", "product", "plan", "paid_at"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__email", "=inv_id"]
    date_hierarchy = "created_at"
    fields = ["user", "what", "amount", "status", "review", "created_at", "paid_at", "refunded_at", "is_recurring",
              "renewal", "attempt", "promotion_id", "checked_at"]  # fmt: skip
    inlines = [PaymentEventInline]
    actions = [decisions.refund, decisions.settle_by_hand]
    change_list_template = "admin/payments.html"

    @admin.display(description="", ordering="needs_review")
    def review(self, payment):
        """A mark where there is something to do; a cross for every other order would read as an error."""
        return _("Look at it") if payment.needs_review else ""

    @admin.display(description="product")
    def what(self, payment):
        return {
            "subscription": f"{payment.plan} {payment.billing_period}",
            "responses": f"{payment.responses} responses",
            "promotion": f"{payment.promotion_days} days for a {payment.promotion_kind}",
        }[payment.product]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"months": revenue.by_month(), **(extra_context or {})})

    def has_decide_permission(self, request):
        """The actions' own: the rows themselves nobody changes here."""
        return request.user.has_perm("billing.change_payment")


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    """Also the notices that belong to no order."""

    list_display = ["created_at", "kind", "verdict", "payment", "reason", "address"]
    list_filter = ["verdict", "kind", "created_at"]
    list_select_related = ["payment"]
    search_fields = ["=payment__inv_id"]
    fields = readonly_fields = ["created_at", "payment", "kind", "verdict", "reason", "address", "actor", "received"]
    received = PaymentEventInline.received


@admin.register(BoughtResponses)
class BoughtResponsesAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "movement", "count", "payment", "response_id"]
    list_filter = ["movement"]
    list_select_related = ["user", "payment"]
    search_fields = ["user__email"]
