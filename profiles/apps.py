from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    name = "profiles"
    verbose_name = _("Pages")

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing, reports  # noqa: PLC0415
        from accounts import names as account_names  # noqa: PLC0415
        from billing import limits, promotion  # noqa: PLC0415
        from billing.models import Feature  # noqa: PLC0415
        from profiles import (  # noqa: PLC0415
            exports,  # noqa: F401  register themselves
            followers,
            names,
            photos,
            receivers,  # noqa: F401  they connect themselves
            reportable,
            rosters,
            services,
            teams,
        )

        account_names.register(names.of_users, for_staff=names.for_staff, find=names.find)
        closing.register(services.erase, lock=teams.lock)
        for erase in (teams.erase, rosters.erase, followers.erase):  # before the profiles they hang on
            closing.register(erase)
        limits.register(Feature.PHOTOS, photos.count)
        promotion.register("model", find=services.promotable, owned=services.promotable_of)
        reports.register("model", find=reportable.find_model, freeze=reportable.freeze_model)
        reports.register("employer", find=reportable.find_employer, freeze=reportable.freeze_employer)
        reports.register_action("employer", "unverify", _("Take the mark of a verified company"), reportable.unverify)
