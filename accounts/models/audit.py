"""The record of what staff decided: only ever added to. A trigger of the database refuses every change of it."""

from django.conf import settings
from django.db import models

from mwork.models import Entity


class AuditEntryQuerySet(models.QuerySet):
    def about(self, target: models.Model):
        """What was decided about this row."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk)


class AuditEntry(Entity):
    """One decision of staff: who, what, about which row, whom it concerns, why.

    It stays when the person leaves, so it names nobody by itself: people are named by the keys that point to them.
    Its target's row may be gone.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="null: the operator, by a command",
    )
    action = models.CharField(max_length=40, help_text="a verb, such as ban or hide")
    target_type = models.CharField(max_length=60, help_text="the model's label, such as castings.casting")
    target_id = models.UUIDField()
    target_label = models.CharField(max_length=200, blank=True, help_text="its name then; empty where it is a person's")
    # Without a constraint, whose check would wait for an account that is closing, and that may wait for a row that
    # whoever decides has locked. Rows of users are never deleted.
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="audit_entries",
        db_constraint=False,
        help_text="whom it concerns",
    )
    reason = models.TextField(max_length=2000)
    details = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="audit_entry_says_why")]
        indexes = [
            models.Index("created_at", "id", name="audit_entry_newest"),
            models.Index("target_id", "created_at", name="audit_entry_of_target"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.noun} {self.target_label}".strip()

    @property
    def noun(self) -> str:
        """What kind of thing it is about, in one word: user, casting, employer, photo…"""
        return noun(self.target_type)


def noun(label: str) -> str:
    return label.partition(".")[2].removesuffix("profile")
