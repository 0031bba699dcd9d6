"""What people are told."""

from uuid import UUID

from django.conf import settings
from django.db import models

from mwork.models import Entity


class Type(models.TextChoices):
    NEW_RESPONSE = "new_response"
    RESPONSE_STATUS_CHANGE = "response_status_change"
    NEW_MESSAGE = "new_message"
    NEW_CASTING = "new_casting"
    CASTING_REMINDER = "casting_reminder"
    CASTING_INVITATION = "casting_invitation"
    PAYMENT = "payment"
    SUBSCRIPTION = "subscription"
    MODERATION = "moderation"
    REVIEW = "review"
    ORGANIZATION = "organization"


class Notification(Entity):
    """One thing that one user is told. Written in the transaction of what it tells.

    Its texts are made when it is read, from `kind` and `data`, in the reader's language.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    type = models.CharField(max_length=30, choices=Type)
    kind = models.CharField(max_length=40, help_text="which text of its type, as notifications.kinds names it")
    data = models.JSONField(default=dict, help_text="what the texts and a client's link need")
    is_read = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index("user", "created_at", "id", name="notification_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"

    @property
    def owner_id(self) -> UUID:
        return self.user_id
