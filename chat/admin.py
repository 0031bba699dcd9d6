"""Chat in the admin: to look at, nothing to change. What was said belongs to those who said it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chat.models import Attachment, Message, Room
from mwork.admin import ReadOnlyAdmin


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    label = _("Rooms")
    people = {"first": _("Rooms, the first of two"), "second": _("Rooms, the second of two")}
    list_display = ["created_at", "first", "second", "casting", "last_seq", "updated_at"]
    list_select_related = ["first", "second", "casting"]
    search_fields = ["=id", "@first", "@second"]
    ordering = ["-id"]
    fields = ["first", "second", "casting", "last_seq", "created_at", "updated_at"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    label = _("Messages")
    list_display = ["created_at", "sender", "room", "seq", "kind", "edited_at", "deleted_at"]
    list_select_related = ["room", "sender"]
    list_filter = ["kind", ("deleted_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["=id", "=room", "@sender"]
    fields = ["room", "seq", "sender", "kind", "content", "created_at", "edited_at", "deleted_at"]
    ordering = ["-id"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    label = _("Attachments")
    people = {"owner": _("Attachments")}
    list_display = ["name", "owner", "content_type", "size", "created_at", "used_at"]
    list_select_related = ["owner"]
    search_fields = ["@owner"]
    ordering = ["-id"]
