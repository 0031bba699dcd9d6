"""Chat in the admin: to look at, nothing to change. What was said belongs to those who said it."""

from django.contrib import admin

from chat.models import Attachment, Message, Room
from mwork.admin import CarefulAdmin


class ReadOnlyAdmin(CarefulAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    list_display = ["id", "first", "second", "casting", "last_seq", "updated_at"]
    list_select_related = ["first", "second", "casting"]
    search_fields = ["id", "first__email", "second__email", "casting__title"]
    ordering = ["-updated_at"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["id", "room", "seq", "sender", "kind", "created_at", "edited_at", "deleted_at"]
    list_select_related = ["room", "sender"]
    list_filter = ["kind", ("deleted_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["id", "room__id", "sender__email", "search_text"]
    exclude = ["fingerprint"]
    ordering = ["-created_at"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "content_type", "size", "created_at", "used_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__email", "name"]
