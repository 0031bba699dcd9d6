"""Files that messages will name. Private: only signed addresses open them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from mwork import storage
from mwork.models import Entity

UNUSED_FOR = timedelta(hours=24)


class AttachmentQuerySet(models.QuerySet):
    def abandoned(self, at: datetime | None = None):
        """Uploaded a day ago and never named in a message."""
        return self.filter(used_at=None, created_at__lt=(at or timezone.now()) - UNUSED_FOR)


class Attachment(Entity):
    """An uploaded file that waits for its message. Its owner names it when sending; unused, a sweep removes it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attachments")
    file = models.CharField(max_length=200, help_text="the name on the private storage")
    thumbnail = models.CharField(max_length=200, blank=True, help_text="empty for what is no picture")
    name = models.CharField(max_length=200, help_text="as the client called it; never a path")
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(help_text="bytes")
    used_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(used_at=None), name="attachment_unused"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return storage.private().url(self.file)

    @property
    def thumbnail_url(self) -> str | None:
        return storage.private().url(self.thumbnail) if self.thumbnail else None
