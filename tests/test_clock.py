import time
from datetime import UTC, date, datetime

import pytest

from mwork import clock
from mwork.models import uuid7


@pytest.mark.parametrize(
    ("moment", "start"),
    [
        (datetime(2026, 11, 30, 18, 59, 59, tzinfo=UTC), datetime(2026, 10, 31, 19, tzinfo=UTC)),
        (datetime(2026, 11, 30, 19, 0, 0, tzinfo=UTC), datetime(2026, 11, 30, 19, tzinfo=UTC)),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC), datetime(2026, 12, 31, 19, tzinfo=UTC)),
    ],
)
def test_a_month_starts_at_midnight_in_almaty(moment, start):
    assert clock.month_start(moment) == start


@pytest.mark.parametrize(
    ("moment", "months", "later"),
    [
        (datetime(2027, 1, 31, 12, tzinfo=UTC), 1, datetime(2027, 2, 28, 12, tzinfo=UTC)),
        (datetime(2028, 1, 31, 12, tzinfo=UTC), 1, datetime(2028, 2, 29, 12, tzinfo=UTC)),
        (datetime(2026, 11, 30, 12, tzinfo=UTC), 12, datetime(2027, 11, 30, 12, tzinfo=UTC)),
        (datetime(2026, 12, 15, 12, tzinfo=UTC), 1, datetime(2027, 1, 15, 12, tzinfo=UTC)),
        (datetime(2026, 10, 31, 20, tzinfo=UTC), 3, datetime(2027, 1, 31, 20, tzinfo=UTC)),  # 1 November in Almaty
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 0, datetime(2026, 8, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_month_later_is_a_calendar_month_later(moment, months, later):
    assert clock.add_months(moment, months) == later


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 5, 14), date(2026, 5, 13), 25),
        (date(2000, 5, 14), date(2026, 5, 14), 26),
        (date(2004, 2, 29), date(2027, 2, 28), 22),
        (date(2004, 2, 29), date(2027, 3, 1), 23),
    ],
)
def test_an_age_is_full_years(born, day, age):
    assert clock.years_between(born, day) == age


def test_a_leap_day_has_its_day_in_every_year():
    assert clock.years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert clock.years_before(date(2028, 2, 29), 4) == date(2024, 2, 29)


def test_keys_are_of_version_7_and_ordered_by_time():
    before = time.time_ns() // 1_000_000
    keys = [uuid7() for _ in range(1000)]

    assert {(key.version, key.variant) for key in keys} == {(7, "specified in RFC 4122")}
    assert sorted(set(keys)) == keys
    assert before <= keys[0].int >> 80 <= keys[-1].int >> 80 <= time.time_ns() // 1_000_000
