"""The audit log in the admin: read, never written."""

from django.contrib import admin
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.admin.reports import shown
from accounts.models import AuditEntry
from mwork.admin import ReadOnlyAdmin
from mwork.admin.language import say
from mwork.admin.signals import row_written


class ActionFilter(admin.SimpleListFilter):
    """By what was decided; the choices are those that services write, not what a table of any size holds."""

    title, parameter_name = gettext_lazy("decision"), "action"
    ACTIONS = (
        "ban", "unban", "end_sessions", "resolve", "dismiss", "approve", "refuse", "hide", "spam", "restore", "show",
        "verify", "unverify", "grant", "end", "refund", "settle_by_hand", "enrol", "reset_second_factor", "add",
        "change",
    )  # fmt: skip

    def lookups(self, request, model_admin):
        return [(action, say(action, AuditEntry._meta.label)) for action in self.ACTIONS]

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Audit log")
    people = {"subject": gettext_lazy("Decisions about them"), "actor": gettext_lazy("Decisions by them")}
    list_display = ["created_at", "actor", "decided", "what", "subject", "reason"]
    list_filter = [ActionFilter, "created_at"]
    list_select_related = ["actor", "subject"]
    search_fields = ["@actor", "@subject"]
    ordering = ["-created_at", "-id"]
    fields = ["created_at", "actor", "decided", "what", "target_id", "subject", "reason", "known"]
    readonly_fields = ["decided", "what", "known"]

    @admin.display(description=gettext_lazy("decision"), ordering="action")
    def decided(self, entry):
        return say(entry.action, AuditEntry._meta.label)

    @admin.display(description=gettext_lazy("about"))
    def what(self, entry):
        return f"{say(entry.noun)} {entry.target_label}".strip()

    @admin.display(description=gettext_lazy("details"))
    def known(self, entry):
        return shown(entry.details) if entry.details else "–"


@receiver(row_written, dispatch_uid="accounts.row_written")
def row_written_by_hand(actor, row, added, fields, **kwargs):
    """A plain form of the admin is a decision of staff too."""
    reason = _("Added in the admin.") if added else _("Changed in the admin.")
    audit.record(
        actor=actor, action="add" if added else "change", target=row, reason=reason, details={"fields": fields}
    )
