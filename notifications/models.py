"""What people are told, how many of it they have not read, what they want to hear, and the outbox of every channel."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from castings.models import Casting, SavedSearch
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
    NEW_MODEL = "new_model"


class Notification(Entity):
    """One thing that one user is told. Written in the transaction of what it tells.

    Its texts are made when it is read, from `kind` and `data`, in the reader's language.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    type = models.CharField(max_length=30, choices=Type)
    kind = models.CharField(max_length=40, help_text="which text of its type, as notifications.kinds names it")
    data = models.JSONField(default=dict, help_text="what the texts and a client's link need")
    key = models.CharField(max_length=100, blank=True, help_text="what it is about, where that may be told once only")
    # Without a constraint, whose check would make the teller wait for an actor's closing account while it holds locks
    # that the closing waits for. Rows of users are never deleted.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        help_text="whose name is in data, so that it can be forgotten",
    )
    is_read = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "key"],
                condition=~Q(key="") & ~Q(kind="new_message"),
                name="notification_told_once",
            ),
            # Whoever has heard of a casting, for whatever reason, does not hear of it again.
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=Q(type="new_casting") & ~Q(key=""),
                name="notification_one_per_casting",
            ),
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=Q(kind="new_message", is_read=False),
                name="notification_one_unread_per_room",
            ),
        ]
        indexes = [
            models.Index("user", "created_at", "id", name="notification_of_user"),
            models.Index("user", "created_at", "id", condition=Q(is_read=False), name="notification_unread"),
            models.Index("created_at", condition=Q(is_read=True), name="notification_read"),  # for the retention job
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def owner_id(self) -> UUID:
        return self.user_id


class Inbox(models.Model):
    """How many notifications a user has not read: changed in the transactions that change those, never counted."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="inbox")
    unread = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.unread}"


class Digest(models.TextChoices):
    INSTANT = "instant"
    DAILY = "daily"


class Preferences(models.Model):
    """What a user wants to hear of, and how; without a row, all of it at once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences")
    new_casting = models.BooleanField(default=True)
    new_response = models.BooleanField(default=True)
    response_status_change = models.BooleanField(default=True)
    new_message = models.BooleanField(default=True)
    casting_reminder = models.BooleanField(default=True)
    email = models.BooleanField(default=True)
    push = models.BooleanField(default=True)
    digest = models.CharField(max_length=10, choices=Digest, default=Digest.INSTANT)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return "preferences"


class Platform(models.TextChoices):
    ANDROID = "android"
    IOS = "ios"
    WEB = "web"


class Device(Entity):
    """A phone or browser that takes pushes. Its token belongs to whoever registered it last."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    token = models.CharField(max_length=1024, unique=True)
    platform = models.CharField(max_length=10, choices=Platform)

    def __str__(self) -> str:
        return f"{self.platform} since {self.created_at:%Y-%m-%d}"

    @property
    def owner_id(self) -> UUID:
        return self.user_id


class Channel(models.TextChoices):
    EMAIL = "email"
    PUSH = "push"


class DeliveryStatus(models.TextChoices):
    PENDING = "pending"
    HELD = "held"  # waits for the day's digest, and then shares its fate
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"  # was not wanted any more when its turn came


class DeliveryQuerySet(models.QuerySet):
    def due(self, at: datetime):
        """To be sent by now, and nobody is at it."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=at)
        return self.filter(free, status=DeliveryStatus.PENDING, next_try_at__lte=at)


class Delivery(Entity):
    """One letter, or one push to one device: the outbox. Written in one statement with its notification.

    A digest is a letter without a notification of its own: the held deliveries that point to it are its contents.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    notification = models.ForeignKey(Notification, models.CASCADE, null=True, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    # Without a constraint: a device may go at any moment, and must not take along what is being told just then.
    device = models.ForeignKey(Device, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    digest = models.ForeignKey("self", models.SET_NULL, null=True, related_name="contents")
    digest_day = models.DateField(null=True, help_text="Almaty's, of a digest")
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    claimed_until = models.DateTimeField(null=True, help_text="a worker is at it until then; after that, it has died")
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["notification"], condition=Q(channel="email"), name="delivery_one_letter"),
            models.UniqueConstraint(
                fields=["notification", "device"], condition=Q(channel="push"), name="delivery_one_push_per_device"
            ),
            models.UniqueConstraint(fields=["user", "digest_day"], name="delivery_one_digest_a_day"),
        ]
        indexes = [
            # The sweep and the digests ask for what waits; nearly nothing does.
            models.Index("next_try_at", condition=Q(status="pending"), name="delivery_waiting"),
            models.Index("user", condition=Q(status="held"), name="delivery_held"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.status}"


class Announcement(models.Model):
    """How far the telling of a casting has come: the models who fit first, then followers. Its lock keeps two workers

    from the same batch.
    """

    casting = models.OneToOneField(Casting, models.CASCADE, primary_key=True, related_name="announcement")
    searched_after = models.UUIDField(null=True, help_text="the last user of the last batch of saved searches")
    searched_at = models.DateTimeField(null=True, help_text="when all saved searches had been asked")
    after = models.UUIDField(null=True, help_text="the last model profile of the last batch")
    after_follow = models.UUIDField(null=True, help_text="the last follow of the last batch, once the models are done")
    told = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.told} told"


class SearchHit(models.Model):
    """What a daily search has found and its next digest will say. `subject` is a casting or a model, as the search is

    for; one that goes meanwhile is left out then.
    """

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="hits")
    subject = models.UUIDField()
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "subject"], name="search_hit_once")]

    def __str__(self) -> str:
        return f"{self.search_id}: {self.subject}"
