"""What happens to castings and responses.

Locks are taken in one order everywhere: the applicant's subscription, the casting, the response.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block
from billing import ledger, limits, promotion
from billing.models import Feature
from castings.models import Casting, CastingStatus, Moderation, Response, ResponseStatus, SavedCasting
from castings.requirements import unmet
from castings.signals import casting_published, response_decided, response_submitted
from mwork import clock, storage
from mwork.api.errors import AccountBlocked, Duplicate, Forbidden, InvalidState, NotFound, RequirementsNotMet
from mwork.images import Picture
from profiles.models import EmployerProfile, ModelProfile

MOST_PROMOTED = 5  # castings that one plan promotes at a time


@transaction.atomic
def publish(*, user, **fields) -> Casting:
    """A new casting, draft or active. InvalidState without an employer profile."""
    # Locked, so that an account that closes meanwhile either finds this casting or refuses it.
    employer = EmployerProfile.objects.select_for_update(no_key=True).filter(user=user, closed_at=None).first()
    if employer is None:
        raise InvalidState(_("Make an employer profile first."))
    casting = Casting.objects.create(employer=employer, **fields)
    if casting.status == CastingStatus.ACTIVE:
        casting_published.send(sender=Casting, casting=casting)
    return casting


@transaction.atomic
def change(*, casting: Casting, **fields) -> Casting:
    """Write these fields. InvalidState for a completed or cancelled casting."""
    casting = lock(casting)
    if casting.is_final:
        raise InvalidState(_("A completed or cancelled casting can't be changed."))
    for name, value in fields.items():
        setattr(casting, name, value)
    casting.save(update_fields=[*fields, "updated_at"])
    return casting


@transaction.atomic
def move(*, casting: Casting, status: str, at: datetime | None = None) -> Casting:
    """Take the casting to this status; the present one is no change.

    IllegalMove, or InvalidState for a past date and for one that staff have hidden.
    """
    casting = lock(casting)
    if casting.move_to(status):
        if status == CastingStatus.ACTIVE and not casting.is_shown:
            raise InvalidState(_("Our staff have hidden this casting: it can't be published."))
        if status == CastingStatus.ACTIVE and not casting.is_open(at):
            raise InvalidState(_("The shoot date has passed: set a new one first."))
        casting.save(update_fields=["status", "updated_at"])
        if status == CastingStatus.ACTIVE:
            casting_published.send(sender=Casting, casting=casting)
    return casting


def set_cover(*, casting: Casting, picture: Picture) -> Casting:
    """Make this the casting's cover; the one before goes after the commit. InvalidState for a final casting."""
    cover, thumbnail = storage.save_picture(f"castings/{casting.id}", picture)
    with storage.kept_if_committed(storage.public(), cover, thumbnail):
        before = lock(casting)
        storage.delete_after_commit(storage.public(), before.cover, before.cover_thumbnail)
        return change(casting=casting, cover=cover, cover_thumbnail=thumbnail)


def delete(*, casting: Casting) -> None:
    """Take the casting out of every list. The row stays: those who answered may still read what they answered."""
    Casting.objects.filter(id=casting.id, deleted_at=None).update(deleted_at=timezone.now())


def save_for(*, user, casting: Casting) -> bool:
    """Keep the casting at hand; False when it was already."""
    return SavedCasting.objects.get_or_create(user=user, casting=casting)[1]


def may_apply(*, user, casting: Casting) -> None:
    """What is asked before the body is read: AccountBlocked or LimitReached. `apply` asks again, under locks."""
    if Block.objects.between(user.id, casting.owner_id).exists():
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
    if Block.objects.between(user.id, casting.owner_id).exists():
        raise AccountBlocked
    model = ModelProfile.objects.filter(user=user).first()
    if model is None:
        raise InvalidState(_("Make a model profile first."))
    if not casting.is_open(at):
        raise InvalidState(_("This casting takes no more responses."))
    response = Response.objects.filter(casting=casting, applicant=model).first()
    if response and response.status != ResponseStatus.WITHDRAWN:
        raise Duplicate(_("You have answered this casting already."))
    if misfits := unmet(casting, model, clock.today(at)):
        raise RequirementsNotMet(details=misfits)
    response = response or Response(casting=casting, applicant=model)
    response.message, response.portfolio_links, response.applied_at = message, list(portfolio_links), at
    response.status, response.note, response.uses_bought = ResponseStatus.PENDING, "", source == limits.Source.BOUGHT
    response.save()
    if response.uses_bought:
        ledger.use(user=user, response_id=response.id)
    Casting.objects.filter(id=casting.id).update(responses_count=F("responses_count") + 1)
    response_submitted.send(sender=Response, response=response)
    return response


