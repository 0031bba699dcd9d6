"""What management commands share."""

from abc import abstractmethod
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from mwork import clock
from mwork.api.errors import ApiError

BY_COMMAND = "By the operator's command."  # the reason of what was decided without one


def told(error: ApiError) -> str:
    """What a refusal says to the operator: each field that is wrong and why, else the refusal's own text."""
    fields = (error.details or {}).items()
    return " ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in fields) or str(error.detail)


def moment(option: str, text: str) -> datetime:
    """The moment that an option names. CommandError when it is none, or none that Almaty's calendar has."""
    try:
        found = parse_datetime(text)
        clock.today(found)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise CommandError(f"{option} must be a moment in RFC 3339, such as 2027-01-31T18:00:00Z.")
    return found


class TimedCommand(BaseCommand):
    """A command over a function of time: `--now` puts another moment in the clock's place. Subclasses write `run`."""

    def add_arguments(self, parser):
        parser.add_argument("--now", metavar="RFC3339", help="act as if it were this moment")

    def handle(self, *, now, **options):
        self.stdout.write(self.run(moment("--now", now) if now else None, **options))

    @abstractmethod
    def run(self, now: datetime | None, **options) -> str:
        """Do it, and say in one line what was done. `now` is None for the clock's own time."""
