"""Days and months as the market counts them: by the calendar of Almaty. Moments are UTC everywhere else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

ALMATY = ZoneInfo("Asia/Almaty")


def today(at: datetime | None = None) -> date:
    """The date in Almaty at this moment (now when None)."""
    return at.astimezone(ALMATY).date() if at else datetime.now(ALMATY).date()


def day_start(day: date) -> datetime:
    """The first moment of this date in Almaty."""
    return datetime.combine(day, time.min, ALMATY).astimezone(UTC)


def month_start(at: datetime | None = None) -> datetime:
    """The first moment of the calendar month in Almaty that holds this moment (now when None)."""
    local = (at or timezone.now()).astimezone(ALMATY)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def years_before(day: date, years: int) -> date:
    """The same calendar day so many years earlier; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def years_between(born: date, day: date) -> int:
    """Full years of age on this day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def ages() -> Callable[[date], int]:
    """What tells full years today by a date of birth, as years_between does, for many."""
    day = today()
    year, passed = day.year, (day.month, day.day)
    return lambda born: year - born.year - (passed < (born.month, born.day))


def add_months(moment: datetime, months: int) -> datetime:
    """So many calendar months later, by Almaty's calendar; 31 January + 1 is the last day of February."""
    local = moment.astimezone(ALMATY)
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last_day = (first_of_next - date.resolution).day
    return local.replace(year=year, month=month + 1, day=min(local.day, last_day)).astimezone(moment.tzinfo)
