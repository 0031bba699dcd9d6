from datetime import date
from uuid import UUID

from celery import shared_task

from profiles import invitation_letters, services, viewers
from profiles.models import Invitation, ModelView


@shared_task
def record_view(*, profile_id: str, viewer: str, day: str, user_id: str | None = None) -> None:
    described = viewers.role_and_city(user_id)
    ModelView.objects.record(subject_id=UUID(profile_id), viewer=viewer, day=date.fromisoformat(day), **described)


@shared_task
def end_promotions() -> None:
    services.end_promotions()


@shared_task
def send_invitation(*, invitation_id: str) -> None:
    invitation_letters.send(UUID(invitation_id))


@shared_task
def send_waiting_invitations() -> None:
    """What a dead worker, broker or mail server left behind; one letter's failure is not the next one's."""
    for invitation_id in invitation_letters.waiting():
        send_invitation.delay(invitation_id=str(invitation_id))


@shared_task
def purge_invitations() -> None:
    Invitation.objects.stale().delete()
