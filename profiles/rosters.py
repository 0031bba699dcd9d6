"""What happens to rosters: an agency asks a model, she agrees or declines, and either side may end it.

Whoever writes for the agency holds her place in its team (profiles.acting); the model's own row is the representation.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block, Role
from mwork.api.errors import AccountBlocked, Duplicate, Forbidden, Invalid, InvalidState, NotFound
from profiles import acting
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile, Representation, RepresentationStatus, Visibility
from profiles.signals import representation_changed

PAUSE = timedelta(days=30)  # after the model has said no, or has ended it, until the same agency may ask again
PAUSE_AFTER_OWN_END = timedelta(days=1)  # after the agency itself has
MOST_PENDING = 100  # questions of one agency that wait for an answer


def require_agency(organization: EmployerProfile) -> None:
    """Forbidden unless the organization (with its user loaded) is an agency."""
    if organization.user.role != Role.AGENCY:
        raise Forbidden(_("Only an agency has a roster."))


@transaction.atomic
def ask(*, user, organization: EmployerProfile, model_id, at: datetime | None = None) -> Representation:
    """Ask the model whether the agency may speak for her.

    Invalid for a model that is none, AccountBlocked, Duplicate while a question or a representation is open,
    InvalidState during the pause after the last one, and when too many questions are open.
    """
    at = at or timezone.now()
    # The profile's lock puts two questions at the same moment in line.
    locked = EmployerProfile.objects.select_for_update(no_key=True).filter(id=organization.id, closed_at=None).first()
    if locked is None:
        raise NotFound
    acting.hold(user, Right.EDIT, organization.id)
    shown = ModelProfile.objects.of_present_users().exclude(visibility=Visibility.HIDDEN)
    model = shown.filter(id=model_id).first()
    if model is None:
        raise Invalid("model_id", _("There is no such model."))
    if Block.objects.across([model.user_id], [organization.user_id, user.id]).exists():
        raise AccountBlocked
    before = (
        Representation.objects.filter(organization=organization, model=model).order_by("-created_at", "-id").first()
    )
    _require_pause_over(before, at)
    if organization.representations.filter(status=RepresentationStatus.PENDING).count() >= MOST_PENDING:
        raise InvalidState(_("%(count)s models have still to answer you.") % {"count": MOST_PENDING})
    representation = Representation.objects.create(organization=organization, model=model, created_at=at)
    representation_changed.send(sender=Representation, representation=representation)
    return representation


@transaction.atomic
def answer(*, representation: Representation, status: str) -> Representation:
    """The model accepts (active) or declines; the present status is no change. IllegalMove once it is answered."""
    representation = _lock(representation)
    if representation.move_to(status):
        representation.answered_at = timezone.now()
        representation.save(update_fields=["status", "answered_at"])
        representation_changed.send(sender=Representation, representation=representation)
    return representation


@transaction.atomic
def end(*, user, organization: EmployerProfile, model: ModelProfile) -> None:
    """End what is open between the two, or take the question back. NotFound when nothing is.

    The model may, and who may edit for the agency; Forbidden for others.
    """
    by_model = model.user_id == user.id
    if not by_model:
        acting.hold(user, Right.EDIT, organization.id)
    found = Representation.objects.open().filter(organization=organization, model=model).first()
    if found is None:
        raise NotFound
    representation = _lock(found)
    was_pending = representation.status == RepresentationStatus.PENDING
    if by_model and was_pending:
        representation.move_to(RepresentationStatus.DECLINED)
        representation.answered_at = timezone.now()
    elif representation.status in RepresentationStatus.open:
        representation.move_to(RepresentationStatus.ENDED)
        representation.ended_at, representation.ended_by_model = timezone.now(), by_model
    else:
        raise NotFound  # ended by the other side a moment ago
    representation.save(update_fields=["status", "answered_at", "ended_at", "ended_by_model"])
    if by_model or not was_pending:
        representation_changed.send(sender=Representation, representation=representation)


def erase(*, user) -> None:
    """A closed agency's roster goes; a closed model's representations go with her profile."""
    Representation.objects.filter(organization__user=user).delete()


def _lock(representation: Representation) -> Representation:
    """As it is now, locked; NotFound when it has gone with an account."""
    rows = Representation.objects.select_for_update(of=["self"]).select_related("model", "organization")
    locked = rows.filter(id=representation.id).first()
    if locked is None:
        raise NotFound
    return locked


def _require_pause_over(before: Representation | None, at: datetime) -> None:
    if before is None:
        return
    if before.status in RepresentationStatus.open:
        raise Duplicate(_("You have asked this model already, or represent her."))
    own_end = before.status == RepresentationStatus.ENDED and not before.ended_by_model
    again = before.closed_at + (PAUSE_AFTER_OWN_END if own_end else PAUSE)
    if at < again:
        raise InvalidState(_("You may ask her again from %(date)s on.") % {"date": f"{again:%d.%m.%Y}"})
