"""How much a casting looks like a fraud, what staff have still to see, and fingerprints of texts."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("castings", "0008_matching"),
        ("profiles", "0003_hidden_photos"),
    ]

    operations = [
        migrations.AddField(
            model_name="casting",
            name="risk_reasons",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                editable=False,
                help_text="[{code, weight}], the heaviest first",
            ),
        ),
        migrations.AddField(
            model_name="casting",
            name="risk_score",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, help_text="0 to 100"),
        ),
        migrations.AddField(
            model_name="casting",
            name="text_bands",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                db_default=models.Value(
                    [], django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)
                ),
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="casting",
            name="moderation",
            field=models.CharField(
                choices=[
                    ("none", "not looked at"),
                    ("waiting", "waiting for a decision"),
                    ("approved", "approved"),
                    ("refused", "refused"),
                    ("hidden", "hidden"),
                    ("spam", "spam"),
                ],
                db_default="none",
                default="none",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="casting",
            index=models.Index(
                models.OrderBy(models.F("risk_score"), descending=True),
                models.F("created_at"),
                models.F("id"),
                condition=models.Q(("deleted_at", None), ("moderation__in", ["none", "waiting"]), ("status", "active")),
                name="casting_to_look_at",
            ),
        ),
        migrations.AddIndex(
            model_name="casting",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["text_bands"], name="casting_copies"
            ),
        ),
        migrations.AddIndex(
            model_name="casting",
            index=models.Index(
                models.F("employer"), condition=models.Q(("moderation", "spam")), name="casting_spam_of"
            ),
        ),
        migrations.AddConstraint(
            model_name="casting",
            constraint=models.CheckConstraint(condition=models.Q(("risk_score__lte", 100)), name="casting_risk_range"),
        ),
    ]
