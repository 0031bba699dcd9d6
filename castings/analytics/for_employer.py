"""How an employer's castings are doing."""

from datetime import date, datetime

from django.db.models import Case, Count, F, Func, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from castings.analytics import stretch
from castings.analytics.stretch import Stretch
from castings.models import Casting, CastingStatus, CastingView, Response, ResponseStatus
from mwork import clock, daily_views
from profiles.models import EmployerProfile

MOST_CASTINGS, MOST_CITIES = 100, 50
BANDS = (("14-17", 0, 17), ("18-24", 18, 24), ("25-34", 25, 34), ("35-44", 35, 44), ("45+", 45, 200))  # years
ACCEPTED = Q(status=ResponseStatus.ACCEPTED)
SHORTLISTED = Q(status__in=[ResponseStatus.SHORTLISTED, ResponseStatus.ACCEPTED])


class Age(Func):
    """Full years from a birth date to a day."""

    template = "date_part('year', age(%(expressions)s))::int"
    output_field = IntegerField()


def figures(employer: EmployerProfile, period: int, *, advanced: bool, at: datetime | None = None) -> dict:
    """The figures of so many days, today among them, as docs/analytics.md defines them. The queries are always as many,

    however many castings there are. The advanced ones are absent unless asked for.
    """
    asked = Stretch.of(period, at)
    own = Casting.objects.filter(employer=employer, deleted_at=None)
    received = asked.within(Response.objects.filter(casting__employer=employer, casting__deleted_at=None))
    sent = stretch.by_day_and_status(received)
    views = daily_views.tally(CastingView, own, asked.first, asked.last, "day", "role", "city")
    responses = stretch.by_status(sent)
    result = {
        "period": period,
        "date_from": asked.first,
        "date_to": asked.last,
        "castings": by_status(own),
        "views": sum(views["day"].values()),
        "responses": responses["total"],
        "accepted": responses[ResponseStatus.ACCEPTED],
    }
    if advanced:
        result |= {
            "daily": stretch.series(asked, views["day"], sent),
            "funnel": funnel(employer, asked),
            "by_city": by_city(received),
            "by_gender": by_gender(received),
            "by_age": by_age(received),
            "views_by_city": stretch.views_by_city(views["city"], MOST_CITIES),
            "views_by_role": stretch.views_by_role(views["role"]),
        }
    return result


def by_status(castings: QuerySet) -> dict[str, int]:
    """How many castings there are now, in each status."""
    counted = dict(castings.order_by().values_list("status").annotate(count=Count("id")))
    return {"total": sum(counted.values()), **{status: counted.get(status, 0) for status in CastingStatus.values}}


def funnel(employer: EmployerProfile, asked: Stretch) -> list[dict]:
    """What became of each casting on these days, the newest first, at most MOST_CASTINGS; drafts have no funnel."""
    castings = Casting.objects.filter(employer=employer, deleted_at=None).exclude(status=CastingStatus.DRAFT)
    rows = list(castings.order_by("-created_at", "-id").values("id", "title", "status")[:MOST_CASTINGS])
    if not rows:
        return []
    shown = Casting.objects.filter(id__in=[row["id"] for row in rows])
    views = daily_views.tally(CastingView, shown, asked.first, asked.last, "subject_id")["subject_id"]
    received = asked.within(Response.objects.filter(casting__in=[row["id"] for row in rows]))
    counted = {row.pop("casting_id"): row for row in _counted(received, "casting_id", shortlisted=True)}
    none = {"responses": 0, "shortlisted": 0, "accepted": 0}
    return [{**row, "views": views.get(row["id"], 0), **counted.get(row["id"], none)} for row in rows]


def by_city(received: QuerySet) -> list[dict]:
    """Where those who answered live, the most first, at most MOST_CITIES."""
    rows = _counted(received.annotate(key=F("applicant__city_key")), "key", city=Min("applicant__city"))
    for row in rows:
        del row["key"]
    return _most_first(rows, "city")[:MOST_CITIES]


def by_gender(received: QuerySet) -> list[dict]:
    return _most_first(_counted(received.annotate(gender=F("applicant__gender")), "gender"), "gender")


def by_age(received: QuerySet) -> list[dict]:
    """How old those who answered were on that day, every band in order."""
    age = Age(TruncDate("applied_at", tzinfo=clock.ALMATY), F("applicant__birth_date"))
    bands = Case(*(When(years__lte=most, then=Value(name)) for name, _least, most in BANDS), default=Value("45+"))
    counted = {row["age"]: row for row in _counted(received.annotate(years=age).annotate(age=bands), "age")}
    return [counted.get(name, {"age": name, "responses": 0, "accepted": 0}) for name, _least, _most in BANDS]


def age_band(birth_date: date, day: date) -> str:
    """The band of somebody born then, on this day."""
    years = clock.years_between(birth_date, day)
    return next(name for name, least, most in BANDS if least <= years <= most)


def _counted(received: QuerySet, key: str, *, shortlisted: bool = False, **more) -> list[dict]:
    """A row for each value of the key, with how many responses there are and how many of them are accepted."""
    sums = {"responses": Count("id"), "accepted": Count("id", filter=ACCEPTED)}
    if shortlisted:
        sums["shortlisted"] = Count("id", filter=SHORTLISTED)
    return list(received.order_by().values(key).annotate(**sums, **more))


def _most_first(rows: list[dict], key: str) -> list[dict]:
    return sorted(rows, key=lambda row: (-row["responses"], row[key]))
