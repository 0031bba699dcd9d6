"""What staff decide about castings: approve, refuse, hide, call spam, show again.

Each locks the casting, writes the audit log in the same transaction, and tells the owner through it. A hidden casting
leaves every list, search and page but its owner's and staff's; its rooms and the responses to it stay. `actor` is the
deciding member of staff, None for the operator. All raise Invalid without a reason, NotFound for a deleted casting, and
InvalidState when it is in that state already.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from castings.models import Casting, CastingStatus, Moderation
from castings.services import lock
from castings.signals import casting_published
from mwork.api.errors import InvalidState


def approve(*, casting: Casting, actor, reason: str) -> Casting:
    """It was looked at and is in order; a hidden one has to be restored instead.

    One that waited is published now, and announced like any other; InvalidState when it is active no more.
    """
    return _decide(casting, actor, reason, "approve", Moderation.APPROVED)


def refuse(*, casting: Casting, actor, reason: str) -> Casting:
    """One that waits is not published; its owner is told why, and what she changes is looked at again."""
    return _decide(casting, actor, reason, "refuse", Moderation.REFUSED)


def hide(*, casting: Casting, actor, reason: str) -> Casting:
    return _decide(casting, actor, reason, "hide", Moderation.HIDDEN)


def spam(*, casting: Casting, actor, reason: str) -> Casting:
    """Hide it as spam."""
    return _decide(casting, actor, reason, "spam", Moderation.SPAM)


def restore(*, casting: Casting, actor, reason: str) -> Casting:
    """Show a hidden one again; one that nobody has been told of yet is announced now."""
    return _decide(casting, actor, reason, "restore", Moderation.APPROVED)


@transaction.atomic
def _decide(casting: Casting, actor, reason: str, action: str, state: Moderation) -> Casting:
    casting = lock(casting)
    before = casting.moderation
    if before not in Moderation.decisions[action]:
        raise InvalidState(_("This casting is %(state)s.") % {"state": casting.get_moderation_display()})
    if before in Moderation.unseen and casting.status != CastingStatus.ACTIVE and action in ("approve", "refuse"):
        raise InvalidState(_("Its owner does not want this casting published any more."))
    casting.moderation = state
    casting.save(update_fields=["moderation", "updated_at"])
    owner, details = casting.employer.user, {"before": before}
    audit.record(actor=actor, action=action, target=casting, reason=reason, subject=owner, details=details)
    if before not in Moderation.shown and casting.is_shown and casting.status == CastingStatus.ACTIVE:
        casting_published.send(sender=Casting, casting=casting)
    return casting
