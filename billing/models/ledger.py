"""The ledger of bought responses: every one that came and went, never changed afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mwork.models import Entity


class Movement(models.TextChoices):
    BOUGHT = "bought"
    USED = "used"
    GIVEN_BACK = "given_back"
    REFUNDED = "refunded"


class BoughtResponses(Entity):
    """One movement. A user's sum is `Subscription.responses_bought`, written in the same transaction."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bought_responses")
    movement = models.CharField(max_length=10, choices=Movement)
    count = models.IntegerField(help_text="Negative for what went")
    payment = models.ForeignKey("Payment", models.PROTECT, null=True, related_name="bought_responses")
    response_id = models.UUIDField(null=True, help_text="The response that used it; its row may have gone since")

    class Meta:
        verbose_name_plural = "bought responses"
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "movement"], condition=Q(payment__isnull=False), name="bought_responses_once"
            ),
            models.CheckConstraint(
                condition=Q(movement__in=["bought", "given_back"], count__gt=0)
                | Q(movement__in=["used", "refunded"], count__lte=0),
                name="bought_responses_sign",
            ),
        ]
        indexes = [models.Index(fields=["user", "created_at"], name="bought_responses_of_user")]

    def __str__(self) -> str:
        return f"{self.movement} {self.count}"
