"""Castings and responses in the admin: read first; what staff decide goes through castings.moderation."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from castings import (
    moderation,
    review_admin,  # noqa: F401  found here by Django
    risk,
    screening,
    services,
)
from castings.models import Casting, Invitation, Moderation, Response, SavedSearch
from mwork.admin import CarefulAdmin, Decision, ReadOnlyAdmin, figures, queues

HIGH = 50  # a risk that is shown in red


def _decision(name: str, label, **more) -> Decision:
    """One of castings.moderation's, offered in the states in which it may be made."""
    service = getattr(moderation, name)
    return Decision(
        name,
        label,
        lambda *, row, actor, reason: service(casting=row, actor=actor, reason=reason),
        "castings.moderate_casting",
        fits=lambda casting: casting.deleted_at is None and casting.moderation in Moderation.decisions[name],
        **more,
    )


class WaitingFilter(admin.SimpleListFilter):
    """The queue: what staff have not decided on and somebody sees or wants to be seen."""

    title, parameter_name = _("queue"), "queue"

    def lookups(self, request, model_admin):
        return [("waiting", _("waits for a decision, hidden so long")), ("all", _("not looked at"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        found = queryset.filter(pk__in=Casting.objects.to_look_at().order_by().values("pk"))
        return found.filter(moderation="waiting") if self.value() == "waiting" else found


@admin.register(Casting)
class CastingAdmin(CarefulAdmin):
    """The status has one door, which is the API's; `moderation` is staff's, by the decisions here."""

    label = _("Castings")
    people = {"employer__user": _("Castings")}
    decisions = [
        _decision("approve", _("Approve")),
        _decision("refuse", _("Refuse"), is_grave=True),
        _decision("hide", _("Hide"), is_grave=True),
        _decision("spam", _("Hide as spam"), is_grave=True),
        _decision("restore", _("Show again")),
    ]
    list_display = ["title", "employer", "risk", "why", "city", "status", "moderation", "shoot_date", "created_at"]
    list_filter = [WaitingFilter, "moderation", "status", "category", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["employer"]
    search_fields = ["search_text", "@employer__user"]
    ordering = ["-created_at"]
    autocomplete_fields = ["employer"]
    readonly_fields = ["risk", "why", "status", "moderation", "is_promoted", "promoted_until", "responses_count",
                       "views_count", "created_at", "deleted_at"]  # fmt: skip

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        """Words that staff have changed are judged as an owner's are."""
        screening.changed(obj, services.lock(obj))
        obj.save(update_fields=list(screening.STORED))
        super().save_model(request, obj, form, change)

    @admin.display(description=_("risk"), ordering="risk_score")
    def risk(self, casting):
        kind = "high" if casting.risk_score >= HIGH else "some" if casting.risk_score else "none"
        return format_html('<span class="risk {}">{}</span>', kind, casting.risk_score)

    @admin.display(description=_("why"))
    def why(self, casting):
        texts = ((risk.label(reason["code"]), reason["weight"]) for reason in casting.risk_reasons)
        return format_html_join("", '<span class="reason">{} <b>+{}</b></span> ', texts) or "–"


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    label = _("Responses")
    people = {"applicant__user": _("Responses")}
    list_display = ["applied_at", "applicant", "casting", "status"]
    list_filter = ["status", "applied_at"]
    list_select_related = ["applicant", "casting"]
    search_fields = ["@applicant__user", "@casting__employer__user"]
    ordering = ["-applied_at"]
    fields = ["casting", "applicant", "message", "portfolio_links", "status", "note", "applied_at"]


def _queue(name: str, label, rows, hours) -> None:
    address = f"castings/casting/?queue={'all' if name == 'castings' else 'waiting'}&o=-3.9"  # the riskiest, the oldest
    queues.register(queues.Queue(name, label, address, rows, "castings.moderate_casting", hours=hours))


_queue("waiting", _("Castings that wait for us"), lambda: Casting.objects.to_look_at().filter(moderation="waiting"), 12)
_queue("castings", _("Castings not looked at"), lambda: Casting.objects.to_look_at(), None)


def _growth(days):
    return {
        _("New castings"): figures.per_day(Casting.objects.all(), "created_at", days[0]),
        _("New responses"): figures.per_day(Response.objects.all(), "applied_at", days[0]),
    }


figures.register(figures.Chart("castings", _("Castings and responses"), "accounts.view_growth", _growth))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    label = _("Invitations")
    people = {"model__user": _("Invitations")}
    list_display = ["model", "casting", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["model", "casting"]
    search_fields = ["@model__user", "@casting__employer__user"]
    ordering = ["-id"]


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    label = _("Saved searches")
    people = {"user": _("Saved searches")}
    list_display = ["name", "user", "target", "alert", "created_at"]
    list_filter = ["target", "alert"]
    list_select_related = ["user"]
    search_fields = ["@user"]
    ordering = ["-id"]
    fields = ["user", "name", "target", "filters", "alert", "created_at", "told_on"]
