"""What is for sale: plans, packages, days of promotion."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Plan, PromotionOffer, ResponsePackage
from mwork.admin import CarefulAdmin


@admin.register(Plan)
class PlanAdmin(CarefulAdmin):
    """Prices and features may change at any time; which plans there are is a migration's affair."""

    label = _("Plans")
    readonly_fields = ["name", "rank", "is_default"]
    list_display = ["name", "price_monthly", "price_yearly", "max_photos", "max_responses_per_month", "chat_access"]
    search_fields = ["name"]

    def has_add_permission(self, request):
        return False


@admin.register(ResponsePackage)
class ResponsePackageAdmin(CarefulAdmin):
    label = _("Packages of responses")
    list_display = ["responses", "price"]


@admin.register(PromotionOffer)
class PromotionOfferAdmin(CarefulAdmin):
    label = _("Days of promotion")
    list_display = ["days", "price"]
