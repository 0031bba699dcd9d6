"""The groups of staff. What each may do is written after every `migrate`, by mwork.groups."""

from django.db import migrations

NAMES = ["moderators", "support", "finance", "admins"]


def make(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    for name in NAMES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
