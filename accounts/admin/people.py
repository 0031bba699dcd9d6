"""People in the admin: read first; what changes an account goes through its services."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts import moderation, names
from accounts.models import Block, Role, Session, User
from mwork.admin import CarefulAdmin, Decision, ReadOnlyAdmin, ReasonForm, figures


class BanForm(ReasonForm):
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Almaty's time; empty: for good."),
    )


def _ban(*, row, actor, reason, until):
    moderation.ban(user=row, actor=actor, reason=reason, until=until)


def _unban(*, row, actor, reason):
    moderation.unban(user=row, actor=actor, reason=reason)


def _end_sessions(*, row, actor, reason):
    moderation.end_sessions(user=row, actor=actor, reason=reason)


class StandingFilter(admin.SimpleListFilter):
    """Who may act: bans that have run out do not count."""

    title, parameter_name = _("standing"), "standing"

    def lookups(self, request, model_admin):
        return [("banned", _("banned")), ("closed", _("closed"))]

    def queryset(self, request, queryset):
        if self.value() == "banned":
            return queryset.filter(pk__in=User.objects.banned().values("pk"))
        return queryset.filter(closed_at__isnull=False) if self.value() == "closed" else queryset


@admin.register(User)
class UserAdmin(CarefulAdmin, DjangoUserAdmin):
    """People. A password is its owner's alone: staff have letters sent that reset it. Who is staff, of which groups,

    is for those with `accounts.manage_staff`; superusers are made by superusers.
    """

    label = _("People")
    people = {"": _("Account")}
    decisions = [
        Decision("ban", _("Ban"), _ban, "accounts.ban_user", BanForm, lambda user: not user.is_banned(), is_grave=True),
        Decision("unban", _("Lift the ban"), _unban, "accounts.ban_user", fits=lambda user: user.is_banned()),
        Decision("end-sessions", _("Sign out everywhere"), _end_sessions, "accounts.end_user_sessions"),
    ]
    list_display = ["email", "called", "role", "email_verified", "standing", "created_at"]
    list_filter = ["role", "email_verified", StandingFilter, "created_at"]
    search_fields = ["@"]
    search_help_text = _("E-mail, id, name of a model, company, phone.")
    ordering = ["-created_at"]
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

    def get_readonly_fields(self, request, obj=None):
        fixed = ["id", "created_at", "last_login", "banned_at", "banned_until", "ban_reason", "closed_at"]
        if not request.user.has_perm("accounts.manage_staff"):
            fixed += ["email", "role", "groups"] if obj else []
        if not request.user.is_superuser:
            fixed += ["is_superuser", "user_permissions"]
        return fixed

    def has_change_permission(self, request, obj=None):
        """Staff are changed by those who may manage them, superusers by superusers."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        if obj is not None and obj.is_staff and not request.user.has_perm("accounts.manage_staff"):
            return False
        return super().has_change_permission(request, obj)

    def get_list_select_related(self, request):
        return False

    def get_changelist_instance(self, request):
        """The page's people with their names, in one more query."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        called = names.known([user.pk for user in changelist.result_list])
        for user in changelist.result_list:
            user.called = called.get(user.pk, "")
        return changelist

    @admin.display(description=_("name"))
    def called(self, user):
        return user.called

    @admin.display(description=_("standing"))
    def standing(self, user):
        if user.closed_at:
            return _("closed")
        return _("banned") if user.is_banned() else ""


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    label = _("Sessions")
    people = {"user": _("Sessions")}
    list_display = ["device", "user", "ip", "last_seen_at", "expires_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["@user"]
    ordering = ["-id"]
    fields = ["user", "device", "ip", "created_at", "last_seen_at", "expires_at", "ended_at"]


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    label = _("Blocks")
    people = {"blocker": _("People blocked by them"), "blocked": _("People who block them")}
    list_display = ["created_at", "blocker", "blocked"]
    list_select_related = ["blocker", "blocked"]
    search_fields = ["@blocker", "@blocked"]
    ordering = ["-id"]


def _growth(days):
    users = figures.per_day(User.objects.exclude(role=Role.ADMIN), "created_at", days[0])
    return {_("New people"): users}


figures.register(figures.Chart("people", _("People"), "accounts.view_growth", _growth))
