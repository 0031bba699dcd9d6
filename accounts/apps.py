from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self):
        # Here, as they need the apps' models.
        from accounts import checks, closing, exports, reportable, reports  # noqa: F401, PLC0415  register themselves
        from accounts.models import TargetType  # noqa: PLC0415
        from accounts.staff import second_factor  # noqa: PLC0415

        closing.register(second_factor.erase)
        reports.register("user", find=reportable.find, freeze=reportable.freeze, owner=lambda user: user.id)
        for name in TargetType.values:
            reports.register_action(name, "ban", _("Ban whose it is"), reportable.ban, has_end=True)
        reports.register_action("user", "end_sessions", _("Sign out everywhere"), reportable.end_sessions)
