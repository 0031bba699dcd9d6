"""What happens to teams: people are invited, join, change their roles, leave.

Locks: the organization's profile, then invitations, then members' rows. profiles.acting says who may do what.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role
from mwork import jobs
from mwork.api.errors import Duplicate, Forbidden, InvalidState, NotFound
from profiles import acting, invitation_tokens, tasks
from profiles.acting import Right
from profiles.invitation_letters import LIFETIME
from profiles.models import EmployerProfile, Invitation, Member, MemberRole
from profiles.signals import member_joined

LETTER_PAUSE = timedelta(minutes=1)  # as accounts keep it: one letter a minute to one address
MOST_MEMBERS = 50  # the owner among them
MOST_OPEN = 20  # invitations that wait to be accepted
LETTERS_A_DAY = 50  # of one organization
WORKERS = (Role.EMPLOYER, Role.AGENCY)  # who may be a member


@transaction.atomic
def invite(*, user, organization: EmployerProfile, email: str, role: str, at: datetime | None = None):
    """(invitation, is it a new one): a letter asks whoever reads this address to join; again renews it.

    Forbidden (an admin's is the owner's to make and to change), Duplicate for a member, InvalidState when there are
    too many.
    """
    at, email = at or timezone.now(), email.strip().lower()
    organization = _lock(organization)
    waiting = organization.invitations.filter(accepted_at=None, revoked_at=None)
    invitation = waiting.select_for_update().filter(email=email).first()
    mine = acting.hold(user, Right.MANAGE, organization.id)
    _require_rank(mine, role)
    if organization.members.filter(user__email=email).exists():
        raise Duplicate(_("This person is a member of the team already."))
    if invitation and invitation.is_open(at):
        _require_rank(mine, invitation.role)
    if invitation and invitation.is_open(at) and invitation.invited_at > at - LETTER_PAUSE:
        # Its letter of a moment ago is on its way: nobody's letter box is flooded through us.
        invitation.role = role
        invitation.save(update_fields=["role"])
        return invitation, False
    _require_room_for_one_more(organization, invitation, at)
    is_new = invitation is None
    invitation = invitation or Invitation(organization=organization, email=email, round=0)
    invitation.role, invitation.invited_by, invitation.language = role, user, user.language
    invitation.round += 1
    invitation.invited_at, invitation.expires_at = at, at + LIFETIME
    invitation.sent_at, invitation.claimed_at, invitation.attempts = None, None, 0
    invitation.digest = invitation_tokens.digest(invitation_tokens.of(invitation))
    invitation.save()
    jobs.after_commit(tasks.send_invitation, invitation_id=str(invitation.id))
    return invitation, is_new


@transaction.atomic
def revoke(*, user, invitation: Invitation) -> None:
    """Take the invitation back; its link is dead from now on. Forbidden for an admin's, but for the owner.

    NotFound when it was accepted meanwhile.
    """
    _lock(invitation.organization)
    locked = Invitation.objects.select_for_update().filter(id=invitation.id, accepted_at=None).first()
    mine = acting.hold(user, Right.MANAGE, invitation.organization_id)
    if locked is None:  # accepted a moment ago, or gone with an account
        raise NotFound
    _require_rank(mine, locked.role)
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])


def find(token: str) -> Invitation | None:
    """The invitation of this token; None when there is none, or its organization has gone."""
    present = EmployerProfile.objects.of_present_users().filter(closed_at=None)
    rows = Invitation.objects.select_related("organization").filter(organization__in=present)
    return rows.filter(digest=invitation_tokens.digest(token)).first()


@transaction.atomic
def accept(*, user, token: str, at: datetime | None = None) -> Member:
    """The user joins. NotFound for a token that is none, Forbidden for one sent to somebody else and for a model,

    InvalidState once it was used, taken back or is too old, and when the team is full; Duplicate for a member.
    """
    invitation = find(token)
    if invitation is None:
        raise NotFound
    if invitation.email != user.email:
        raise Forbidden(_("This invitation was sent to another address."))
    if user.role not in WORKERS:
        raise Forbidden(_("Only employers and agencies can be members of a team. Register with another address."))
    organization = _lock(invitation.organization)
    # As it is now: of two who accept it at once the second finds it used, one that was renewed has another token.
    invitation = Invitation.objects.select_for_update().filter(id=invitation.id).first()
    if invitation is None:  # gone with an account
        raise NotFound
    stale = invitation.digest != invitation_tokens.digest(token)
    if stale or not invitation.is_open(at):
        raise InvalidState(_("The invitation was used already, was taken back or has expired."))
    if organization.members.filter(user=user).exists():
        raise Duplicate(_("You are a member of this team already."))
    if organization.members.count() >= MOST_MEMBERS:
        raise InvalidState(_("The team is full."))
    invitation.accepted_at = at or timezone.now()
    invitation.save(update_fields=["accepted_at"])
    member = Member.objects.create(organization=organization, user=user, role=invitation.role)
    member_joined.send(sender=Member, member=member)
    return member


@transaction.atomic
def change(*, user, member: Member, role: str) -> Member:
    """Give the member this role, from the next request on. Only the owner makes admins and changes them; InvalidState

    for the owner's own.
    """
    mine, member = _both(user, member)
    _require_rank(mine, role)
    _require_rank(mine, member.role)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove(*, user, member: Member) -> None:
    """Take the member out of the team, from the next request on; one's own place: leave. As `change` otherwise."""
    mine, member = _both(user, member)
    if member.id != mine.id:
        _require_rank(mine, member.role)
    member.delete()


