"""Plans, and who has which until when."""

from datetime import datetime
from enum import nonmember

from django.conf import settings
from django.db import models
from django.utils import timezone

from mwork.models import Entity


class Feature(models.TextChoices):
    """What a plan decides. Code asks for a feature, never for a plan's name."""

    PHOTOS = "max_photos"
    RESPONSES = "max_responses_per_month"
    CHAT = "chat_access"
    PROMOTION = "profile_promotion"
    ANALYTICS = "analytics"
    SUPPORT = "priority_support"

    counted = nonmember(frozenset({"max_photos", "max_responses_per_month"}))


class Analytics(models.TextChoices):
    NONE = "none"
    BASIC = "basic"
    ADVANCED = "advanced"


class Plan(models.Model):
    """What a subscriber may do and what it costs. Prices are whole tenge; an absent maximum is null."""

    name = models.CharField(max_length=20, unique=True)
    rank = models.PositiveSmallIntegerField(unique=True, help_text="A higher rank is a higher plan")
    price_monthly = models.PositiveIntegerField(help_text="Whole tenge")
    price_yearly = models.PositiveIntegerField(help_text="Whole tenge")
    max_photos = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: unlimited")
    max_responses_per_month = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: unlimited")
    chat_access = models.BooleanField(default=False)
    profile_promotion = models.BooleanField(default=False)
    analytics = models.CharField(max_length=10, choices=Analytics, default=Analytics.NONE)
    priority_support = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False, help_text="The plan of whoever has none")

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="plan_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Period(models.TextChoices):
    MONTHLY = "monthly"
    YEARLY = "yearly"


class Status(models.TextChoices):
    ACTIVE = "active"
    EXPIRED = "expired"


class Subscription(Entity):
    """A user's plan until `expires_at`. Every user's limits are locked on this row, so it is made for the first

    question even when nothing was ever bought; `plan` is null then, and the default plan is in force.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscription")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    auto_renew = models.BooleanField(default=False)
    billing_period = models.CharField(max_length=10, choices=Period, null=True, blank=True)

    class Meta:
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

    def __str__(self) -> str:
        return f"{self.user_id}: {self.plan_id or 'default'}"

    def is_in_force(self, at: datetime | None = None) -> bool:
        """Does the bought plan hold at this moment?"""
        return self.plan_id is not None and self.expires_at > (at or timezone.now())
