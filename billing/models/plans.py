"""What a plan allows and costs."""

from enum import nonmember

from django.db import models


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


class Period(models.TextChoices):
    """How long one payment for a plan lasts, in calendar months."""

    MONTHLY = "monthly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        return 12 if self == Period.YEARLY else 1


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

    def price(self, period: str) -> int:
        """Whole tenge for one such period."""
        return self.price_yearly if period == Period.YEARLY else self.price_monthly
