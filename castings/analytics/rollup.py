"""The job: days that are over are added up, models ranked, old rows deleted. Safe to run twice and at once."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from castings.analytics import standings
from castings.analytics_models import CityStanding
from castings.models import CastingView
from mwork import clock, daily_views
from profiles.models import ModelView

KINDS = (ModelView, CastingView)


class Done(NamedTuple):
    """Days and views that were added up, models that were ranked, old views that were deleted."""

    days: int
    views: int
    ranked: int
    deleted: int


def roll_up(at: datetime | None = None) -> Done:
    """Add up every day that is over and not added up, also one that a late view has reopened."""
    at, days, views = at or timezone.now(), 0, 0
    for kind in KINDS:
        for day in daily_views.open_days(kind, at):
            views += daily_views.roll_up(kind, day)
            days += 1
    last = clock.today(at - daily_views.SETTLED_AFTER) - timedelta(days=1)
    ranked = standings.rank(last) if days or _unranked(last) else 0
    return Done(days, views, ranked, sum(daily_views.purge(kind, at) for kind in KINDS))


def refill(first: date, last: date) -> Done:
    """Add these days up anew from their views, and rank anew."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    views = sum(daily_views.roll_up(kind, day, again=True) for kind in KINDS for day in days)
    latest = CityStanding.objects.aggregate(latest=Max("as_of"))["latest"]
    return Done(len(days) * len(KINDS), views, standings.rank(latest) if latest else 0, 0)


def _unranked(day: date) -> bool:
    return not CityStanding.objects.filter(as_of__gte=day).exists()
