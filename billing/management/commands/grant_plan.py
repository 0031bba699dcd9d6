"""manage.py grant_plan EMAIL PLAN [--months N] [--reason TEXT]"""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from billing import moderation
from billing.models import Plan
from mwork.api.errors import ApiError
from mwork.commands import BY_COMMAND, told


class Command(BaseCommand):
    help = "Give a user a plan from now, for so many calendar months."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("plan", type=str.upper)
        parser.add_argument("--months", type=int, default=1)
        parser.add_argument("--reason", default=BY_COMMAND, help="kept in the audit log")

    def handle(self, *, email, plan, months, reason, **options):
        if not 1 <= months <= 120:
            raise CommandError("--months must be from 1 to 120.")
        user = get_user_model().objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"No user has the e-mail {email}.")
        chosen = Plan.objects.filter(name=plan).first()
        if chosen is None:
            names = ", ".join(Plan.objects.values_list("name", flat=True))
            raise CommandError(f"There is no plan {plan}; there are {names}.")
        try:
            subscription = moderation.grant_plan(user=user, plan=chosen, months=months, actor=None, reason=reason)
        except ApiError as error:
            raise CommandError(f"{user.email}: {told(error)}") from error
        until = f"until {subscription.expires_at:%Y-%m-%d %H:%M} UTC" if subscription.expires_at else "without an end"
        self.stdout.write(f"{user.email} has {chosen.name} {until}.")
