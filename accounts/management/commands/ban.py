"""manage.py ban EMAIL [--reason TEXT] [--until RFC3339]"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import moderation
from accounts.models import User
from mwork.api.errors import ApiError
from mwork.commands import BY_COMMAND, moment, told


class Command(BaseCommand):
    help = "Shut a user out: sessions end at once, profile and castings leave every list."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--reason", default=BY_COMMAND, help="kept in the audit log, and told to the user")
        parser.add_argument("--until", help="RFC 3339; for good without it")

    def handle(self, *, email, reason, until, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user has the e-mail {email}.")
        try:
            moderation.ban(user=user, actor=None, reason=reason, until=self._moment(until))
        except ApiError as error:
            raise CommandError(f"{user.email}: {told(error)}") from error
        self.stdout.write(f"{user.email} is banned {'until ' + until if until else 'for good'}.")

    def _moment(self, text):
        if text is None:
            return None
        until = moment("--until", text)
        if until <= timezone.now():
            raise CommandError("--until must be ahead.")
        return until
