from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing, reports  # noqa: PLC0415
        from castings.analytics import unread  # noqa: PLC0415
        from chat import (  # noqa: PLC0415
            attachments,
            exports,  # noqa: F401  registers itself
            receivers,  # noqa: F401  connects them
            reportable,
            services,
        )

        closing.register(attachments.erase)
        unread.register("messages", services.unread_count)
        reports.register(
            "message", find=reportable.find, freeze=reportable.freeze, owner=lambda message: message.sender_id
        )
