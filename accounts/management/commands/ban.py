"""manage.py ban EMAIL [--reason TEXT] [--until RFC3339]"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services
from accounts.models import User
from mwork.commands import moment


class Command(BaseCommand):
    help = "Shut a user out: sessions end at once, profile and castings leave every list."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--reason", default="")
        parser.add_argument("--until", help="RFC 3339; for good without it")

    def handle(self, *, email, reason, until, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user has the e-mail {email}.")
        services.ban(user=user, reason=reason, until=self._moment(until))
        self.stdout.write(f"{user.email} is banned {'until ' + until if until else 'for good'}.")

    def _moment(self, text):
        if text is None:
            return None
        until = moment("--until", text)
        if until <= timezone.now():
            raise CommandError("--until must be ahead.")
        return until
