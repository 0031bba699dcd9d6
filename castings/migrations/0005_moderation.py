"""What staff have said of a casting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("castings", "0004_all_announced"),
    ]

    operations = [
        migrations.AddField(
            model_name="casting",
            name="moderation",
            field=models.CharField(
                choices=[("none", "not looked at"), ("approved", "approved"), ("hidden", "hidden"), ("spam", "spam")],
                db_default="none",
                default="none",
                editable=False,
                max_length=10,
            ),
        ),
    ]
