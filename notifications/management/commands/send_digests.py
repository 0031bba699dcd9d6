"""manage.py send_digests [--now RFC3339]"""

from mwork.commands import TimedCommand
from notifications import digests


class Command(TimedCommand):
    help = "Write the day's letter of those who want one a day."

    def run(self, now, **options):
        return f"{digests.collect(now)} digests written."
