"""manage.py purge_notifications [--now RFC3339]"""

from mwork.commands import TimedCommand
from notifications import services


class Command(TimedCommand):
    help = "Delete notifications that were read and are older than 180 days."

    def run(self, now, **options):
        return f"{services.purge(now)} notifications deleted."