@transaction.atomic
def decide(*, response: Response, status: str) -> Response:
    """Take the response to this status; the present one is no change. IllegalMove when it may not go there.

    AccountBlocked when it would be accepted although one of the two has blocked the other: they could not talk.
    """
    response = _lock_response(response)
    parted = Block.objects.between(response.applicant.user_id, response.casting.owner_id)
    if status == ResponseStatus.ACCEPTED != response.status and parted.exists():
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
def withdraw(*, response: Response) -> None:
    """Take one's response back, and with it what it used: the month's count or a bought one.

    InvalidState once it is decided on.
    """
    applicant = response.applicant.user
    limits.lock(applicant)
    casting = lock(response.casting, deleted=True)
    response = Response.objects.select_for_update().filter(id=response.id).first()
    if response is None or response.status == ResponseStatus.WITHDRAWN:  # gone with its account, or taken back
        raise NotFound
    if response.status not in ResponseStatus.withdrawable:
        raise InvalidState(_("Only a pending or viewed response can be withdrawn."))
    if response.uses_bought:
        ledger.give_back(user=applicant, response_id=response.id)
    response.status, response.uses_bought = ResponseStatus.WITHDRAWN, False
    response.save(update_fields=["status", "uses_bought", "updated_at"])
    Casting.objects.filter(id=casting.id).update(responses_count=F("responses_count") - 1)


def responses_this_month(user, at: datetime | None = None) -> int:
    """The responses that count towards the user's month: billing's counter."""
    own = Response.objects.standing().filter(applicant__user=user, uses_bought=False)
    return own.since(clock.month_start(at)).count()


def promote(*, casting: Casting) -> Casting:
    """Promote an active casting by its owner's plan. InvalidState for another one, or LimitReached."""
    if casting.status != CastingStatus.ACTIVE or not casting.is_shown:
        raise InvalidState(_("Only an active casting can be promoted."))
    own = Casting.objects.filter(employer=casting.employer, deleted_at=None)
    return promotion.by_plan(user=casting.employer.user, row=casting, most=MOST_PROMOTED, others=own)


def promotable(casting_id):
    """The casting of this id while it is worth promoting: billing's finder."""
    return Casting.objects.filter(id=casting_id, deleted_at=None)


def promotable_of(user, casting_id):
    """The id of the user's own casting that promotion is ordered for: billing asks here."""
    casting = Casting.objects.visible_to(user).select_related("employer").filter(id=casting_id).first()
    if casting is None:
        raise NotFound
    if casting.owner_id != user.id:
        raise Forbidden
    if casting.is_final:
        raise InvalidState(_("A completed or cancelled casting can't be promoted."))
    if not casting.is_shown:
        raise InvalidState(_("Our staff have hidden this casting: it can't be promoted."))
    return casting.id


def active_castings(employer: EmployerProfile) -> int:
    return employer.castings.filter(
        status=CastingStatus.ACTIVE, deleted_at=None, moderation__in=Moderation.shown
    ).count()


def end_promotions(at: datetime | None = None) -> int:
    """Take promotion from the castings whose time is up; returns how many there were."""
    return promotion.end_over(Casting, at)


def erase(*, user) -> None:
    """What a closed account leaves here: its castings leave every list, its responses go (with the model profile)."""
    own = Response.objects.standing().filter(applicant__user=user)
    list(Casting.objects.select_for_update(no_key=True).filter(id__in=own.values("casting_id")).order_by("id"))
    Casting.objects.filter(id__in=own.values("casting_id")).update(responses_count=F("responses_count") - 1)
    castings = Casting.objects.filter(employer__user=user)
    for names in castings.values_list("cover", "cover_thumbnail"):
        storage.delete_after_commit(storage.public(), *names)
    castings.update(cover="", cover_thumbnail="")
    castings.filter(deleted_at=None).update(deleted_at=timezone.now())
    SavedCasting.objects.filter(user=user).delete()


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
    rows = Casting.objects.select_for_update(of=["self"], no_key=True).select_related("employer")
    locked = rows.filter(id=casting.id).first()
    if locked is None or (locked.deleted_at and not deleted):
        raise NotFound
    return locked
