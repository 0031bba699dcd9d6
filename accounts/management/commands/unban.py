"""manage.py unban EMAIL [--reason TEXT]"""

from django.core.management.base import BaseCommand, CommandError

from accounts import moderation
from accounts.models import User
from mwork.api.errors import ApiError, InvalidState
from mwork.commands import BY_COMMAND, told


class Command(BaseCommand):
    help = "Let a banned user in again."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--reason", default=BY_COMMAND, help="kept in the audit log")

    def handle(self, *, email, reason, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user has the e-mail {email}.")
        try:
            moderation.unban(user=user, actor=None, reason=reason)
        except InvalidState as error:
            self.stdout.write(f"{user.email}: {error.detail}")
        except ApiError as error:
            raise CommandError(f"{user.email}: {told(error)}") from error
        else:
            self.stdout.write(f"{user.email} may sign in again.")
