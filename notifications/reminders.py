"""The day before a shoot its accepted models are reminded, once."""

from datetime import datetime, timedelta

from django.utils import timezone

from castings.models import Casting, Response, ResponseStatus
from mwork import clock
from notifications import waking, writing
from notifications.announcements import data

AHEAD = timedelta(hours=24)


def remind(at: datetime | None = None) -> int:
    """Remind whoever was chosen for a shoot within AHEAD; returns how many. Safe to run twice and at once.

    Once per casting and day of the shoot: one that is put off to another day is worth another word.
    """
    at = at or timezone.now()
    near = Casting.objects.active().filter(shoot_date__gt=at, shoot_date__lte=at + AHEAD)
    reminded = 0
    for casting in near.order_by("shoot_date", "id"):
        chosen = Response.objects.filter(casting=casting, status=ResponseStatus.ACCEPTED)
        key = f"{casting.id} {clock.today(casting.shoot_date)}"
        people = chosen.values("applicant__user_id")
        told = writing.write(people, "casting_reminder", data(casting), key=key)
        waking.after_commit(told.deliveries)
        reminded += len(told.notifications)
    return reminded
