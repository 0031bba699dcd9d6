from django.contrib import admin
from django.utils.html import format_html

from mwork import storage
from mwork.admin import CarefulAdmin
from profiles.models import EmployerProfile, ModelProfile, Photo, WorkExperience


class WorkExperienceInline(admin.TabularInline):
    model = WorkExperience
    extra = 0


class PhotoInline(admin.TabularInline):
    """Read only: photos change through their services, which keep their order and the main one."""

    model = Photo
    extra = 0
    can_delete = False
    fields = readonly_fields = ["picture", "order", "is_main", "caption", "width", "height", "created_at"]

    def has_add_permission(self, request, obj=None):
        return False

    @admin.display(description="")
    def picture(self, photo):
        url = storage.url(photo.file), storage.url(photo.thumbnail)
        return format_html('<a href="{}"><img src="{}" alt="" style="height:120px"></a>', *url)


@admin.register(ModelProfile)
class ModelProfileAdmin(CarefulAdmin):
    list_display = [
        "name",
        "user",
        "gender",
        "height",
        "city",
        "experience",
        "visibility",
        "rating",
        "created_at",
    ]
    list_filter = ["visibility", "gender", "experience", "is_promoted", "city"]
    list_select_related = ["user"]
    search_fields = ["name", "user__email"]
    autocomplete_fields = ["user"]
    readonly_fields = ["is_promoted", "promoted_until", "rating", "reviews_count", "views_count"]
    inlines = [PhotoInline, WorkExperienceInline]


@admin.register(EmployerProfile)
class EmployerProfileAdmin(CarefulAdmin):
    list_display = ["company_name", "user", "city", "is_verified", "rating", "created_at"]
    list_filter = ["is_verified", "city"]
    list_select_related = ["user"]
    search_fields = ["company_name", "user__email"]
    autocomplete_fields = ["user"]
    readonly_fields = ["is_verified", "rating", "reviews_count"]
