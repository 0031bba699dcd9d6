from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CastingsConfig(AppConfig):
    name = "castings"
    verbose_name = _("Castings")

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing, reports  # noqa: PLC0415
        from billing import limits, promotion  # noqa: PLC0415
        from billing.models import Feature  # noqa: PLC0415
        from castings import (  # noqa: PLC0415
            exports,  # noqa: F401  these two register themselves
            receivers,  # noqa: F401
            reportable,
            review_moderation,
            reviews,
            services,
        )
        from profiles import counters  # noqa: PLC0415

        limits.register(Feature.RESPONSES, services.responses_this_month)
        counters.register("active_castings", services.active_castings)
        closing.register(services.erase)
        closing.register(reviews.erase)
        promotion.register("casting", find=services.promotable, owned=services.promotable_of)
        reports.register("casting", find=reportable.find, freeze=reportable.freeze)
        reports.register_action("casting", "hide", _("Hide the casting"), reportable.hide)
        reports.register_action("casting", "spam", _("Hide it as spam"), reportable.spam)
        reports.register("review", find=review_moderation.find, freeze=review_moderation.freeze)
        reports.register_action("review", "hide", _("Hide the review"), review_moderation.hide_reported)
