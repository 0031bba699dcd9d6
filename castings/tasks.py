from datetime import date
from uuid import UUID

from celery import shared_task

from castings import services
from castings.models import CastingView


@shared_task
def record_view(*, casting_id: str, viewer: str, day: str) -> None:
    CastingView.objects.record(subject_id=UUID(casting_id), viewer=viewer, day=date.fromisoformat(day))


@shared_task
def end_promotions() -> None:
    services.end_promotions()
