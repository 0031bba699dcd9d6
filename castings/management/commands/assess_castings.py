"""manage.py assess_castings [--now RFC3339]"""

from castings import screening
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Measure the risk of every casting anew: after the rules have changed, or for rows older than they are."

    def run(self, now, **options) -> str:
        return f"{screening.measure_all(now)} castings measured."
