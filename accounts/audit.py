"""Writing down what staff decide, in the transaction of the decision: `accounts.models.AuditEntry`."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from accounts.signals import decision_recorded
from mwork.api.errors import Forbidden, Invalid

MOST = AuditEntry._meta.get_field("reason").max_length


def record(
    *,
    actor: User | None,
    action: str,
    target: models.Model,
    reason: str,
    subject: User | None = None,
    details: dict | None = None,
) -> AuditEntry:
    """Add the decision to the log and tell whom it concerns. Call it last in the transaction that carries it out.

    `actor` is None for the operator's commands. `subject` is the person concerned, who is shown the `reason`; None when
    it is nobody in particular. `details` is JSON and names nobody: what is written here stays. Raises Invalid (reason),
    or Forbidden when the actor is not staff.
    """
    if actor is not None and not actor.is_staff:
        raise Forbidden
    entry = AuditEntry.objects.create(
        actor=actor,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.pk if isinstance(target.pk, UUID) else UUID(int=target.pk),  # of a plan: its number
        target_label=getattr(target, "audit_label", "")[:200],
        subject=subject,
        reason=given(reason),
        details=details or {},
    )
    decision_recorded.send(sender=AuditEntry, entry=entry)
    return entry


def given(reason: str, field: str = "reason") -> str:
    """The reason without the spaces around it; Invalid when it is empty or too long."""
    reason = reason.strip()
    if not reason:
        raise Invalid(field, _("Say why."))
    if len(reason) > MOST:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": MOST})
    return reason
