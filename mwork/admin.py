"""What the admin's pages share."""

from django.contrib import admin


class CarefulAdmin(admin.ModelAdmin):
    """Nothing is deleted here (services know what hangs on a row), and only what was changed is written,

    so that a form opened a while ago takes nothing back that happened since.
    """

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[name for name in form.changed_data if name in columns] if change else None)


class ReadOnlyAdmin(CarefulAdmin):
    """Rows that only services write."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows that only services write, beside the row they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False
