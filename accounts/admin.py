"""People in the admin: read first; what changes an account goes through its services."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.models import Block, Session, User
from mwork.admin import CarefulAdmin


@admin.register(User)
class UserAdmin(CarefulAdmin, DjangoUserAdmin):
    """People. A password is its owner's alone: staff have letters sent that reset it."""

    list_display = ["email", "role", "email_verified", "banned_at", "created_at"]
    list_filter = ["role", "email_verified", ("banned_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["email", "id"]
    ordering = ["-created_at"]
    readonly_fields = [
        "id",
        "created_at",
        "last_login",
        "banned_at",
        "banned_until",
        "ban_reason",
        "closed_at",
    ]
    filter_horizontal = ["groups", "user_permissions"]
    fieldsets = [
        (None, {"fields": ["id", "email", "role", "email_verified", "language"]}),
        (_("Ban"), {"fields": ["banned_at", "banned_until", "ban_reason"]}),
        (_("Staff"), {"classes": ["collapse"], "fields": ["is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["created_at", "last_login", "closed_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "role", "password1", "password2"]})]

    def user_change_password(self, request, id, form_url=""):
        raise PermissionDenied


@admin.register(Session)
class SessionAdmin(CarefulAdmin):
    list_display = ["user", "device", "ip", "last_seen_at", "expires_at", "ended_at"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    fields = readonly_fields = [
        "user",
        "device",
        "ip",
        "created_at",
        "last_seen_at",
        "expires_at",
        "ended_at",
    ]

    def has_add_permission(self, request):
        return False


@admin.register(Block)
class BlockAdmin(CarefulAdmin):
    list_display = ["blocker", "blocked", "created_at"]
    list_select_related = ["blocker", "blocked"]
    autocomplete_fields = ["blocker", "blocked"]
