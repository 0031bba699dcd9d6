"""Messages as what is reported: only what people said, and only by a member of the room."""

from uuid import UUID

from accounts import reports
from chat.models import Kind, Message

NEIGHBOURS = 5  # before, and as many after


def find(reporter, message_id: UUID) -> Message | None:
    said = Message.objects.visible_to(reporter).filter(kind=Kind.TEXT)
    return said.select_related("room").filter(id=message_id).first()


def freeze(message: Message) -> dict:
    """The message with its neighbours, in order; the attachments by the names of their files."""
    near = (message.seq - NEIGHBOURS, message.seq + NEIGHBOURS)
    around = message.room.messages.filter(seq__range=near).order_by("seq").prefetch_related("attachments")
    room = {"id": message.room_id, "casting_id": message.room.casting_id}
    return {"room": room, "seq": message.seq, "messages": [_frozen(each) for each in around]}


def _frozen(message: Message) -> dict:
    names = ("id", "seq", "sender_id", "kind", "content", "created_at", "edited_at", "deleted_at")
    files = [reports.frozen(file, "id", "name", "content_type", "file") for file in message.attachments.all()]
    return {**reports.frozen(message, *names), "attachments": files}
