from django.contrib import admin

from chat.models import Attachment
from mwork.admin import CarefulAdmin


@admin.register(Attachment)
class AttachmentAdmin(CarefulAdmin):
    list_display = ["name", "owner", "content_type", "size", "created_at", "used_at"]
    list_select_related = ["owner"]
    search_fields = ["owner__email", "name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
