"""manage.py reconcile_payments [--older-than MINUTES] [--now RFC3339]"""

from datetime import timedelta

from django.core.management.base import CommandError

from billing import reconciliation
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Ask the provider about pending orders whose notice has not come, and settle them as a notice would."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--older-than", type=int, default=10, metavar="MINUTES", help="10 by default")

    def run(self, now, *, older_than, **options):
        if older_than < 0:
            raise CommandError("--older-than must not be negative.")
        # By hand nobody waits until an order may be asked about again.
        counts = reconciliation.reconcile(now, older_than=timedelta(minutes=older_than), pause=timedelta(0))
        return ", ".join(f"{count} {name}" for name, count in counts.items()) + "."
