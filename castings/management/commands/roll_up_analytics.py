from datetime import date

from django.core.management.base import CommandError
from django.utils import timezone

from castings.analytics import rollup
from mwork import clock, daily_views
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Add up the views of days that are over, rank models within their cities, delete old rows."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--from", dest="first", metavar="DAY", help="add up anew from this day (YYYY-MM-DD) …")
        parser.add_argument("--to", dest="last", metavar="DAY", help="… to this one; the same day without it")

    def run(self, now, *, first, last, **options) -> str:
        if last and not first:
            raise CommandError("--to needs --from.")
        if not first:
            done = rollup.roll_up(now)
        else:
            ends = _day("--from", first), _day("--to", last or first)
            _check(*ends, now or timezone.now())
            done = rollup.refill(*ends)
        return (
            f"{done.days} days with {done.views} views added up, {done.ranked} models ranked, "
            f"{done.deleted} old views deleted."
        )


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option} must be a day, such as 2027-01-31.") from error


def _check(first: date, last: date, now) -> None:
    """Only days that are over, whose views are still there."""
    if first > last:
        raise CommandError("--to must not be before --from.")
    if last >= clock.today(now - daily_views.SETTLED_AFTER):
        raise CommandError("Only a day that is over can be added up.")
    if first < daily_views.oldest(now):
        raise CommandError(f"Views are kept from {daily_views.oldest(now)} on: older days can't be added up anew.")
