"""Staff groups in the admin. What a group may do is the project's code (mwork.groups), so here it is only read."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from mwork.admin import ReadOnlyAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    label = _("Staff groups")
    list_display = ["name", "members"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["name", "permissions", "members"]
    readonly_fields = ["members"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description=_("members"))
    def members(self, group):
        return ", ".join(sorted(user.email for user in group.user_set.all())) or "–"
