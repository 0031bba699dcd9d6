from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate

from mwork import celery, sentry  # noqa: F401  every process needs the application that shared tasks bind to


class MworkConfig(AppConfig):
    """The project itself, as the home of the commands and checks that concern every app."""

    name = "mwork"
    verbose_name = "MWork"

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing  # noqa: PLC0415
        from mwork import checks, groups  # noqa: F401, PLC0415  the checks register themselves
        from mwork.api import idempotency  # noqa: PLC0415

        sentry.start(settings.SENTRY_DSN)
        closing.register(idempotency.erase)
        post_migrate.connect(groups.fill, dispatch_uid="mwork.groups")
