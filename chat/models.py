"""Rooms of two people, what they say there, how far each has read, and the files that messages name."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from castings.models import Casting
from mwork import search, storage
from mwork.models import Entity
from mwork.prepared import Prepared

UNUSED_FOR = timedelta(hours=24)
EDITABLE_FOR = timedelta(minutes=15)


class RoomQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A room is its members' only, staff's neither; `last_read_seq` is this member's."""
        return self.filter(memberships__user=user).annotate(last_read_seq=F("memberships__last_read_seq"))

    def of_pair(self, one: UUID, other: UUID):
        first, second = sorted((one, other))
        return self.filter(first=first, second=second)

    def with_people(self):
        """With both members, their names and photos, in the same query."""
        pages = [f"{place}__{kind}_profile" for place in ("first", "second") for kind in ("model", "employer")]
        return self.select_related(*pages)

    def for_list(self):
        """With all that one row of the wire needs, in two queries."""
        return self.with_people().select_related("last_message").prefetch_related("last_message__attachments")


class Room(Entity):
    """Where two people talk, about one casting or none. The two stand in the order of their ids, so a pair is one pair.

    Whoever writes here locks this row: `last_seq` grows by one with each message, without gaps.
    """

    first = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    casting = models.ForeignKey(Casting, models.CASCADE, null=True, blank=True, related_name="rooms")
    last_seq = models.PositiveIntegerField(default=0)
    last_message = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now, help_text="of the last message, else of the opening")

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="room_pair_in_order"),
            # Two, as nulls differ from each other in a unique index (NULLS NOT DISTINCT needs PostgreSQL 15).
            models.UniqueConstraint(
                fields=["first", "second", "casting"],
                condition=Q(casting__isnull=False),
                name="room_once_per_pair_and_casting",
            ),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(casting=None), name="room_once_per_pair_without_casting"
            ),
        ]

    def __str__(self) -> str:
        return f"room of {self.created_at:%Y-%m-%d %H:%M}, {self.last_seq} messages"

    @property
    def people(self) -> tuple:
        return self.first, self.second

    @cached_property
    def members(self) -> list["Membership"]:
        """The two places, each with its user and what its profile names the user."""
        return _MEMBERS.all(room_id=self.id)

    @property
    def people_ids(self) -> tuple[UUID, UUID]:
        return self.first_id, self.second_id

    def other_than(self, user):
        """The one whom this member talks to."""
        return self.second if user.id == self.first_id else self.first


class MembershipQuerySet(models.QuerySet):
    def unread(self):
        """Those with something unread; `unread` says how much. By subtraction: nothing is counted."""
        return self.annotate(unread=F("room__last_seq") - F("last_read_seq")).filter(unread__gt=0)


class Membership(models.Model):
    """One person's place in a room. Whoever writes has read up to there, so what is unread is always the other's."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    last_read_seq = models.PositiveIntegerField(default=0)
    may_answer = models.BooleanField(default=False, help_text="whatever the plan: somebody with chat wrote to this one")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


_NAMED = ["model_profile__name", "employer_profile__company_name", "email", "role", "language", "closed_at"]
_MEMBERS = Prepared(
    lambda slot: (
        Membership.objects.filter(room=slot("room_id"))
        .select_related("user__model_profile", "user__employer_profile")
        .only("room_id", "user_id", "last_read_seq", "may_answer", *[f"user__{name}" for name in _NAMED])
    )
)


class Kind(models.TextChoices):
    """Who speaks: a person, or we."""

    TEXT = "text"
    ACCEPTED = "accepted"  # the employer has accepted the model's response


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(room__memberships__user=user)


class Message(Entity):
    """The seq-th thing said in a room. Deleted, it stays as a stone without content, so that numbers have no gap."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEXT)
    content = models.TextField(max_length=4000, blank=True)
    client_id = models.CharField(max_length=64, null=True)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="of what was sent under this client_id first")
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    search_text = search.search_column("content")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_one_per_place"),
            models.UniqueConstraint(
                fields=["room", "sender", "client_id"],
                condition=Q(client_id__isnull=False),
                name="message_once_per_client_id",
            ),
            models.CheckConstraint(condition=Q(sender=None) ^ Q(kind=Kind.TEXT), name="message_of_a_person_or_of_ours"),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(content=""), name="message_deleted_is_empty"),
        ]
        indexes = [search.search_index("message_search")]

    def __str__(self) -> str:
        return f"message {self.seq}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:
        """What it says, ours in the reader's language."""
        if self.kind == Kind.ACCEPTED:
            return _("The response was accepted. You can now talk here.")
        return self.content

    def is_editable(self, at: datetime | None = None) -> bool:
        return self.deleted_at is None and (at or timezone.now()) - self.created_at < EDITABLE_FOR


class AttachmentQuerySet(models.QuerySet):
    def abandoned(self, at: datetime | None = None):
        """Uploaded a day ago and never named in a message."""
        return self.filter(used_at=None, created_at__lt=(at or timezone.now()) - UNUSED_FOR)


class Attachment(Entity):
    """An uploaded file that waits for its message. Its owner names it when sending; unused, a sweep removes it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="attachments")
    file = models.CharField(max_length=200, help_text="the name on the private storage")
    thumbnail = models.CharField(max_length=200, blank=True, help_text="empty for what is no picture")
    name = models.CharField(max_length=200, help_text="as the client called it; never a path")
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(help_text="bytes")
    used_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(message=None) ^ Q(used_at__isnull=False), name="attachment_used_by_its_message"
            ),
        ]
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
