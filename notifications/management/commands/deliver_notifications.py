"""manage.py deliver_notifications [--now RFC3339]"""

from mwork.commands import TimedCommand
from notifications import announcements, deliveries


class Command(TimedCommand):
    help = "Announce castings and send letters and pushes that a dead worker, broker or mail server left behind."

    def run(self, now, **options):
        told = sum(announcements.announce(casting_id, now) for casting_id in announcements.waiting())
        return f"{told} told of new castings, {deliveries.sweep(now)} deliveries sent."
