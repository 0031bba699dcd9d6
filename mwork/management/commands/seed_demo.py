"""manage.py seed_demo [--models N] [--employers N] [--castings N] [--seed N] [--if-empty] [--no-pictures] [--force]
[--sign-ins]"""

from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from castings.models import Casting, Response
from mwork.market.build import Size, fill
from mwork.market.sign_ins import present
from mwork.market.words import DOMAIN
from profiles.models import EmployerProfile, ModelProfile

MOST = 200_000
LOCK = 20_260_701  # any number that no other advisory lock of the project has
BAR = 40  # characters


class Command(BaseCommand):
    help = "Fill the database with a demo market: models, employers, castings, responses."

    def add_arguments(self, parser):
        parser.add_argument("--models", type=int, default=500)
        parser.add_argument("--employers", type=int, default=60, help="agencies among them")
        parser.add_argument("--castings", type=int, default=200)
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same market")
        parser.add_argument("--no-pictures", action="store_true", help="much quicker; for a market of many thousands")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any user")
        parser.add_argument("--force", action="store_true", help="also without DEBUG: makes an admin everybody knows")
        parser.add_argument("--sign-ins", action="store_true", help="only show who can sign in")

    def handle(self, *, seed, no_pictures, if_empty, force, sign_ins, **options):
        if not sign_ins:
            size, may = self._size(options), partial(self._may, if_empty, force)
            # Asked before the drawing, which takes time, and again in the transaction.
            if not (may() and fill(size, seed, timezone.now(), self._draw_bar, with_pictures=not no_pictures, may=may)):
                return
            self._show_counts()
        self._show_sign_ins()

    def _size(self, options: dict) -> Size:
        size = Size(options["models"], options["employers"], options["castings"])
        for name in ("models", "employers", "castings"):
            if not 0 <= options[name] <= MOST:
                raise CommandError(f"--{name} must be from 0 to {MOST}.")
        if size.castings and not size.employers:
            raise CommandError("--castings must be 0 when there are no employers.")
        return size

    @transaction.atomic
    def _may(self, if_empty: bool, force: bool) -> bool:
        """Whether to write the market; says why not. False when there is nothing to do."""
        with connection.cursor() as cursor:  # of two seedings at once the second finds what the first wrote
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if if_empty and User.objects.exists():
            self.stdout.write("The database has users already.")
            return False
        if User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
            raise CommandError("The demo market is there already; stop everything and delete var/ to start over.")
        if not (settings.DEBUG or force):
            text = "DEBUG is off, and a demo market has an admin whose password everybody knows"
            if not if_empty:
                raise CommandError(f"{text}; --force seeds all the same.")
            self.stdout.write(f"{text}: nothing was seeded.")
            return False
        return True

    def _draw_bar(self, done: int, total: int) -> None:
        """A progress bar on a terminal's stderr."""
        if not self.stderr.isatty():
            return
        filled = BAR * done // total
        end = "\n" if done == total else ""
        bar = f"{'█' * filled}{'░' * (BAR - filled)}"
        self.stderr.write(f"\r{bar} {done:>6} of {total}", style_func=str, ending=end)
        self.stderr.flush()

    def _show_counts(self) -> None:
        counts = {
            "models": ModelProfile.objects.count(),
            "employers and agencies": EmployerProfile.objects.count(),
            "castings": Casting.objects.count(),
            "responses": Response.objects.count(),
        }
        for name, count in counts.items():
            self.stdout.write(f"{count:>8,} {name}".replace(",", " "))

    def _show_sign_ins(self) -> None:
        rows = present()
        if not rows:
            return
        self.stdout.write("Sign in with")
        for email, password, role in rows:
            self.stdout.write(f"  {email:<24} {password}   {role}")
