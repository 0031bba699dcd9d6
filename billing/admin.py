from django.contrib import admin

from billing.models import Plan, Subscription
from mwork.admin import CarefulAdmin


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


@admin.register(Subscription)
class SubscriptionAdmin(CarefulAdmin):
    """Read only: `manage.py grant_plan` gives a plan, payments will."""

    list_display = ["user", "plan", "started_at", "expires_at", "auto_renew"]
    list_filter = ["plan", "auto_renew"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__email"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
