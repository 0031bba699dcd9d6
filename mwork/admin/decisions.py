"""What staff decide about rows: in the list or on a row's page, each with a reason, each done by a service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mwork.api.errors import Code, translate

AT_ONCE = 100  # rows that one decision may take


class ReasonForm(forms.Form):
    """What a decision asks for. Subclasses add fields; `rows` are those that it is about."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "autofocus": True}),
        help_text=gettext_lazy("Kept in the audit log."),
    )

    def __init__(self, *args, rows: Iterable = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


@dataclass(frozen=True)
class Decision:
    """`act(row=…, actor=…, **what the form holds)` is called for each row in a transaction of its own; an error of the

    API's that it raises is told, and the next row has its turn. It records the decision in the audit log itself.
    """

    name: str
    label: str
    act: Callable[..., object]
    permission: str  # "app.codename"
    form: type[ReasonForm] = ReasonForm
    fits: Callable[[models.Model], bool] = lambda row: True  # whether the row's page offers it
    is_grave: bool = False


class Decisions:
    """A ModelAdmin's decisions: actions of the list, buttons on a row's page, one page that asks for the reason."""

    decisions: list[Decision] = []

    def decisions_of(self, request) -> list[Decision]:
        """Those that the caller may take."""
        return [each for each in self.decisions if request.user.has_perm(each.permission)]

    def decisions_on(self, request, row) -> list[tuple[Decision, str]]:
        """Those that the caller may take on this row as it is now, and where."""
        fitting = [each for each in self.decisions_of(request) if each.fits(row)]
        return [(each, reverse(f"{self._place}_decide", args=[row.pk, each.name])) for each in fitting]

    def get_urls(self):
        view = self.admin_site.admin_view(self.decide_view)
        own = path("<path:object_id>/decide/<slug:name>/", view, name=f"{self._place.partition(':')[2]}_decide")
        return [own, *super().get_urls()]

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.actions is None or "_popup" in request.GET:
            return actions
        return actions | {each.name: (_in_list(each), each.name, each.label) for each in self.decisions_of(request)}

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            forbidden = {each.name for each in self.decisions} - {each.name for each in self.decisions_of(request)}
            if forbidden & set(request.POST.getlist("action")):
                raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def told_of(self, row) -> models.Model:
        """Under which row the admin's own history tells of a decision on this one, by its name."""
        return row

    def decide_view(self, request, object_id, name):
        decision = next((each for each in self.decisions if each.name == name), None)
        if decision is None:
            raise Http404
        if not (request.user.has_perm(decision.permission) and self.has_view_permission(request)):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        back = reverse(f"{self._place}_change", args=[row.pk])
        return self.ask(request, decision, [row], back) or HttpResponseRedirect(back)

    def ask(self, request, decision: Decision, rows, back: str) -> TemplateResponse | None:
        """The page that asks for the reason; None once it was given and the decision taken on each row."""
        form = decision.form(request.POST if "reason" in request.POST else None, rows=rows, initial=request.GET.dict())
        if form.is_valid():
            for row in rows:
                self._take(request, decision, row, form.cleaned_data)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": decision.label,
            "opts": self.opts,
            "decision": decision,
            "rows": rows,
            "form": form,
            "back": back,
            "in_list": request.POST.get("action") == decision.name,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/decide.html", context)

    def _take(self, request, decision: Decision, row, fields: dict) -> None:
        try:
            with transaction.atomic():
                decision.act(row=row, actor=request.user, **fields)
                text = f"{decision.name}: {fields['reason']}"
                LogEntry.objects.log_actions(request.user.pk, [self.told_of(row)], CHANGE, text, single_object=True)
        except Exception as error:
            told = translate(error)
            if told.code == Code.INTERNAL_ERROR:  # not a refusal but a fault of ours
                raise
            texts = [str(text) for several in (told.details or {}).values() for text in several] or [str(told.detail)]
            self.message_user(request, f"{row}: {' '.join(texts)}", messages.ERROR)
            return
        self.message_user(request, _("%(row)s: done.") % {"row": row}, messages.SUCCESS)

    @property
    def _place(self) -> str:
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"


def _in_list(decision: Decision):
    """The decision as an action of the list."""

    @admin.action(description=decision.label)
    def act(page, request, queryset):
        rows = list(queryset[: AT_ONCE + 1])
        if len(rows) > AT_ONCE:
            text = _("Choose no more than %(count)s at once.") % {"count": AT_ONCE}
            return page.message_user(request, text, messages.ERROR)
        return page.ask(request, decision, rows, request.get_full_path())

    return act
