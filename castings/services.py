"""What happens to castings and responses.

Locks are taken in one order everywhere: subscriptions, the employer's profile and the place of whoever acts for it
(profiles.acting), the casting, the response.
"""

from copy import copy
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, IntegerField
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import closing
from accounts.models import Block
from billing import ledger, limits, promotion
from billing.models import Feature
from castings import invitations, screening
from castings.models import (
    Casting,
    CastingStatus,
    Invitation,
    Moderation,
    Response,
    ResponseStatus,
    SavedCasting,
    SavedSearch,
)
from castings.requirements import unmet
from castings.signals import casting_published, response_decided, response_submitted
from mwork import clock, storage
from mwork.api.errors import AccountBlocked, Duplicate, Forbidden, InvalidState, NotFound, RequirementsNotMet
from mwork.images import Picture
from mwork.models import NoneOf
from mwork.prepared import Prepared, PreparedUpdate
from profiles import acting
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile

MOST_PROMOTED = 5  # castings that one plan promotes at a time


@transaction.atomic
def publish(*, user, organization: EmployerProfile | None = None, **fields) -> Casting:
    """A new casting, draft or active, of the user's own profile or of an organization that she edits for.

    InvalidState without an employer profile; Forbidden or NotFound when she may not act for the organization any more.
    An active one waits for staff where they look first (castings.screening).
    """
    # Locked, so that an account that closes meanwhile either finds this casting or refuses it.
    open_ones = EmployerProfile.objects.select_for_update(no_key=True).filter(closed_at=None)
    employer = open_ones.filter(id=organization.id).first() if organization else open_ones.filter(user=user).first()
    if employer is None:
        raise NotFound if organization else InvalidState(_("Make an employer profile first."))
    if organization:
        acting.hold(user, Right.EDIT, employer.id)
    else:
        employer.user = user  # the one there is: not asked for again
    casting = Casting(employer=employer, **fields)
    if casting.status != CastingStatus.DRAFT:
        screening.leave_draft(casting)
    casting.save(force_insert=True)
    _tell_if_published(casting)
    return casting


@transaction.atomic
def change(*, casting: Casting, **fields) -> Casting:
    """Write these fields. InvalidState for a completed or cancelled casting.

    Other words than those that staff have approved are looked at anew (castings.screening).
    """
    casting = lock(casting)
    if casting.is_final:
        raise InvalidState(_("A completed or cancelled casting can't be changed."))
    before = copy(casting)
    for name, value in fields.items():
        setattr(casting, name, value)
    judged = any(name in screening.JUDGED for name in fields)
    if judged:
        screening.changed(casting, before)
    casting.save(update_fields=[*fields, *(screening.STORED if judged else ()), "updated_at"])
    return casting


@transaction.atomic
def move(*, casting: Casting, status: str, at: datetime | None = None) -> Casting:
    """Take the casting to this status; the present one is no change. Where staff look first, what leaves the drafts

    waits for them. IllegalMove, or InvalidState for a past date and for one that staff have hidden.
    """
    casting = lock(casting)
    was_draft = casting.status == CastingStatus.DRAFT
    if casting.move_to(status):
        if status == CastingStatus.ACTIVE and casting.moderation in Moderation.taken_off:
            raise InvalidState(_("Our staff have hidden this casting: it can't be published."))
        if status == CastingStatus.ACTIVE and casting.shoot_date <= (at or timezone.now()):
            raise InvalidState(_("The shoot date has passed: set a new one first."))
        if was_draft:  # for a cancelled one too: others find it by its status
            screening.leave_draft(casting, at)
        elif status == CastingStatus.DRAFT and casting.moderation == Moderation.WAITING:
            casting.moderation = Moderation.NONE  # nobody needs to look at it now
        casting.save(update_fields=["status", *screening.STORED, "updated_at"])
        _tell_if_published(casting)
    return casting


def _tell_if_published(casting: Casting) -> None:
    if casting.status == CastingStatus.ACTIVE and casting.is_shown:
        casting_published.send(sender=Casting, casting=casting)


def set_cover(*, casting: Casting, picture: Picture, by=None) -> Casting:
    """Make this the casting's cover; the one before goes after the commit. InvalidState for a final casting.

    `by` is the user who acts for its employer, and must still when the picture is stored.
    """
    cover, thumbnail = storage.save_picture(f"castings/{casting.id}", picture)
    with storage.kept_if_committed(storage.public(), cover, thumbnail):
        if by:
            acting.hold(by, Right.EDIT, casting.employer_id)
        before = lock(casting)
        storage.delete_after_commit(storage.public(), before.cover, before.cover_thumbnail)
        return change(casting=casting, cover=cover, cover_thumbnail=thumbnail)


def delete(*, casting: Casting) -> None:
    """Take the casting out of every list. The row stays: those who answered may still read what they answered."""
    Casting.objects.filter(id=casting.id, deleted_at=None).update(deleted_at=timezone.now())


