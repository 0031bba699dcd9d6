from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing  # noqa: PLC0415
        from notifications import receivers, services  # noqa: F401, PLC0415  the receivers connect themselves

        closing.register(services.erase)
