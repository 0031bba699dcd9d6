"""Who hears of what goes on in teams and on rosters: one short function per signal, rows only."""

from django.contrib.auth import get_user_model
from django.dispatch import receiver

from accounts import names
from castings import signals as castings
from notifications.services import tell, tell_all
from profiles import acting
from profiles import signals as profiles
from profiles.acting import Right
from profiles.models import RepresentationStatus


@receiver(profiles.member_joined, dispatch_uid="notifications.member_joined")
def member_joined(member, **kwargs):
    """Those who manage the team are told, by the name of the newcomer's own page or by her address."""
    name = names.of([member.user_id]).get(member.user_id) or member.user.email
    managers = acting.people(member.organization_id, Right.MANAGE).exclude(user=member.user)
    organization = {"organization_id": str(member.organization_id), "organization": member.organization.company_name}
    tell_all(readers=managers, kind="member_joined", actor=member.user, name=name, **organization)


@receiver(profiles.representation_changed, dispatch_uid="notifications.representation_changed")
def representation_changed(representation, **kwargs):
    """The other side is told."""
    agency, model = representation.organization, representation.model
    about = {"representation_id": str(representation.id), "organization_id": str(agency.id), "model_id": str(model.id)}
    to_model = {RepresentationStatus.PENDING: "representation_asked"}
    to_agency = {
        RepresentationStatus.ACTIVE: "representation_accepted",
        RepresentationStatus.DECLINED: "representation_declined",
    }
    if representation.status == RepresentationStatus.ENDED:
        to_agency, to_model = (
            ({RepresentationStatus.ENDED: "representation_left"}, {})
            if representation.ended_by_model
            else ({}, {RepresentationStatus.ENDED: "representation_ended"})
        )
    if kind := to_model.get(representation.status):
        tell(user=model.user, kind=kind, actor=agency.user, name=agency.company_name, **about)
    if kind := to_agency.get(representation.status):
        team = acting.people(agency.id, Right.EDIT)
        tell_all(readers=team, kind=kind, actor=model.user, name=model.name, **about)


@receiver(castings.answered_for, dispatch_uid="notifications.answered_for")
def answered_for(agency, casting, models, **kwargs):
    tell_all(
        readers=get_user_model().objects.filter(id__in=models).values("id"),
        kind="answered_for_you", actor=agency.user, name=agency.company_name, organization_id=str(agency.id),
        casting_id=str(casting.id), casting_title=casting.title,
    )  # fmt: skip


@receiver(castings.withdrawn_for, dispatch_uid="notifications.withdrawn_for")
def withdrawn_for(agency, response, **kwargs):
    tell(
        user=response.applicant.user, kind="withdrawn_for_you", actor=agency.user, name=agency.company_name,
        organization_id=str(agency.id), casting_id=str(response.casting_id), casting_title=response.casting.title,
    )  # fmt: skip
