"""What people were told and what became of each letter and push: read only, but for another try."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mwork.admin import ReadOnlyAdmin, ReadOnlyInline
from mwork.admin.language import say
from notifications import deliveries, preview, waking
from notifications.models import Announcement, Delivery, Device, Notification, Preferences


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = readonly_fields = ["channel", "status", "attempts", "last_error", "sent_at", "next_try_at"]


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Notifications")
    people = {"user": gettext_lazy("Notifications")}
    list_display = ["created_at", "user", "kind", "is_read"]
    list_filter = ["type", "is_read", "created_at"]
    ordering = ["-id"]
    list_select_related = ["user"]
    search_fields = ["@user"]
    inlines = [DeliveryInline]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Letters and pushes")
    people = {"user": gettext_lazy("Letters and pushes")}
    ordering = ["-id"]
    list_display = [
        "created_at",
        "user",
        "what",
        "channel",
        "status",
        "attempts",
        "last_error",
        "next_try_at",
        "sent_at",
    ]
    list_filter = ["status", "channel", "created_at"]
    list_select_related = ["user", "notification"]
    search_fields = ["@user"]
    actions = ["try_again"]
    change_list_template = "admin/deliveries.html"

    @admin.display(description=gettext_lazy("kind"))
    def what(self, delivery):
        return delivery.notification.kind if delivery.notification else say("digest")

    @admin.action(description=gettext_lazy("Try failed ones again"), permissions=["retry"])
    def try_again(self, request, queryset):
        ids = deliveries.try_again(queryset)
        waking.in_bulk(ids)
        messages.success(request, _("%(count)s will be tried again.") % {"count": len(ids)})

    def has_retry_permission(self, request):
        """The action's own: the rows themselves nobody changes here."""
        return request.user.has_perm("notifications.change_delivery")

    def get_urls(self):
        view = self.admin_site.admin_view(self.letters)
        own = [path("letters/", view, name="letters"), path("letters/<name>/<language>/", view, name="letter")]
        return [*own, *super().get_urls()]

    def letters(self, request, **named):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return preview.page(request, **named)


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Announcements")
    ordering = ["-pk"]
    list_display = ["casting", "told", "started_at", "searched_at", "finished_at"]
    list_select_related = ["casting"]
    search_fields = ["@casting__employer__user"]


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Preferences")
    people = {"user": gettext_lazy("Preferences")}
    ordering = ["-pk"]
    list_display = ["user", "email", "push", "digest", "new_casting", "new_message"]
    list_filter = ["email", "push", "digest"]
    list_select_related = ["user"]
    search_fields = ["@user"]


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    label = gettext_lazy("Devices")
    people = {"user": gettext_lazy("Devices")}
    ordering = ["-id"]
    list_display = ["created_at", "user", "platform"]
    list_filter = ["platform"]
    list_select_related = ["user"]
    search_fields = ["@user"]
