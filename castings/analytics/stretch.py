"""The days that figures are asked for, and sums by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from castings.analytics_models import CityStanding
from castings.models import ResponseStatus
from mwork import clock

PERIODS = CityStanding.PERIODS
DEFAULT_PERIOD = 30


@dataclass(frozen=True)
class Stretch:
    """Whole days of Almaty from `first` to `last`, which is the present one."""

    first: date
    last: date

    @classmethod
    def of(cls, period: int, at: datetime | None = None) -> "Stretch":
        """So many days, today among them."""
        today = clock.today(at)
        return cls(today - timedelta(days=period - 1), today)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def within(self, responses: QuerySet) -> QuerySet:
        """Those of the responses that stand and were sent on these days."""
        after = clock.day_start(self.last + timedelta(days=1))
        return responses.standing().filter(applied_at__gte=clock.day_start(self.first), applied_at__lt=after)


def by_day_and_status(responses: QuerySet) -> dict[tuple[date, str], int]:
    """How many of the responses were sent on a day and stand at a status now."""
    days = responses.order_by().annotate(day=TruncDate("applied_at", tzinfo=clock.ALMATY))
    rows = days.values_list("day", "status").annotate(count=Count("id"))
    return {(day, status): count for day, status, count in rows}


def by_status(sent: dict[tuple[date, str], int]) -> dict[str, int]:
    """The same without the days, each status of the wire with its number, and their `total`."""
    sums = dict.fromkeys(ResponseStatus.wire, 0)
    for (_day, status), count in sent.items():
        sums[status] += count
    return {"total": sum(sums.values()), **sums}


def series(stretch: Stretch, views: dict[date, int], sent: dict[tuple[date, str], int]) -> list[dict]:
    """One row a day, also of days when nothing was."""
    responses, accepted = dict.fromkeys(stretch.days, 0), dict.fromkeys(stretch.days, 0)
    for (day, status), count in sent.items():
        responses[day] += count
        accepted[day] += count if status == ResponseStatus.ACCEPTED else 0
    return [
        {"date": day, "views": views.get(day, 0), "responses": responses[day], "accepted": accepted[day]}
        for day in stretch.days
    ]


def views_by_role(views: dict[str, int]) -> list[dict]:
    """The most first; whoever was not signed in is `anonymous`."""
    return _most_first({"role": role or "anonymous", "views": count} for role, count in views.items())


def views_by_city(views: dict[str, int], most: int) -> list[dict]:
    """The most first, at most so many; null where nobody knows. One city in two spellings is one city."""
    cities: dict[str, dict] = {}
    for city, count in sorted(views.items()):
        row = cities.setdefault(city.lower(), {"city": city or None, "views": 0})
        row["views"] += count
    return _most_first(cities.values())[:most]


def _most_first(rows: Iterable[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: (-row["views"], str(row.get("role", row.get("city")))))
