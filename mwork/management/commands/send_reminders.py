"""manage.py send_reminders [--now RFC3339]"""

from billing import renewals
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Tell whoever's plan ends within three days, once."

    def run(self, now, **options):
        return f"{renewals.remind(now)} reminders written."
