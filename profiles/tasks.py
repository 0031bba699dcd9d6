from datetime import date
from uuid import UUID

from celery import shared_task

from profiles import services, viewers
from profiles.models import ModelView


@shared_task
def record_view(*, profile_id: str, viewer: str, day: str, user_id: str | None = None) -> None:
    described = viewers.role_and_city(user_id)
    ModelView.objects.record(subject_id=UUID(profile_id), viewer=viewer, day=date.fromisoformat(day), **described)


@shared_task
def end_promotions() -> None:
    services.end_promotions()
