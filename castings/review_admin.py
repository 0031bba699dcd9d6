"""Reviews in the admin: what was said, and by whom of whom; staff hide them and show them again."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from castings import review_moderation
from castings.review_models import Review
from mwork.admin import Decision, ReadOnlyAdmin


def _hide(*, row, actor, reason):
    review_moderation.hide(review=row, actor=actor, reason=reason)


def _show_again(*, row, actor, reason):
    review_moderation.show(review=row, actor=actor, reason=reason)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    label = _("Reviews")
    people = {"author": _("Reviews written"), "model__user": _("Reviews of her"), "employer__user": _("Reviews of it")}
    decisions = [
        Decision("hide", _("Hide"), _hide, "castings.moderate_review",
                 fits=lambda review: not review.is_hidden, is_grave=True),
        Decision("show", _("Show again"), _show_again, "castings.moderate_review",
                 fits=lambda review: review.is_hidden and review.deleted_at is None),
    ]  # fmt: skip
    list_display = ["created_at", "author", "target", "rating", "is_hidden", "casting"]
    list_filter = ["is_hidden", "rating"]
    list_select_related = ["author", "model", "employer", "casting"]
    search_fields = ["@author"]
    ordering = ["-id"]
    fields = ["author", "casting", "target", "rating", "comment", "reply", "replied_at", "created_at", "is_hidden"]
    readonly_fields = ["target"]

    @admin.display(description=_("about"))
    def target(self, review):
        return review.target
