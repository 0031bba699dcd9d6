"""An agency answers a casting for models of its roster, one request, a result for each; and takes an answer back.

Everything that decides is locked and read for all of them at once, whatever their number; then each is judged and
written by herself, in a savepoint of her own.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block, Role
from billing import limits
from billing.models import Feature, Plan
from castings import services
from castings.models import Casting, Response
from castings.signals import answered_for, withdrawn_for
from mwork import clock
from mwork.api import errors
from profiles import acting
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile, Representation, RepresentationStatus, Visibility

OUTCOMES = ("created", "error")


@dataclass(frozen=True)
class Outcome:
    """For one model: the response, or why there is none."""

    model_id: UUID
    response: Response | None = None
    error: errors.ApiError | None = None


@dataclass(frozen=True)
class Facts:
    """What the judgement of each model asks, read under the locks. Keys are ids of users, or of model profiles."""

    models: dict[UUID, ModelProfile]  # those on the roster now, by their own ids
    plans: dict[UUID, Plan]  # by user
    blocked: set[UUID]  # users
    before: dict[UUID, Response]  # by model
    used: dict[UUID, int]  # by model: responses of this month that count towards her plan
    on_agency_plan: bool


def agencies_of(user) -> list[EmployerProfile]:
    """The agencies that this user may answer castings for."""
    rows = EmployerProfile.objects.visible_to(user).filter(user__role=Role.AGENCY)
    return list(rows.filter(id__in=acting.employers(user, Right.EDIT)).select_related("user"))


def may_submit(*, user, agency: EmployerProfile, casting: Casting) -> None:
    """What is asked before the body is read: Forbidden for the agency's own casting, AccountBlocked.

    The latter for a block between the casting's owner and the agency's, or this user of its team.
    """
    if casting.employer_id == agency.id:
        raise errors.Forbidden(_("An agency can't answer a casting of its own."))
    if Block.objects.across([agency.user_id, user.id], [casting.owner_id]).exists():
        raise errors.AccountBlocked


@transaction.atomic
def submit(
    *,
    user,
    agency: EmployerProfile,
    casting: Casting,
    model_ids: list[UUID],
    message: str = "",
    portfolio_links: list[str] = (),
    at: datetime | None = None,
) -> list[Outcome]:
    """Answer for each of these models, in this order. InvalidState when the casting takes no more responses.

    Each model's own month is used, never responses that she bought; on an agency's plan without a limit, the agency's.
    """
    at = at or timezone.now()
    plans = limits.lock_all([agency.user, *_people(agency, model_ids)], at)
    acting.hold(user, Right.EDIT, agency.id)
    models = _roster(agency, model_ids)
    casting = services.lock(casting)
    may_submit(user=user, agency=agency, casting=casting)
    if not casting.is_open(at):
        raise errors.InvalidState(_("This casting takes no more responses."))
    facts = _facts(user, agency, casting, models, plans, at)
    content = {"message": message, "portfolio_links": list(portfolio_links), "applied_at": at}
    content |= {"agency": agency, "submitted_by": user, "on_agency_plan": facts.on_agency_plan}
    outcomes = [_outcome(model_id, casting, facts, content, at) for model_id in model_ids]
    answered = [outcome.model_id for outcome in outcomes if outcome.response]
    if answered:
        services.count(casting, len(answered))
        readers = [models[model_id].user_id for model_id in answered]
        answered_for.send(sender=Response, agency=agency, casting=casting, models=readers)
    return outcomes


@transaction.atomic
def withdraw(*, user, response: Response) -> None:
    """Take back what the agency has answered for a model, as she could herself; she is told.

    Forbidden once she has left the roster, or the user edits for the agency no more; else as services.withdraw.
    """
    agency, model = response.agency, response.applicant
    limits.lock(model.user)
    acting.hold(user, Right.EDIT, agency.id)
    if model.id not in _roster(agency, [model.id]):
        raise errors.Forbidden(_("She is not on your roster."))
    services.withdraw(response=response, agency=agency)
    withdrawn_for.send(sender=Response, agency=agency, response=response)


def _people(agency: EmployerProfile, model_ids: list[UUID]) -> list:
    """The users whose subscriptions are to be locked: a first look, which `_roster` makes sure of."""
    active = agency.representations.filter(status=RepresentationStatus.ACTIVE, model__in=model_ids)
    return list(get_user_model().objects.filter(model_profile__representations__in=active))


def _roster(agency: EmployerProfile, model_ids: list[UUID]) -> dict[UUID, ModelProfile]:
    """The models of these who are on the roster, none of whom leaves it before this transaction ends."""
    rows = Representation.objects.filter(organization=agency, model__in=model_ids, status=RepresentationStatus.ACTIVE)
    locked = list(rows.select_for_update(no_key=True).order_by("id").values_list("model_id", flat=True))
    present = ModelProfile.objects.of_present_users().filter(id__in=locked)
    return {model.id: model for model in present.select_related("user")}


def _facts(
    user, agency, casting: Casting, models: dict[UUID, ModelProfile], plans: dict[UUID, Plan], at: datetime
) -> Facts:
    people = [model.user_id for model in models.values()]
    blocks = Block.objects.across(people, [agency.user_id, user.id, casting.owner_id])
    pairs = blocks.values_list("blocker_id", "blocked_id")
    before = Response.objects.filter(casting=casting, applicant__in=models)
    counted = Response.objects.on_own_plan(at).filter(applicant__in=models).values("applicant")
    return Facts(
        models=models,
        plans=plans,
        blocked={person for pair in pairs for person in pair},
        before={response.applicant_id: response for response in before},
        used=dict(counted.annotate(count=Count("id")).values_list("applicant", "count")),
        on_agency_plan=getattr(plans[agency.user_id], Feature.RESPONSES) is None,
    )


def _outcome(model_id: UUID, casting: Casting, facts: Facts, content: dict, at: datetime) -> Outcome:
    """The response, written; or the refusal, which leaves nothing behind and lets the next one's turn come."""
    try:
        model = _judged(model_id, casting, facts, at)
        with transaction.atomic():
            return Outcome(model_id, services.write(casting, model, facts.before.get(model_id), **content))
    except (errors.ApiError, IntegrityError) as error:
        return Outcome(model_id, error=errors.translate(error))


def _judged(model_id: UUID, casting: Casting, facts: Facts, at: datetime) -> ModelProfile:
    """The model, who may be answered for. In the order in which her own answer would be refused."""
    model = facts.models.get(model_id)
    if model is None or model.user_id not in facts.plans:  # the second: she has joined the roster this very moment
        raise errors.NotFound(_("She is not on your roster."))
    if model.user_id in facts.blocked:
        raise errors.AccountBlocked
    if not facts.on_agency_plan:
        limits.require_within(facts.plans[model.user_id], Feature.RESPONSES, facts.used.get(model_id, 0))
    if model.visibility == Visibility.HIDDEN:
        raise errors.InvalidState(_("She has hidden her profile."))
    services.require_fit(casting, model, facts.before.get(model_id), clock.today(at))
    return model
