"""Photos that staff have hidden."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0002_plan_promotion"),
    ]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="hidden_at",
            field=models.DateTimeField(editable=False, help_text="since when staff hide it", null=True),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_main", False), ("hidden_at", None), _connector="OR"),
                name="photo_main_is_not_hidden",
            ),
        ),
    ]
