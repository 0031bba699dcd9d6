"""What people report to the moderators: what it was then, and what came of it."""

from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from mwork.models import Entity


class TargetType(models.TextChoices):
    """What can be reported. The app that owns the rows says in `accounts.reports` how they are found and frozen."""

    USER = "user"
    MODEL = "model"
    EMPLOYER = "employer"
    CASTING = "casting"
    MESSAGE = "message"
    REVIEW = "review"


class ReportReason(models.TextChoices):
    FAKE_CASTING = "fake_casting"
    FAKE_PROFILE = "fake_profile"
    HARASSMENT = "harassment"
    SPAM = "spam"
    OTHER = "other"


class ReportStatus(models.TextChoices):
    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=ReportStatus.OPEN)

    def on(self, target_type: str, target_id: UUID):
        """Those of everybody about this one thing."""
        return self.filter(target_type=target_type, target_id=target_id)

    def concerning(self, user):
        """Those that hold something of this person's: written by her, or about what is hers."""
        return self.filter(Q(reporter=user) | Q(subject=user))


class Report(Entity):
    """One user's word about one thing. What it is about is frozen as it was: it may be changed or deleted since.

    What was frozen goes when one of the two people closes the account, an open report's once it is settled.
    """

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    target_type = models.CharField(max_length=10, choices=TargetType)
    target_id = models.UUIDField()
    # Without a constraint: see AuditEntry.subject.
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="reports_about",
        db_constraint=False,
        help_text="whose it is",
    )
    reason = models.CharField(max_length=20, choices=ReportReason)
    comment = models.TextField(max_length=2000, blank=True)
    evidence = models.JSONField(default=dict, encoder=DjangoJSONEncoder, help_text="what was reported, as it was then")
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.OPEN)
    outcome = models.TextField(max_length=2000, blank=True, help_text="what the reporter is told")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        permissions = [("resolve_report", "Can settle reports, with whatever decision they offer")]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "target_type", "target_id"],
                condition=Q(status="open"),
                name="report_one_open_per_target",
            ),
            models.CheckConstraint(
                condition=Q(status="open", settled_at=None) | (~Q(status="open") & Q(settled_at__isnull=False)),
                name="report_settled_has_its_moment",
            ),
        ]
        indexes = [
            models.Index("created_at", "id", name="report_oldest"),
            models.Index("reporter", "created_at", "id", name="report_of_reporter"),
            models.Index("created_at", "id", condition=Q(status="open"), name="report_open"),
            models.Index("target_id", condition=Q(status="open"), name="report_open_on_target"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.get_target_type_display()}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def owner_id(self) -> UUID:
        return self.reporter_id

    @property
    def audit_label(self) -> str:
        return f"{self.reason}: {self.target_type}"

    @property
    def is_open(self) -> bool:
        return self.status == ReportStatus.OPEN
