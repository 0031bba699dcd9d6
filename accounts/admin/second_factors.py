"""Second factors of staff in the admin: who has one, never its key; a lost one is taken away with a reason."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.staff import second_factor
from mwork.admin import Decision, ReadOnlyAdmin


def _take_away(*, row, actor, reason):
    second_factor.take_away(user=row.user, actor=actor, reason=reason)


for model in (TOTPDevice, StaticDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(TOTPDevice)
class SecondFactorAdmin(ReadOnlyAdmin):
    label = _("Second factors")
    people = {"user": _("Second factors")}
    decisions = [
        Decision("reset", _("Take away: the phone is lost"), _take_away, "accounts.reset_second_factor", is_grave=True)
    ]
    list_display = ["user", "confirmed", "created_at", "last_used_at"]
    list_filter = ["confirmed"]
    list_select_related = ["user"]
    search_fields = ["@user"]
    ordering = ["-id"]
    fields = ["user", "confirmed", "created_at", "last_used_at", "throttling_failure_count"]

    def told_of(self, row):
        """The person: a device is named after its owner's address, and nothing would forget that with the account."""
        return row.user
