"""The start page's charts: each app registers its series, a JSON view gives them, the browser draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DateField, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from mwork import clock

DAYS, MOST_DAYS, MONTHS = 30, 365, 12
Numbers = dict[date, float]


@dataclass(frozen=True)
class Chart:
    """`series(periods)` is, by its label, what each series counts per period; a period without a number counts 0.

    `step` is day or month, `kind` lines or bars (bars stand on each other), `unit` stands behind the numbers.
    """

    name: str
    label: str
    permission: str
    series: Callable[[list[date]], dict[str, Numbers]]
    step: str = "day"
    kind: str = "lines"
    unit: str = ""


_charts: dict[str, Chart] = {}


def register(chart: Chart) -> None:
    _charts[chart.name] = chart


def may_see(user) -> bool:
    return any(user.has_perm(chart.permission) for chart in _charts.values())


def drawn(user, days: int, today: date) -> list[dict]:
    """The charts that the user may see, ready for JSON: name, label, step, kind, unit, periods and series."""
    charts = [chart for chart in _charts.values() if user.has_perm(chart.permission)]
    return [_drawn(chart, _days(today, days) if chart.step == "day" else _months(today, MONTHS)) for chart in charts]


def _drawn(chart: Chart, periods: list[date]) -> dict:
    series = [
        {"label": str(label), "values": [numbers.get(period, 0) for period in periods]}
        for label, numbers in chart.series(periods).items()
    ]
    names = {"name": chart.name, "label": str(chart.label), "step": chart.step, "kind": chart.kind, "unit": chart.unit}
    return names | {"periods": [period.isoformat() for period in periods], "series": series}


def _days(today: date, count: int) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(count))]


def _months(today: date, count: int) -> list[date]:
    last = today.year * 12 + today.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(last - count + 1, last + 1)]


def per_day(rows: QuerySet, column: str, since: date) -> Numbers:
    """How many of the rows fall on each day in Almaty, from this day on."""
    return _per(TruncDate(column, tzinfo=clock.ALMATY), rows.filter(**{f"{column}__gte": start_of(since)}))


def month_of(column: str) -> TruncMonth:
    return TruncMonth(column, output_field=DateField(), tzinfo=clock.ALMATY)


def start_of(day: date) -> datetime:
    """The first moment of this day in Almaty."""
    return datetime.combine(day, time(), clock.ALMATY)


def _per(period, rows: QuerySet) -> Numbers:
    counted = rows.order_by().annotate(period=period).values("period").annotate(count=Count("pk"))
    return dict(counted.values_list("period", "count"))
