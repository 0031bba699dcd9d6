"""Teams' invitations and agencies' rosters in the admin, to be looked at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mwork.admin import ReadOnlyAdmin, ReadOnlyInline
from profiles.models import Invitation, Member, Representation


class MemberInline(ReadOnlyInline):
    model = Member
    fields = readonly_fields = ["user", "role", "created_at"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    label = _("Invitations to teams")
    people = {"organization__user": _("Invitations to her team")}
    list_display = ["email", "organization", "role", "invited_at", "expires_at", "sent_at", "accepted_at", "revoked_at"]
    list_filter = ["role"]
    list_select_related = ["organization"]
    search_fields = ["@organization__user"]
    ordering = ["-id"]
    exclude = ["digest"]


@admin.register(Representation)
class RepresentationAdmin(ReadOnlyAdmin):
    label = _("Rosters")
    people = {"organization__user": _("Models of its roster"), "model__user": _("Agencies that represent her")}
    list_display = ["organization", "model", "status", "created_at", "answered_at", "ended_at"]
    list_filter = ["status"]
    list_select_related = ["organization", "model"]
    search_fields = ["@organization__user", "@model__user"]
    ordering = ["-id"]
