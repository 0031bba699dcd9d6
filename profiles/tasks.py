from datetime import date
from uuid import UUID

from celery import shared_task

from profiles import services
from profiles.models import ModelView


@shared_task
def record_view(*, profile_id: str, viewer: str, day: str) -> None:
    ModelView.objects.record(subject_id=UUID(profile_id), viewer=viewer, day=date.fromisoformat(day))


@shared_task
def end_promotions() -> None:
    services.end_promotions()
