"""What sockets are told once the present transaction has committed. Each reader gets our own words in her language."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import translation

from chat.models import Kind, Membership, Message, Room
from chat.serializers import MessageSerializer, RoomSerializer
from mwork import realtime


def room_is_new(room: Room) -> None:
    for person in room.people:
        with translation.override(person.language):
            seen = Room.objects.visible_to(person).for_list().get(id=room.id)
            realtime.push(person.id, "room", {"room": RoomSerializer(seen).data})


def message_said(room: Room, message: Message, skip: str | None = None) -> None:
    """To every socket of both but the one named `skip`, which gets its ack instead."""
    if message.kind == Kind.TEXT:
        return _tell(room.people_ids, "message", message, skip)
    for person in room.people:
        with translation.override(person.language):
            _tell([person.id], "message", message, skip)
    return None


def message_edited(message: Message) -> None:
    _tell(message.room.people_ids, "message_edited", message)


def message_deleted(message: Message, told: Iterable[UUID]) -> None:
    _tell(told, "message_deleted", message)


def read(membership: Membership, told: Iterable[UUID]) -> None:
    place = {"room_id": str(membership.room_id), "user_id": str(membership.user_id), "seq": membership.last_read_seq}
    realtime.push_to(told, "read", place)


def typing(room: Room, user) -> None:
    realtime.push(room.other_than(user).id, "typing", {"room_id": str(room.id), "user_id": str(user.id)})


def presence(user_id: UUID, online: bool, told: Iterable[UUID]) -> None:
    realtime.push_to(told, "presence", {"user_id": str(user_id), "online": online})


def _tell(user_ids: Iterable[UUID], kind: str, message: Message, skip: str | None = None) -> None:
    data = {"room_id": str(message.room_id), "message": MessageSerializer(message).data}
    realtime.push_to(user_ids, kind, data, skip=skip)