def save_for(*, user, casting: Casting) -> bool:
    """Keep the casting at hand; False when it was already."""
    return SavedCasting.objects.get_or_create(user=user, casting=casting)[1]


_MODEL = Prepared(lambda slot: ModelProfile.objects.filter(user=slot("user_id")).select_related("user"))
_ANSWER = Prepared(lambda slot: Response.objects.filter(casting=slot("casting_id"), applicant=slot("model_id")))
_LOCKED = Prepared(
    lambda slot: (
        Casting.objects.select_for_update(of=["self"], no_key=True).select_related("employer").filter(id=slot("id"))
    )
)
_COUNT = PreparedUpdate(
    lambda slot: (
        Casting.objects.filter(id=slot("id")),
        {"responses_count": F("responses_count") + slot("more", output_field=IntegerField())},
    )
)


def may_apply(*, user, casting: Casting) -> None:
    """AccountBlocked or LimitReached: whoever may not answer is told so before what is amiss with the answer."""
    if Block.stands_between(user.id, casting.owner_id):
        raise AccountBlocked
    limits.check(user, Feature.RESPONSES)


@transaction.atomic
def apply(*, user, casting: Casting, message: str = "", portfolio_links: list[str] = (), at=None) -> Response:
    """A model's answer to a casting.

    Raises AccountBlocked, LimitReached, InvalidState (no profile, not active, past), Duplicate or RequirementsNotMet.
    A withdrawn response opens anew and counts anew.
    """
    at = at or timezone.now()
    # Of two answers at the same moment the second waits here, and then counts the first one.
    source = limits.require(user, Feature.RESPONSES, at)
    casting = lock(casting)
    if Block.stands_between(user.id, casting.owner_id):
        raise AccountBlocked
    model = _MODEL.first(user_id=user.id)
    if model is None:
        raise InvalidState(_("Make a model profile first."))
    if not casting.is_open(at):
        raise InvalidState(_("This casting takes no more responses."))
    before = _ANSWER.first(casting_id=casting.id, model_id=model.id)
    require_fit(casting, model, before, clock.today(at))
    uses_bought = source == limits.Source.BOUGHT
    content = {"message": message, "portfolio_links": list(portfolio_links), "applied_at": at}
    response = write(casting, model, before, **content, uses_bought=uses_bought)
    count(casting, 1)
    if uses_bought:
        ledger.use(user=user, response_id=response.id)
    return response


def require_fit(casting: Casting, model: ModelProfile, before: Response | None, day: date) -> None:
    """Raise Duplicate or RequirementsNotMet; `before` is the model's response to this casting, withdrawn or not."""
    if before and before.status != ResponseStatus.WITHDRAWN:
        raise Duplicate(_("You have answered this casting already."))
    if misfits := unmet(casting, model, day):
        raise RequirementsNotMet(details=misfits)


def write(casting: Casting, model: ModelProfile, before: Response | None, **fields) -> Response:
    """The response that has passed every check, in the place of a withdrawn one. The casting is locked, and counts it

    by `count`.
    """
    response = before or Response(casting=casting, applicant=model)
    whose = {"uses_bought": False, "agency": None, "submitted_by": None, "on_agency_plan": False}
    for name, value in {"status": ResponseStatus.PENDING, "note": "", **whose, **fields}.items():
        setattr(response, name, value)
    response.save()
    invitations.answered(casting=casting, model=model)
    response_submitted.send(sender=Response, response=response)
    return response


def count(casting: Casting, more: int) -> None:
    """The locked casting has so many responses more."""
    _COUNT(id=casting.id, more=more)


@transaction.atomic
def decide(*, response: Response, status: str) -> Response:
    """Take the response to this status; the present one is no change. IllegalMove when it may not go there.

    AccountBlocked when it would be accepted although one of the two has blocked the other: they could not talk.
    """
    response = _lock_response(response)
    people = response.applicant.user_id, response.casting.owner_id
    if status == ResponseStatus.ACCEPTED != response.status and Block.stands_between(*people):
        raise AccountBlocked
    previous = response.status
    if response.move_to(status):
        response.save(update_fields=["status", "updated_at"])
        response_decided.send(sender=Response, response=response, previous=previous)
    return response


@transaction.atomic
def annotate(*, response: Response, note: str) -> Response:
    """Keep the employer's private note on the response."""
    response = _lock_response(response)
    response.note = note
    response.save(update_fields=["note", "updated_at"])
    return response


@transaction.atomic
def withdraw(*, response: Response, agency: EmployerProfile | None = None) -> None:
    """Take a response back, and with it what it used: the month's count or a bought one.

    InvalidState once it is decided on; NotFound when it has gone, or is not the agency's that is named any more.
    """
    applicant = response.applicant.user
    limits.lock(applicant)
    casting = lock(response.casting, deleted=True)
    response = Response.objects.select_for_update().filter(id=response.id).first()
    if response is None or response.status == ResponseStatus.WITHDRAWN:  # gone with its account, or taken back
        raise NotFound
    if agency and response.agency_id != agency.id:  # she has withdrawn it and answered by herself a moment ago
        raise NotFound
    if response.status not in ResponseStatus.withdrawable:
        raise InvalidState(_("Only a pending or viewed response can be withdrawn."))
    if response.uses_bought:
        ledger.give_back(user=applicant, response_id=response.id)
    response.status, response.uses_bought, response.on_agency_plan = ResponseStatus.WITHDRAWN, False, False
    response.save(update_fields=["status", "uses_bought", "on_agency_plan", "updated_at"])
    count(casting, -1)
    invitations.withdrawn(casting=casting, model=response.applicant)


