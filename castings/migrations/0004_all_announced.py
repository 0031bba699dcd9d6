from django.db import migrations


class Migration(migrations.Migration):
    """The castings of before were there for everybody to see: nobody shall be told of them now."""

    dependencies = [
        ("castings", "0003_announced"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE castings_casting SET announced_at = created_at WHERE status <> 'draft'", migrations.RunSQL.noop
        ),
    ]
