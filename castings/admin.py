from django.contrib import admin

from castings import review_admin  # noqa: F401  found here by Django
from castings.models import Casting, Invitation, Response, SavedSearch
from mwork.admin import CarefulAdmin, ReadOnlyAdmin


@admin.register(Casting)
class CastingAdmin(CarefulAdmin):
    """Read first: the status has one door, which is the API's."""

    list_display = ["title", "employer", "city", "status", "shoot_date", "responses_count", "created_at"]
    list_filter = ["status", "category", "city", "is_promoted", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["employer"]
    search_fields = ["title", "employer__company_name"]
    autocomplete_fields = ["employer"]
    readonly_fields = [
        "status",
        "moderation",
        "is_promoted",
        "promoted_until",
        "responses_count",
        "views_count",
        "deleted_at",
    ]
    date_hierarchy = "shoot_date"


@admin.register(Response)
class ResponseAdmin(CarefulAdmin):
    list_display = ["applicant", "casting", "status", "applied_at"]
    list_filter = ["status"]
    list_select_related = ["applicant", "casting"]
    search_fields = ["applicant__name", "casting__title"]
    fields = readonly_fields = [
        "casting",
        "applicant",
        "message",
        "portfolio_links",
        "status",
        "note",
        "applied_at",
    ]

    def has_add_permission(self, request):
        return False


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["model", "casting", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["model", "casting"]
    search_fields = ["model__name", "casting__title"]


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    list_display = ["name", "user", "target", "alert", "created_at"]
    list_filter = ["target", "alert"]
    list_select_related = ["user"]
    search_fields = ["user__email", "name"]
    fields = ["user", "name", "target", "filters", "alert", "created_at", "told_on"]
