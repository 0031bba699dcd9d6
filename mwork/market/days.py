"""Moments of the market, counted back and forth from the midnight in Almaty before the seeding."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from mwork import clock


class Days:
    """Everything is anchored to days, never to the minute of the seeding, so that one seed draws one market."""

    def __init__(self, now: datetime):
        self.today = clock.today(now)
        self.midnight = datetime.combine(self.today, time.min, clock.ALMATY).astimezone(UTC)

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """This time of day in Almaty, so many days from today; below zero, before it."""
        return self.midnight + timedelta(days=days, hours=hour, minutes=minute)

    def ago(self, rng: Random, days: int) -> datetime:
        """A waking moment so many days before today; at least one, so that it has passed."""
        return self.at(-max(days, 1), rng.randint(8, 22)) + timedelta(seconds=rng.randrange(3600))

    def date_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)