def lock(user) -> None:
    """What a closing account takes before the user's own row: its profile, its invitations, its places in teams.

    Whoever acts for an employer holds her place while writing rows that may point to this user.
    """
    list(EmployerProfile.objects.select_for_update(no_key=True).filter(user=user))
    invitations = Invitation.objects.filter(Q(email=user.email) | Q(organization__user=user) | Q(invited_by=user))
    list(invitations.select_for_update(of=["self"]).order_by("id"))
    places = Member.objects.filter(Q(user=user) | Q(organization__user=user))
    list(places.select_for_update(of=["self"], no_key=True).order_by("id"))


def erase(*, user) -> None:
    """A closed account leaves every team; its own team ends, and the invitations to it and from it."""
    Invitation.objects.filter(Q(email=user.email) | Q(organization__user=user)).delete()
    Invitation.objects.filter(invited_by=user).update(invited_by=None)
    Member.objects.filter(Q(user=user) | Q(organization__user=user)).delete()


def _lock(organization: EmployerProfile) -> EmployerProfile:
    """The organization, locked: its members and invitations are counted by one at a time. NotFound once it has gone."""
    rows = EmployerProfile.objects.select_for_update(no_key=True).filter(closed_at=None)
    locked = rows.filter(id=organization.id).first()
    if locked is None:
        raise NotFound
    return locked


def _both(user, member: Member) -> tuple[Member, Member]:
    """The user's own place and the member's, both locked. Forbidden, NotFound, or InvalidState for the owner's."""
    _lock(member.organization)
    rows = Member.objects.select_for_update(no_key=True, of=["self"]).select_related("user")
    team = {row.id: row for row in rows.filter(Q(id=member.id) | Q(user=user), organization=member.organization_id)}
    mine = next((row for row in team.values() if row.user_id == user.id), None)
    if mine is None or not (acting.allows(mine.role, Right.MANAGE) or mine.id == member.id):
        raise Forbidden
    if member.id not in team:
        raise NotFound
    if team[member.id].role == MemberRole.OWNER and mine.role == MemberRole.OWNER:
        raise InvalidState(_("The owner can't be removed or be given another role."))
    return mine, team[member.id]


def _require_rank(mine: Member, role: str) -> None:
    """Forbidden unless my role may give and take this one: the owner any, an admin editors and viewers."""
    if mine.role == MemberRole.OWNER:
        return
    if not acting.allows(mine.role, Right.MANAGE) or role in (MemberRole.OWNER, MemberRole.ADMIN):
        raise Forbidden(_("Only the owner makes, changes and removes admins."))


def _require_room_for_one_more(organization: EmployerProfile, invitation: Invitation | None, at: datetime) -> None:
    opened = organization.invitations.open(at)
    others = opened.exclude(id=invitation.id) if invitation else opened
    if others.count() >= MOST_OPEN:
        raise InvalidState(_("There are %(count)s open invitations: take some back first.") % {"count": MOST_OPEN})
    recent = organization.invitations.filter(invited_at__gt=at - timedelta(days=1))
    if (recent.aggregate(letters=Sum("round"))["letters"] or 0) >= LETTERS_A_DAY:
        raise InvalidState(_("%(count)s invitations were sent today: go on tomorrow.") % {"count": LETTERS_A_DAY})
