from datetime import date
from uuid import UUID

from celery import shared_task

from castings import services
from castings.analytics import rollup
from castings.models import CastingView
from profiles import viewers


@shared_task
def record_view(*, casting_id: str, viewer: str, day: str, user_id: str | None = None) -> None:
    described = viewers.role_and_city(user_id)
    CastingView.objects.record(subject_id=UUID(casting_id), viewer=viewer, day=date.fromisoformat(day), **described)


@shared_task
def end_promotions() -> None:
    services.end_promotions()


@shared_task
def roll_up_analytics() -> None:
    rollup.roll_up()
