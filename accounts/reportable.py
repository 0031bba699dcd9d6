"""People as what is reported, and what can be decided about whomever a report concerns."""

from datetime import datetime
from uuid import UUID

from accounts import moderation, names, reports
from accounts.models import Report, User
from mwork.api.errors import InvalidState


def find(reporter: User, user_id: UUID) -> User | None:
    return User.objects.exclude(id__in=User.objects.absent().values("id")).filter(id=user_id).first()


def freeze(user: User) -> dict:
    seen = reports.frozen(user, "id", "email", "role", "email_verified", "created_at")
    return {**seen, "name": names.of([user.id]).get(user.id)}


def ban(*, report: Report, actor: User, reason: str, until: datetime | None = None) -> None:
    moderation.ban(user=_subject(report), actor=actor, reason=reason, until=until)


def end_sessions(*, report: Report, actor: User, reason: str) -> None:
    moderation.end_sessions(user=_subject(report), actor=actor, reason=reason)


def _subject(report: Report) -> User:
    if report.subject is None:
        raise InvalidState
    return report.subject