def responses_this_month(user, at: datetime | None = None) -> int:
    """The responses that count towards the user's month: billing's counter."""
    return Response.objects.on_own_plan(at).filter(applicant__user=user).count()


@transaction.atomic
def promote(*, user, casting: Casting) -> Casting:
    """Promote an active casting by its owner's plan, for a user who edits for its employer.

    InvalidState for another one, LimitReached, or Forbidden once she edits no more.
    """
    limits.lock(casting.employer.user)
    acting.hold(user, Right.EDIT, casting.employer_id)
    if casting.status != CastingStatus.ACTIVE or not casting.is_shown:
        raise InvalidState(_("Only an active casting can be promoted."))
    own = Casting.objects.filter(employer=casting.employer, deleted_at=None)
    return promotion.by_plan(user=casting.employer.user, row=casting, most=MOST_PROMOTED, others=own)


def promotable(casting_id):
    """The casting of this id while it is worth promoting: billing's finder."""
    return Casting.objects.filter(id=casting_id, deleted_at=None)


def promotable_of(user, casting_id):
    """The id of the casting that promotion is ordered for by somebody who edits it: billing asks here."""
    casting = Casting.objects.visible_to(user).with_role(user).filter(id=casting_id).first()
    if casting is None:
        raise NotFound
    if not acting.allows(casting.acting_role, Right.EDIT):
        raise Forbidden
    if casting.is_final:
        raise InvalidState(_("A completed or cancelled casting can't be promoted."))
    if not casting.is_shown:
        raise InvalidState(_("Only its owner sees this casting: it can't be promoted."))
    return casting.id


def active_castings(employer: EmployerProfile) -> int:
    return employer.castings.filter(
        status=CastingStatus.ACTIVE, deleted_at=None, moderation__in=Moderation.shown
    ).count()


def end_promotions(at: datetime | None = None) -> int:
    """Take promotion from the castings whose time is up; returns how many there were."""
    return promotion.end_over(Casting, at)


def erase(*, user) -> None:
    """What a closed account leaves here: its castings leave every list, its responses go (with the model profile).

    A casting keeps what those who answered see of it in their own lists, and the fingerprint of its text, by which the
    same text is known again (castings.copies).
    """
    own = Response.objects.standing().filter(applicant__user=user)
    list(Casting.objects.select_for_update(no_key=True).filter(id__in=own.values("casting_id")).order_by("id"))
    Casting.objects.filter(id__in=own.values("casting_id")).update(responses_count=F("responses_count") - 1)
    castings = Casting.objects.filter(employer__user=user)
    list(castings.select_for_update(no_key=True).order_by("id").values_list("id"))  # all at once, in one order
    for names in castings.values_list("cover", "cover_thumbnail"):
        storage.delete_after_commit(storage.public(), *names)
    castings.update(cover="", cover_thumbnail="", description="", address="")
    castings.filter(NoneOf(F("id"), _answered(user).values("casting_id"))).update(title="")
    castings.filter(deleted_at=None).update(deleted_at=timezone.now())
    Invitation.objects.filter(casting__in=castings).delete()  # a model's own go with her page
    _answered(user).update(note="")
    closing.forget_names(castings.values_list("id", flat=True))
    closing.forget_names(Response.objects.filter(applicant__user=user).values_list("id", flat=True))
    SavedCasting.objects.filter(user=user).delete()
    Response.objects.filter(submitted_by=user).update(submitted_by=None)
    Response.objects.filter(agency__user=user).update(agency=None)
    SavedSearch.objects.filter(user=user).delete()


def _answered(user):
    """The responses, withdrawn ones too, to this user's castings."""
    return Response.objects.filter(casting__employer__user=user)


def _lock_response(response: Response) -> Response:
    """The response as it is now, locked after its casting, with what its owner is shown. NotFound once it is gone."""
    lock(response.casting)
    rows = Response.objects.select_for_update(of=["self"]).select_related("applicant", "casting__employer")
    locked = rows.filter(id=response.id).first()
    if locked is None or locked.status == ResponseStatus.WITHDRAWN:
        raise NotFound
    return locked


def lock(casting: Casting, deleted: bool = False) -> Casting:
    """The casting as it is now, locked against every other change. NotFound when it was deleted meanwhile.

    "No key": rows that merely point to it, such as views, need not wait.
    """
    locked = _LOCKED.first(id=casting.id)
    if locked is None or (locked.deleted_at and not deleted):
        raise NotFound
    return locked
