from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Money")

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing  # noqa: PLC0415
        from billing import checks, exports, limits, services  # noqa: F401, PLC0415  the first two register themselves

        closing.register(services.forget, lock=limits.lock)
