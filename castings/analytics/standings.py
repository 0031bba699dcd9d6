"""Where each listed model stands among those of her city, made anew once a day, one city a statement."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Max

from castings.analytics_models import CityStanding
from profiles.models import ModelProfile, ModelViewCount

# A listed model without views stands last, beside all others without.
STATEMENT = """
WITH seen AS (
    SELECT profile.id,
        {views}
    FROM ({listed}) AS profile
    LEFT JOIN {counts} AS counted ON counted.subject_id = profile.id AND counted.day BETWEEN %s AND %s
    GROUP BY profile.id
)
INSERT INTO {standings} (profile_id, city_key, as_of, "of", {columns})
SELECT id, %s, %s, count(*) OVER (), {values} FROM seen ORDER BY id
ON CONFLICT (profile_id) DO UPDATE SET city_key = EXCLUDED.city_key, as_of = EXCLUDED.as_of, "of" = EXCLUDED."of",
    {updates}
"""


def rank(as_of: date) -> int:
    """Write every city's standings as of this day, its end included; how many models were ranked.

    Safe to run twice and at once. Nobody's standing goes back to an earlier day; whoever is not listed any more has
    none.
    """
    latest = CityStanding.objects.aggregate(latest=Max("as_of"))["latest"]
    if latest is not None and latest > as_of:
        return 0
    cities = ModelProfile.objects.listed().order_by().values_list("city_key", flat=True).distinct()
    ranked = sum(_rank_city(city, as_of) for city in list(cities))
    CityStanding.objects.filter(as_of__lt=as_of).delete()
    return ranked


def _rank_city(city: str, as_of: date) -> int:
    periods = CityStanding.PERIODS
    listed, params = ModelProfile.objects.listed().filter(city_key=city).values("id").query.sql_with_params()
    columns = [f"{name}_{period}" for name in ("views", "place") for period in periods]
    views = (
        f"coalesce(sum(counted.views) FILTER (WHERE counted.day > %s), 0) AS views_{period}" for period in periods
    )  # fmt: skip
    places = (f"rank() OVER (ORDER BY views_{period} DESC)" for period in periods)
    statement = STATEMENT.format(
        views=",\n        ".join(views), listed=listed,
        counts=ModelViewCount._meta.db_table, standings=CityStanding._meta.db_table, columns=", ".join(columns),
        values=", ".join([*(f"views_{period}" for period in periods), *places]),
        updates=", ".join(f"{name} = EXCLUDED.{name}" for name in columns),
    )  # fmt: skip
    before = [as_of - timedelta(days=period) for period in periods]
    first = as_of - timedelta(days=max(periods) - 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [*before, *params, first, as_of, city, as_of])
        return cursor.rowcount
