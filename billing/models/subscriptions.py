"""Who has which plan until when, out of which paid periods that is made, and its renewals."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from billing.models.plans import Period, Plan
from mwork.models import Entity

GRACE = timedelta(days=7)  # how long, at the most, a renewal that is still being tried keeps an ended plan in force


class Status(models.TextChoices):
    ACTIVE = "active"
    EXPIRED = "expired"


class SubscriptionQuerySet(models.QuerySet):
    def over(self, at: datetime | None = None):
        """Those whose bought plan has ended and was not taken away yet."""
        at = at or timezone.now()
        kept = models.Q(grace_until__gt=at)
        return self.filter(plan__isnull=False, expires_at__lte=at).exclude(kept)

    def renewable(self, at: datetime | None = None, before: timedelta = timedelta(0)):
        """Those that shall go on by themselves and end within `before` of this moment. Nobody absent is charged."""
        at = at or timezone.now()
        due = self.filter(auto_renew=True, plan__isnull=False, mother__isnull=False, expires_at__lte=at + before)
        return due.exclude(user__in=get_user_model().objects.absent(at))


class Subscription(Entity):
    """A user's plan until `expires_at`. Every user's limits are locked on this row, so it is made for the first

    question even when nothing was ever bought; `plan` is null then, and the default plan is in force. After a bought
    plan has run out `plan` is null again and `expires_at` tells when that was.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscription")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    grace_until = models.DateTimeField(null=True, blank=True, help_text="In force so long while a renewal is tried")
    auto_renew = models.BooleanField(default=False)
    billing_period = models.CharField(max_length=10, choices=Period, null=True, blank=True)
    mother = models.ForeignKey(
        "Payment", models.PROTECT, null=True, blank=True, related_name="+", help_text="Whose card renewals charge"
    )
    responses_bought = models.PositiveIntegerField(default=0, help_text="What is left of them; the ledger's sum")
    reminded_of = models.DateTimeField(null=True, blank=True, help_text="The end that the user was reminded of")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        permissions = [("grant_plan", "Can give people plans")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(plan=None) | models.Q(started_at__isnull=False, expires_at__isnull=False),
                name="subscription_plan_has_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at=None) | models.Q(expires_at__gt=models.F("started_at")),
                name="subscription_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(plan__isnull=False), name="subscription_ends"),
        ]

    def __str__(self) -> str:
        return f"subscription until {self.expires_at:%Y-%m-%d}" if self.expires_at else "subscription without an end"

    def is_in_force(self, at: datetime | None = None) -> bool:
        """Does the bought plan hold at this moment?"""
        at = at or timezone.now()
        if self.plan_id is None:
            return False
        return self.expires_at > at or (self.grace_until is not None and self.grace_until > at)


class PaidPeriod(Entity):
    """A stretch of a subscription and the money that it stands for: what an upgrade converts and a refund takes back.

    The stretches of one subscription follow each other without a gap and without overlap.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="paid_periods")
    plan = models.ForeignKey(Plan, models.PROTECT)
    payment = models.ForeignKey("Payment", models.PROTECT, related_name="periods")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    value = models.PositiveIntegerField(help_text="Whole tenge for the whole stretch")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="paid_period_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["subscription", "ends_at"], name="paid_period_of_subscription")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"


class RenewalStatus(models.TextChoices):
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    STOPPED = "stopped"  # cancelled by the user, or paid for by hand


class Renewal(Entity):
    """The charges that shall carry one subscription past one end: one row per period, up to three tries."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="renewals")
    period_end = models.DateTimeField(help_text="The end that it carries past")
    status = models.CharField(max_length=10, choices=RenewalStatus, default=RenewalStatus.OPEN)
    next_try_at = models.DateTimeField(help_text="When the next charge is due, unless one is still undecided")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "period_end"], name="renewal_once_per_period"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(status="open"), name="renewal_open"),
        ]

    def __str__(self) -> str:
        return f"past {self.period_end:%Y-%m-%d}: {self.status}"
