"""manage.py send_reminders [--now RFC3339]"""

from billing import renewals
from mwork.commands import TimedCommand
from notifications import reminders


class Command(TimedCommand):
    help = "Tell whose plan ends within three days, and who was chosen for a shoot within 24 hours, once each."

    def run(self, now, **options):
        return f"{renewals.remind(now) + reminders.remind(now)} reminders written."
