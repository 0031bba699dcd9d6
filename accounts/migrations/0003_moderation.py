"""Reports, and the log of what staff decide, which the database itself keeps from being changed."""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import mwork.models

# A statement's trigger: it refuses before a row is looked for.
APPEND_ONLY = """
CREATE FUNCTION accounts_auditentry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts_auditentry is append-only: no %', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditentry_append_only()
"""
OPEN_AGAIN = """
DROP TRIGGER append_only ON accounts_auditentry;
DROP FUNCTION accounts_auditentry_append_only()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tickets"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.UUIDField(default=mwork.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("action", models.CharField(help_text="a verb, such as ban or hide", max_length=40)),
                (
                    "target_type",
                    models.CharField(help_text="the model's label, such as castings.casting", max_length=60),
                ),
                ("target_id", models.UUIDField()),
                (
                    "target_label",
                    models.CharField(
                        blank=True, help_text="its name then; empty where it is a person's", max_length=200
                    ),
                ),
                ("reason", models.TextField(max_length=2000)),
                ("details", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        help_text="null: the operator, by a command",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="whom it concerns",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(models.F("created_at"), models.F("id"), name="audit_entry_newest"),
                    models.Index(models.F("target_id"), models.F("created_at"), name="audit_entry_of_target"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="audit_entry_says_why"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(default=mwork.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "target_type",
                    models.CharField(
                        choices=[
                            ("user", "User"),
                            ("model", "Model"),
                            ("employer", "Employer"),
                            ("casting", "Casting"),
                            ("message", "Message"),
                            ("review", "Review"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target_id", models.UUIDField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("fake_casting", "Fake Casting"),
                            ("fake_profile", "Fake Profile"),
                            ("harassment", "Harassment"),
                            ("spam", "Spam"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=2000)),
                (
                    "evidence",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        help_text="what was reported, as it was then",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("resolved", "Resolved"), ("dismissed", "Dismissed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("outcome", models.TextField(blank=True, help_text="what the reporter is told", max_length=2000)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="whose it is",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports_about",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("reporter"), models.F("created_at"), models.F("id"), name="report_of_reporter"
                    ),
                    models.Index(
                        models.F("created_at"),
                        models.F("id"),
                        condition=models.Q(("status", "open")),
                        name="report_open",
                    ),
                    models.Index(
                        models.F("target_id"), condition=models.Q(("status", "open")), name="report_open_on_target"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("reporter", "target_type", "target_id"),
                        name="report_one_open_per_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("status", "open")),
                            models.Q(models.Q(("status", "open"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="report_settled_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, OPEN_AGAIN),
    ]
