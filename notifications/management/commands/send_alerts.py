"""manage.py send_alerts [--now RFC3339]"""

from mwork.commands import TimedCommand
from notifications import alerts


class Command(TimedCommand):
    help = "Tell employers of new models whom their saved searches find, and write the day's digests of searches."

    def run(self, now, **options):
        return f"{alerts.tell_of_models(now)} told of new models, {alerts.collect(now)} search digests written."
