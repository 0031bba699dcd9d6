"""What a person is given of what lies here: accounts.exporting. What partners said is theirs: it is counted only."""

from django.db.models import Count, F, Q

from accounts.exporting import section
from chat.models import Attachment, Membership, Message, Room
from mwork import storage


@section("rooms", Room, Membership)
def rooms(user):
    """`messages` is how many there are, `own_messages` how many of them she wrote."""
    own = Count("room__messages", filter=Q(room__messages__sender=user))
    rows = user.memberships.annotate(messages=F("room__last_seq"), own_messages=own)
    rows = rows.order_by("room_id").values(
        "room_id", "room__casting_id", "room__created_at", "last_read_seq", "messages", "own_messages"
    )
    for room in rows:
        yield {"id": room.pop("room_id"), **{name.removeprefix("room__"): value for name, value in room.items()}}


@section("messages", Message)
def messages(user):
    rows = Message.objects.filter(room__memberships__user=user, sender=user).order_by("room_id", "seq")
    return rows.values("id", "room_id", "seq", "content", "created_at", "edited_at", "deleted_at")


@section("attachments", Attachment)
def attachments(user):
    """The address is signed and expires after an hour."""
    fields = ("id", "message_id", "file", "name", "content_type", "size", "created_at")
    for file in user.attachments.order_by("id").values(*fields):
        name = file.pop("file")
        yield {**file, "url": storage.private().url(name)}
