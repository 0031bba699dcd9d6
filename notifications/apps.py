from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing  # noqa: PLC0415
        from castings.analytics import unread  # noqa: PLC0415
        from notifications import (  # noqa: PLC0415
            exports,  # noqa: F401  registers itself
            moderation_receivers,  # noqa: F401  connect themselves, as the others do
            organization_receivers,  # noqa: F401
            receivers,  # noqa: F401
            services,
        )

        closing.register(services.erase)
        unread.register("notifications", services.unread)
