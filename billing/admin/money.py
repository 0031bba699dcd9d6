"""Orders, what was heard of each, subscriptions and the ledger of bought responses."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import moderation, revenue, settlement
from billing.models import BoughtResponses, PaidPeriod, Payment, PaymentEvent, Plan, Renewal, Subscription
from mwork.admin import Decision, ReadOnlyAdmin, ReadOnlyInline, ReasonForm, queues
from mwork.admin.language import say


class PaidPeriodInline(ReadOnlyInline):
    model = PaidPeriod
    fields = readonly_fields = ["plan", "payment", "starts_at", "ends_at", "value"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan", "payment")


class RenewalInline(ReadOnlyInline):
    model = Renewal
    fields = readonly_fields = ["period_end", "status", "next_try_at"]


class GrantForm(ReasonForm):
    plan = forms.ModelChoiceField(Plan.objects.all(), label=gettext_lazy("Plan"))
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=120, initial=1)


def _grant(*, row, actor, plan, months, reason):
    moderation.grant_plan(user=row.user, plan=plan, months=months, actor=actor, reason=reason)


def _refund(*, row, actor, reason):
    settlement.refund(payment=row, actor=actor, reason=reason)


def _settle_by_hand(*, row, actor, reason):
    settlement.settle_by_hand(payment=row, actor=actor, reason=reason)


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Payments, `manage.py grant_plan` and the decision here change it."""

    label = gettext_lazy("Subscriptions")
    people = {"user": gettext_lazy("Subscription")}
    decisions = [Decision("grant", gettext_lazy("Give a plan"), _grant, "billing.grant_plan", GrantForm)]
    list_display = ["user", "plan", "started_at", "expires_at", "auto_renew", "responses_bought"]
    list_filter = ["plan", "auto_renew"]
    list_select_related = ["user", "plan"]
    search_fields = ["@user"]
    ordering = ["-id"]
    inlines = [PaidPeriodInline, RenewalInline]
    fields = ["user", "plan", "billing_period", "started_at", "expires_at", "grace_until", "auto_renew", "mother",
              "responses_bought", "reminded_of"]  # fmt: skip


class PaymentEventInline(ReadOnlyInline):
    model = PaymentEvent
    fields = readonly_fields = ["created_at", "kind", "verdict", "reason", "actor", "received"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor")

    @admin.display(description=gettext_lazy("as received"))
    def received(self, event):
        return format_html("<code>{}</code>", bytes(event.raw).decode("utf-8", "replace")[:1000])


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Payments")
    people = {"user": gettext_lazy("Payments")}
    decisions = [
        Decision(
            "refund",
            gettext_lazy("Refund: record it and take back what is unused"),
            _refund,
            "billing.refund_payment",
            fits=lambda payment: payment.status == "paid",
            is_grave=True,
        ),
        Decision(
            "settle_by_hand",
            gettext_lazy("Settle by hand: the money has been seen"),
            _settle_by_hand,
            "billing.settle_payment",
            fits=lambda payment: payment.status not in ("paid", "refunded"),
            is_grave=True,
        ),
    ]
    list_display = ["order_id", "user", "what", "amount", "status", "review", "created_at", "paid_at"]
    list_filter = ["needs_review", "status", "product", "plan", "paid_at"]
    list_select_related = ["user", "plan"]
    search_fields = ["@user", "=inv_id"]
    ordering = ["-created_at"]
    fields = ["user", "what", "amount", "status", "review", "created_at", "paid_at", "refunded_at", "is_recurring",
              "renewal", "attempt", "promotion_id", "checked_at"]  # fmt: skip
    readonly_fields = ["what", "review"]
    inlines = [PaymentEventInline]
    change_list_template = "admin/payments.html"

    @admin.display(description="", ordering="needs_review")
    def review(self, payment):
        """A mark where there is something to do; a cross for every other order would read as an error."""
        return _("Look at it") if payment.needs_review else ""

    @admin.display(description=gettext_lazy("product"))
    def what(self, payment):
        if payment.product == "subscription":
            return f"{payment.plan}: {payment.get_billing_period_display()}"
        if payment.product == "responses":
            return _("Responses: %(count)s") % {"count": payment.responses}
        kind = say(payment.promotion_kind)
        return _("Days of promotion: %(days)s (%(kind)s)") % {"days": payment.promotion_days, "kind": kind}

    def get_urls(self):
        view = self.admin_site.admin_view(self.revenue)
        return [path("revenue/", view, name="revenue"), *super().get_urls()]

    def revenue(self, request):
        """Month by month; the charts of the start page tell it by plan."""
        if not request.user.has_perm("billing.view_revenue"):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": _("Revenue"), "months": revenue.by_month()}
        return TemplateResponse(request, "admin/revenue.html", context)


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    """Also the notices that belong to no order."""

    label = gettext_lazy("Notices of payments")
    list_display = ["created_at", "kind", "verdict", "payment", "reason", "address"]
    list_filter = ["verdict", "kind", "created_at"]
    list_select_related = ["payment"]
    search_fields = ["@payment__user"]
    ordering = ["-id"]
    fields = readonly_fields = ["created_at", "payment", "kind", "verdict", "reason", "address", "actor", "received"]
    received = PaymentEventInline.received


@admin.register(BoughtResponses)
class BoughtResponsesAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Bought responses")
    people = {"user": gettext_lazy("Bought responses")}
    list_display = ["created_at", "user", "movement", "count", "payment"]
    list_filter = ["movement"]
    list_select_related = ["user", "payment"]
    search_fields = ["@user"]
    ordering = ["-id"]


queues.register(
    queues.Queue(
        name="payments",
        label=gettext_lazy("Payments to look at"),
        address="billing/payment/?needs_review__exact=1",
        rows=lambda: Payment.objects.filter(needs_review=True),
        permission="billing.view_payment",
        since="paid_at",
        hours=24,
    )
)
