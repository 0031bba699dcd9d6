"""manage.py expire_orders [--older-than HOURS] [--now RFC3339]"""

from datetime import timedelta

from django.core.management.base import CommandError

from billing import settlement
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Close orders that nobody has paid in time. A late notice is honoured all the same."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--older-than", type=int, default=24, metavar="HOURS", help="24 by default")

    def run(self, now, *, older_than, **options):
        if older_than < 0:
            raise CommandError("--older-than must not be negative.")
        return f"{settlement.expire_orders(now, older_than=timedelta(hours=older_than))} orders have expired."
