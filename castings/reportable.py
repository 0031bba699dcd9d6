"""Castings as what is reported, and what can be decided about a reported one."""

from uuid import UUID

from accounts import reports
from accounts.models import Report
from castings import moderation
from castings.models import Casting
from mwork.api.errors import NotFound

FROZEN = (
    "id", "title", "description", "category", "city", "address", "shoot_date", "duration_days", "pay_min", "pay_max",
    "status", "gender", "min_age", "max_age", "min_height", "max_height", "experience", "cover", "responses_count",
    "created_at", "updated_at",
)  # fmt: skip


def find(reporter, casting_id: UUID) -> Casting | None:
    return Casting.objects.visible_to(reporter).select_related("employer").filter(id=casting_id).first()


def freeze(casting: Casting) -> dict:
    employer = reports.frozen(casting.employer, "id", "user_id", "company_name", "is_verified")
    return {**reports.frozen(casting, *FROZEN), "employer": employer}


def hide(*, report: Report, actor, reason: str) -> None:
    moderation.hide(casting=_casting(report), actor=actor, reason=reason)


def spam(*, report: Report, actor, reason: str) -> None:
    moderation.spam(casting=_casting(report), actor=actor, reason=reason)


def _casting(report: Report) -> Casting:
    casting = Casting.objects.filter(id=report.target_id).first()
    if casting is None:
        raise NotFound
    return casting
