"""manage.py expire_subscriptions [--now RFC3339]"""

from billing import services
from mwork.commands import TimedCommand


class Command(TimedCommand):
    help = "Drop to the free plan whoever's bought one has run out."

    def run(self, now, **options):
        return f"{services.expire(now)} subscriptions have ended."
