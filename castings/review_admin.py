"""Reviews in the admin: what was said, and by whom of whom."""

from django.contrib import admin

from castings.review_models import Review
from mwork.admin import ReadOnlyAdmin


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Read only: hiding and showing are decisions of castings.review_moderation."""

    list_display = ["created_at", "author", "target", "rating", "is_hidden", "casting"]
    list_filter = ["is_hidden", "rating"]
    list_select_related = ["author", "model", "employer", "casting"]
    search_fields = ["comment", "author__email", "model__name", "employer__company_name", "casting__title"]
    date_hierarchy = "created_at"
