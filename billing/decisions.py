"""What staff decide about orders: actions of the admin's list that ask for a reason and record it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import settlement
from mwork.api.errors import InvalidState


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )


@admin.action(description=gettext_lazy("Refund: record it and take back what is unused"), permissions=["decide"])
def refund(model_admin, request, payments):
    return _decide(model_admin, request, payments, "refund", settlement.refund)


@admin.action(description=gettext_lazy("Settle by hand: the money has been seen"), permissions=["decide"])
def settle_by_hand(model_admin, request, payments):
    return _decide(model_admin, request, payments, "settle_by_hand", settlement.settle_by_hand)


def _decide(model_admin, request, payments, action: str, decision) -> TemplateResponse | None:
    """Ask for the reason; with it, decide on each order by itself and say of each how it went."""
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        context = {
            **model_admin.admin_site.each_context(request),
            "title": dict(model_admin.get_action_choices(request))[action],
            "opts": model_admin.model._meta,
            "payments": payments,
            "action": action,
            "form": form,
        }
        return TemplateResponse(request, "admin/decide.html", context)
    for payment in payments:
        try:
            with transaction.atomic():
                event = decision(payment=payment, reason=form.cleaned_data["reason"], actor=request.user)
                text = f"{action}: {event.reason}"
                LogEntry.objects.log_actions(request.user.id, [payment], CHANGE, text, single_object=True)
        except InvalidState as error:
            model_admin.message_user(request, f"{payment.order_id}: {error.detail}", messages.ERROR)
            continue
        model_admin.message_user(request, _("%(order)s: done.") % {"order": payment.order_id})
    return None
