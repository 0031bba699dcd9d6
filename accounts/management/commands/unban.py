"""manage.py unban EMAIL"""

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.models import User


class Command(BaseCommand):
    help = "Let a banned user in again."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user has the e-mail {email}.")
        services.unban(user=user)
        self.stdout.write(f"{user.email} may sign in again.")
