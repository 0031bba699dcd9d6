"""manage.py reset_second_factor EMAIL [--reason TEXT]"""

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.staff import second_factor
from mwork.api.errors import ApiError
from mwork.commands import BY_COMMAND, told


class Command(BaseCommand):
    help = "Forget the phone and the recovery codes of a member of staff: the next sign-in sets up new ones."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--reason", default=BY_COMMAND)

    def handle(self, *, email, reason, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user has the e-mail {email}.")
        try:
            second_factor.take_away(user=user, actor=None, reason=reason)
        except ApiError as error:
            raise CommandError(told(error)) from error
        self.stdout.write(f"{user.email} sets up a new second factor at the next sign-in.")
