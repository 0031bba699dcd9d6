"""Reports in the admin: the evidence beside the report, the decision on both in one step."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import reports
from accounts.models import Report
from mwork.admin import Decision, ReadOnlyAdmin, ReasonForm, queues
from mwork.admin.language import say

LONG = 2000
FIRST = ("title", "name", "company_name", "description", "bio", "content", "messages", "pay_min", "pay_max", "employer")


class SettleForm(ReasonForm):
    outcome = forms.CharField(
        label=_("What the reporter is told"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )
    with_others = forms.BooleanField(
        label=_("Settle every other open report about the same too"), required=False, initial=True
    )

    field_order = ["outcome", "with_others", "reason"]


class DismissForm(SettleForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].initial = _("Thank you. We have looked at it and found nothing against the rules.")


class ResolveForm(SettleForm):
    """`action` is one of those that every one of the reports offers; none: it was dealt with before."""

    action = forms.ChoiceField(label=_("Decision"), required=False)
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Only for a ban; Almaty's time; empty: for good."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [{act.name: act.label for act in reports.actions(row.target_type)} for row in self.rows]
        common = [(name, label) for name, label in offered[0].items() if all(name in each for each in offered)]
        self.fields["action"].choices = [("", _("Nothing more: it was dealt with before")), *common]
        self.fields["outcome"].initial = _("Thank you. We have looked at it and acted.")
        self.order_fields(["action", "until", "outcome", "with_others", "reason"])


def _resolve(*, row, actor, action, **fields):
    reports.resolve(report=row, actor=actor, action=action or None, **fields)


def _dismiss(*, row, actor, **fields):
    reports.dismiss(report=row, actor=actor, **fields)


def _is_open(report) -> bool:
    return report.is_open


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """The queue of reports, the oldest open one first."""

    label = _("Reports")
    people = {"subject": _("Reports about them"), "reporter": _("Reports by them")}
    decisions = [
        Decision("resolve", _("Resolve"), _resolve, "accounts.resolve_report", ResolveForm, _is_open),
        Decision("dismiss", _("Dismiss"), _dismiss, "accounts.resolve_report", DismissForm, _is_open),
    ]
    list_display = ["created_at", "reason", "target_type", "subject", "reporter", "status", "settled_at"]
    list_filter = ["status", "target_type", "reason"]
    list_select_related = ["subject", "reporter"]
    search_fields = ["@subject", "@reporter"]
    ordering = ["created_at", "id"]
    fields = ["reason", "comment", "target_type", "target", "subject", "reporter", "created_at", "status", "outcome",
              "settled_at", "settled_by", "frozen"]  # fmt: skip
    readonly_fields = ["target", "frozen"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("evidence")

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        return row and Report.objects.select_related("subject", "reporter", "settled_by").get(pk=row.pk)

    def decisions_on(self, request, row):
        """A button for each decision that settles it in one step, before the general ones."""
        found = super().decisions_on(request, row)
        steps = []
        for decision, address in found:
            if decision.name == "resolve":
                steps = [
                    (Decision(act.name, act.label, decision.act, decision.permission, is_grave=True),
                     f"{address}?{urlencode({'action': act.name})}")
                    for act in reports.actions(row.target_type)
                ]  # fmt: skip
        return [*steps, *found]

    @admin.display(description=_("what is reported, as it is now"))
    def target(self, report):
        address = _address_of(self.admin_site, report)
        return format_html('<a href="{}">{}</a>', address, _("Open")) if address else "–"

    @admin.display(description=_("what was reported, as it was then"))
    def frozen(self, report):
        return shown(report.evidence) if report.evidence else "–"


def _address_of(site, report) -> str | None:
    """The page of what is reported; None where the admin has none for it."""
    for model in site._registry:
        if model._meta.model_name in (report.target_type, f"{report.target_type}profile"):
            return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[report.target_id])
    return None


def shown(value) -> str:
    """JSON as nested tables and lists, safe to show."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: FIRST.index(item[0]) if item[0] in FIRST else len(FIRST))
        rows = (
            (say(name.replace("_", " ")), shown(inner)) for name, inner in ordered if inner not in (None, "", [], {})
        )
        return format_html(
            "<table class='frozen'>{}</table>", format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", rows)
        )
    if isinstance(value, list):
        if all(not isinstance(inner, dict | list) for inner in value):
            return format_html("{}", ", ".join(map(str, value)) or "–")
        return format_html(
            "<ol class='frozen'>{}</ol>", format_html_join("", "<li>{}</li>", ((shown(v),) for v in value))
        )
    return format_html("<span class='plain'>{}</span>", "–" if value in (None, "") else value)


queues.register(
    queues.Queue(
        name="reports",
        label=_("Open reports"),
        address="accounts/report/?status__exact=open",
        rows=Report.objects.open,
        permission="accounts.view_report",
        hours=24,
    )
)
