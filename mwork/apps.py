from django.apps import AppConfig

from mwork import celery  # noqa: F401  every process needs the application that shared tasks bind to


class MworkConfig(AppConfig):
    """The project itself, as the home of the commands and checks that concern every app."""

    name = "mwork"
    verbose_name = "MWork"

    def ready(self):
        from mwork import checks  # noqa: F401, PLC0415  registers the system checks once the apps are there
