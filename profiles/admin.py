from django.contrib import admin

from profiles.models import EmployerProfile, ModelProfile, WorkExperience


class WorkExperienceInline(admin.TabularInline):
    model = WorkExperience
    extra = 0


@admin.register(ModelProfile)
class ModelProfileAdmin(admin.ModelAdmin):
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
    inlines = [WorkExperienceInline]


@admin.register(EmployerProfile)
class EmployerProfileAdmin(admin.ModelAdmin):
    list_display = ["company_name", "user", "city", "is_verified", "rating", "created_at"]
    list_filter = ["is_verified", "city"]
    list_select_related = ["user"]
    search_fields = ["company_name", "user__email"]
    autocomplete_fields = ["user"]
    readonly_fields = ["rating", "reviews_count"]
