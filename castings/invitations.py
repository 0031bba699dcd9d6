"""Inviting models to a casting, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block
from castings.models import Casting, Invitation, InvitationStatus, Response
from castings.requirements import unmet
from castings.signals import model_invited
from mwork import clock
from mwork.api.errors import (
    AccountBlocked,
    ApiError,
    Duplicate,
    InvalidState,
    NotFound,
    RateLimitExceeded,
    RequirementsNotMet,
)
from mwork.prepared import PreparedUpdate
from profiles import acting
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile

MOST_A_DAY = 100  # of one employer, by Almaty's calendar


@dataclass(frozen=True)
class Outcome:
    """What became of one model of many: the invitation, or the error that kept it from being made."""

    model_id: UUID
    invitation: Invitation | None = None
    error: ApiError | None = None


@transaction.atomic
def invite(*, user, casting: Casting, model_ids: Sequence[UUID], at: datetime | None = None) -> list[Outcome]:
    """Invite these models to the casting, each or not, in their order; `user` edits for its employer.

    Forbidden when she does no more, NotFound without the casting, InvalidState when it takes no responses,
    RateLimitExceeded when the day's invitations are all sent.
    """
    at = at or timezone.now()
    # Of two requests of one employer the second waits here, and then counts the first one's invitations.
    EmployerProfile.objects.select_for_update(no_key=True).get(id=casting.employer_id)
    acting.hold(user, Right.EDIT, casting.employer_id)
    casting = Casting.objects.select_for_update(of=["self"], no_key=True).select_related("employer").get(id=casting.id)
    if casting.deleted_at:
        raise NotFound
    if not casting.is_open(at):
        raise InvalidState(_("This casting takes no more responses."))
    left = MOST_A_DAY - _sent_today(casting.employer, at)
    if left <= 0:
        raise _too_many(at)
    party = _Party(user, casting, model_ids, at)
    outcomes = []
    for model_id in model_ids:
        try:
            if not left:
                raise _too_many(at)
            outcomes.append(Outcome(model_id, invitation=party.invite(model_id)))
            left -= 1
        except ApiError as error:
            outcomes.append(Outcome(model_id, error=error))
    return outcomes


class _Party:
    """One casting's guests, and all that may keep one of them away, read at once."""

    def __init__(self, user, casting: Casting, model_ids: Sequence[UUID], at: datetime):
        self.casting, self.today, owner = casting, clock.today(at), casting.employer.user
        found = ModelProfile.objects.visible_to(owner).filter(id__in=model_ids).select_related("user")
        # Locked, so that a page that goes with its account at this moment is either found or not.
        found = list(found.select_for_update(of=["self"], no_key=True).order_by("id"))
        self.models = {model.id: model for model in found}
        self.invited = set(casting.invitations.filter(model__in=model_ids).values_list("model_id", flat=True))
        answers = Response.objects.standing().filter(casting=casting, applicant__in=model_ids)
        self.answered = set(answers.values_list("applicant_id", flat=True))
        # With whoever invites as well: somebody who was blocked can't write through a team.
        blocks = Block.objects.across([model.user_id for model in found], [owner.id, user.id])
        self.parted = {person for pair in blocks.values_list("blocker_id", "blocked_id") for person in pair}

    def invite(self, model_id: UUID) -> Invitation:
        """Raises NotFound, AccountBlocked, Duplicate, InvalidState (has answered) or RequirementsNotMet."""
        model = self.models.get(model_id)
        if model is None:
            raise NotFound
        if model.user_id in self.parted:
            raise AccountBlocked
        if model_id in self.invited:
            raise Duplicate(_("This model is invited already."))
        if model_id in self.answered:
            raise InvalidState(_("This model has answered already."))
        if misfits := unmet(self.casting, model, self.today):
            raise RequirementsNotMet(_("The model does not meet the casting's requirements."), details=misfits)
        invitation = Invitation.objects.create(casting=self.casting, model=model)
        self.invited.add(model_id)
        model_invited.send(sender=Invitation, invitation=invitation)
        return invitation


@transaction.atomic
def decline(*, invitation: Invitation) -> Invitation:
    """Say no; again is the same. InvalidState once the casting is answered."""
    invitation = Invitation.objects.select_for_update(of=["self"]).filter(id=invitation.id).first()
    if invitation is None:
        raise NotFound
    if invitation.status == InvitationStatus.ACCEPTED:
        raise InvalidState(_("You have answered this casting already."))
    invitation.status = InvitationStatus.DECLINED
    invitation.save(update_fields=["status"])
    return invitation


_ANSWERED = PreparedUpdate(
    lambda slot: (
        Invitation.objects.filter(casting=slot("casting_id"), model=slot("model_id")),
        {"status": InvitationStatus.ACCEPTED.value},
    )
)


def answered(*, casting: Casting, model: ModelProfile) -> None:
    """The model has answered the casting: an invitation to it, also one declined before, is accepted by that."""
    _ANSWERED(casting_id=casting.id, model_id=model.id)


def withdrawn(*, casting: Casting, model: ModelProfile) -> None:
    """The model has no answer to the casting any more: an invitation to it waits for one again."""
    accepted = Invitation.objects.filter(casting=casting, model=model, status=InvitationStatus.ACCEPTED)
    accepted.update(status=InvitationStatus.PENDING)


def _sent_today(employer: EmployerProfile, at: datetime) -> int:
    morning = datetime.combine(clock.today(at), time.min, clock.ALMATY).astimezone(UTC)
    return Invitation.objects.filter(casting__employer=employer, created_at__gte=morning).count()


def _too_many(at: datetime) -> RateLimitExceeded:
    midnight = datetime.combine(clock.today(at) + timedelta(days=1), time.min, clock.ALMATY)
    message = _("At most %(most)s invitations a day.") % {"most": MOST_A_DAY}
    return RateLimitExceeded(message, retry_after=int((midnight - at).total_seconds()) + 1)
