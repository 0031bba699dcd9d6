"""manage.py renew_subscriptions [--now RFC3339]"""

from billing import renewals
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Charge the subscriptions that end within a day, and those whose next try is due."

    def run(self, now, **options):
        return f"{renewals.renew(now)} charges sent."
