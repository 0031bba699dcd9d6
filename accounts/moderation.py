"""What staff decide about people: shut them out, let them in again, end their sessions.

Each locks the person's row, writes the audit log in the same transaction, and tells the person through it. `actor` is
the deciding member of staff, None for the operator's commands. All raise Invalid without a reason, and InvalidState
when there is nothing to do.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from mwork.api.errors import Forbidden, Invalid, InvalidState

BAN = ["banned_at", "banned_until", "ban_reason"]


@transaction.atomic
def ban(*, user: User, actor: User | None, reason: str, until: datetime | None = None, at=None) -> User:
    """Shut the user out, for good or until then. Sessions end at once; profile and castings leave every list.

    Of somebody who is banned already it changes the end. Invalid for an end that is past; Forbidden for oneself, and
    for staff unless the actor is a superuser.
    """
    at = at or timezone.now()
    if until is not None and until <= at:
        raise Invalid("until", _("Must be in the future."))
    user = _lock(user, actor)
    if user.is_banned(at) and user.banned_until == until:
        raise InvalidState(_("This account is banned already."))
    user.banned_at = user.banned_at if user.is_banned(at) else at
    user.banned_until, user.ban_reason = until, audit.given(reason)
    user.save(update_fields=BAN)
    user.sessions.all().end()
    details = {"until": until and until.isoformat()}
    audit.record(actor=actor, action="ban", target=user, reason=reason, subject=user, details=details)
    return user


@transaction.atomic
def unban(*, user: User, actor: User | None, reason: str, at: datetime | None = None) -> User:
    """Let the user in again. InvalidState when there is no ban in force."""
    user = _lock(user, actor)
    if not user.is_banned(at):
        raise InvalidState(_("This account is not banned."))
    user.banned_at = user.banned_until = None
    user.ban_reason = ""
    user.save(update_fields=BAN)
    audit.record(actor=actor, action="unban", target=user, reason=reason, subject=user)
    return user


@transaction.atomic
def end_sessions(*, user: User, actor: User | None, reason: str) -> int:
    """Sign the user out everywhere; how many sessions were open. InvalidState when none was."""
    user = _lock(user, actor)
    ended = user.sessions.all().end()
    if not ended:
        raise InvalidState(_("This account has no open session."))
    details = {"sessions": ended}
    audit.record(actor=actor, action="end_sessions", target=user, reason=reason, subject=user, details=details)
    return ended


def _lock(user: User, actor: User | None) -> User:
    """The user as she is now, locked. Forbidden where this actor may decide nothing, InvalidState when she has left.

    "No key": sessions and messages that point to her need not wait.
    """
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    if actor is not None and (actor.id == user.id or (user.is_staff and not actor.is_superuser)):
        raise Forbidden
    if user.closed_at:
        raise InvalidState(_("This account is closed."))
    return user
