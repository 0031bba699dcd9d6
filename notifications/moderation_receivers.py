"""What staff decide is told to the person concerned."""

from datetime import datetime

from django.dispatch import receiver

from accounts import signals as accounts
from accounts.models import AuditEntry
from castings.models import Moderation
from mwork import clock
from mwork.commands import BY_COMMAND
from notifications.services import tell

# What it is about and what was decided → the kind of notification. Decisions that are not here are told by a signal of
# their own (refunds), or concern nobody outside.
KINDS = {
    ("accounts.user", "ban"): "account_banned",
    ("accounts.user", "unban"): "account_restored",
    ("accounts.user", "end_sessions"): "sessions_ended",
    ("accounts.report", "resolve"): "report_resolved",
    ("accounts.report", "dismiss"): "report_dismissed",
    ("billing.subscription", "grant"): "plan_granted",
    ("billing.subscription", "end"): "plan_taken",
    ("castings.casting", "approve"): "casting_approved",
    ("castings.casting", "refuse"): "casting_refused",
    ("castings.casting", "hide"): "casting_hidden",
    ("castings.casting", "spam"): "casting_spam",
    ("castings.casting", "restore"): "casting_shown",
    ("castings.review", "hide"): "review_hidden",
    ("castings.review", "show"): "review_shown",
    ("profiles.employerprofile", "verify"): "employer_verified",
    ("profiles.employerprofile", "unverify"): "employer_unverified",
    ("profiles.photo", "hide"): "photo_hidden",
    ("profiles.photo", "show"): "photo_shown",
}
TOLD_DETAILS = ("outcome", "plan", "date")  # the others are for staff


@receiver(accounts.decision_recorded, dispatch_uid="notifications.decision_recorded")
def decision_recorded(entry: AuditEntry, **kwargs):
    kind = KINDS.get((entry.target_type, entry.action))
    if kind and entry.subject:
        until = entry.details.get("until")
        if kind == "account_banned" and until:
            kind = "account_suspended"
        if kind == "casting_approved" and entry.details["before"] == Moderation.NONE:
            return  # everybody saw it before, too
        tell(user=entry.subject, kind=kind, **_about(entry), **(_moment(until) if until else {}))


def _about(entry: AuditEntry) -> dict:
    told = {f"{entry.noun}_id": str(entry.target_id)}
    if entry.target_label and entry.noun == "casting":
        told["casting_title"] = entry.target_label
    if entry.reason != BY_COMMAND and entry.noun != "report":  # the reporter is told the outcome
        told["reason"] = entry.reason
    return told | {name: entry.details[name] for name in TOLD_DETAILS if name in entry.details}


def _moment(text: str) -> dict:
    moment = datetime.fromisoformat(text).astimezone(clock.ALMATY)
    return {"date": f"{moment:%d.%m.%Y}", "time": f"{moment:%H:%M}"}
