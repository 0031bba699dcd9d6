from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "profiles"
    verbose_name = "Profiles"

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import closing  # noqa: PLC0415
        from accounts import names as account_names  # noqa: PLC0415
        from billing import limits, promotion  # noqa: PLC0415
        from billing.models import Feature  # noqa: PLC0415
        from profiles import names, photos, receivers, services  # noqa: F401, PLC0415  the receivers connect themselves

        account_names.register(names.of_users)
        closing.register(services.erase)
        limits.register(Feature.PHOTOS, photos.count)
        promotion.register("model", find=services.promotable, owned=services.promotable_of)
