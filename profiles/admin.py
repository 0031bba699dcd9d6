"""Pages of models and employers in the admin, and the photos as they come in."""

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mwork import storage
from mwork.admin import CarefulAdmin, Decision, ReadOnlyAdmin, ReadOnlyInline, queues
from profiles import moderation
from profiles.models import EmployerProfile, ModelProfile, Photo, WorkExperience
from profiles.organization_admin import MemberInline

RECENT = timedelta(days=1)


def _show(photo, height: int) -> str:
    urls = storage.url(photo.file), storage.url(photo.thumbnail)
    return format_html('<a href="{}"><img src="{}" alt="" height="{}" loading="lazy"></a>', *urls, height)


class WorkExperienceInline(ReadOnlyInline):
    model = WorkExperience


class PhotoInline(ReadOnlyInline):
    """Photos change through their services, which keep their order and the main one."""

    model = Photo
    show_change_link = True
    fields = readonly_fields = ["picture", "order", "is_main", "caption", "hidden_at", "created_at"]

    @admin.display(description="")
    def picture(self, photo):
        return _show(photo, 120)


@admin.register(ModelProfile)
class ModelProfileAdmin(CarefulAdmin):
    label = _("Models")
    people = {"user": _("Model's page")}
    list_display = ["name", "user", "gender", "height", "city", "experience", "visibility", "rating", "created_at"]
    list_filter = ["visibility", "gender", "experience", "is_promoted"]
    list_select_related = ["user"]
    search_fields = ["@user"]
    ordering = ["-created_at"]
    autocomplete_fields = ["user"]
    readonly_fields = ["is_promoted", "promoted_until", "rating", "reviews_count", "views_count", "created_at"]
    inlines = [PhotoInline, WorkExperienceInline]


def _verify(*, row, actor, reason):
    moderation.verify(employer=row, actor=actor, reason=reason)


def _unverify(*, row, actor, reason):
    moderation.unverify(employer=row, actor=actor, reason=reason)


@admin.register(EmployerProfile)
class EmployerProfileAdmin(CarefulAdmin):
    label = _("Companies")
    people = {"user": _("Company")}
    decisions = [
        Decision("verify", _("Verify"), _verify, "profiles.verify_employer",
                 fits=lambda employer: not employer.is_verified and employer.closed_at is None),
        Decision("unverify", _("Take the mark away"), _unverify, "profiles.verify_employer",
                 fits=lambda employer: employer.is_verified, is_grave=True),
    ]  # fmt: skip
    list_display = ["company_name", "user", "city", "phone", "is_verified", "rating", "created_at"]
    list_filter = ["is_verified", ("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["@user"]
    ordering = ["-created_at"]
    autocomplete_fields = ["user"]
    readonly_fields = ["is_verified", "rating", "reviews_count", "created_at", "closed_at"]
    inlines = [MemberInline]


def _hide(*, row, actor, reason):
    moderation.hide_photo(photo=row, actor=actor, reason=reason)


def _show_again(*, row, actor, reason):
    moderation.show_photo(photo=row, actor=actor, reason=reason)


@admin.register(Photo)
class PhotoAdmin(ReadOnlyAdmin):
    """The newest first, to be looked through."""

    label = _("Photos")
    people = {"profile__user": _("Photos")}
    decisions = [
        Decision("hide", _("Hide"), _hide, "profiles.moderate_photo",
                 fits=lambda photo: not photo.is_hidden, is_grave=True),
        Decision("show", _("Show again"), _show_again, "profiles.moderate_photo", fits=lambda photo: photo.is_hidden),
    ]  # fmt: skip
    list_display = ["picture", "profile", "caption", "is_main", "hidden_at", "created_at"]
    list_display_links = ["created_at"]
    list_filter = ["created_at", ("hidden_at", admin.EmptyFieldListFilter)]
    list_select_related = ["profile"]
    search_fields = ["@profile__user"]
    ordering = ["-created_at"]
    fields = ["large", "profile", "caption", "is_main", "order", "width", "height", "size", "created_at", "hidden_at"]
    readonly_fields = ["large"]

    @admin.display(description=_("picture"))
    def picture(self, photo):
        return _show(photo, 96)

    @admin.display(description=_("picture"))
    def large(self, photo):
        return _show(photo, 400)


queues.register(
    queues.Queue(
        name="employers",
        label=_("Companies to verify"),
        address="profiles/employerprofile/?is_verified__exact=0&closed_at__isempty=1",
        rows=lambda: EmployerProfile.objects.filter(is_verified=False, closed_at=None),
        permission="profiles.verify_employer",
        hours=72,
    )
)
queues.register(
    queues.Queue(
        name="photos",
        label=_("Photos of the last day"),
        address="profiles/photo/",
        rows=lambda: Photo.objects.filter(created_at__gte=timezone.now() - RECENT, hidden_at=None),
        permission="profiles.moderate_photo",
    )
)
