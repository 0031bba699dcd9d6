"""What a client may say over a socket, and the answers. Synchronous: the consumer runs it in a thread."""

import logging
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import serializers

from chat import loading, partners, presence, services
from chat.models import Room
from chat.serializers import MessageSerializer, ReadSerializer, SaySerializer
from mwork.api import errors
from mwork.api.parsers import strict_json
from mwork.api.renderers import written

logger = logging.getLogger(__name__)

LONGEST = 16 * 1024  # bytes of a frame
SYNC_ROOMS, SYNC_MESSAGES = 100, 200  # rooms of one sync, messages of one room's answer
SYNC_IN_ALL = 2000  # messages of all answers to one sync: what a frame may cost is bounded
SYNC_BYTES = 900_000  # of one room's answer; clients and servers commonly refuse a mebibyte


@dataclass(frozen=True)
class Socket:
    """Whom a socket speaks for, and its name in the channel layer."""

    user: object
    channel: str


class RoomFrame(serializers.Serializer):
    room_id = serializers.UUIDField()


class MessageFrame(RoomFrame, SaySerializer):
    pass


class ReadFrame(RoomFrame, ReadSerializer):
    pass


class SyncFrame(serializers.Serializer):
    rooms = serializers.DictField(child=serializers.IntegerField(min_value=0, max_value=2_000_000_000))

    def validate_rooms(self, rooms):
        if len(rooms) > SYNC_ROOMS:
            raise serializers.ValidationError(_("At most %(most)s rooms at once.") % {"most": SYNC_ROOMS})
        return rooms


def hello(socket: Socket) -> list[str]:
    """What a new socket is told; its user's partners hear that she is online."""
    if presence.arrive(socket.user.id, socket.channel):
        partners.tell(socket.user.id, online=True)
    online = presence.online(partners.of(socket.user.id))
    seen = [event("presence", user_id=str(user_id), online=True) for user_id in sorted(online)]
    return [ready(socket.user), *seen]


def goodbye(socket: Socket) -> None:
    if presence.leave(socket.user.id, socket.channel):
        partners.tell(socket.user.id, online=False)


def ready(user) -> str:
    return event("ready", user_id=str(user.id))


def answers(socket: Socket, text: str | None) -> list[str]:
    """The answers to one frame, in the user's language; None stands for a frame of bytes.

    What goes wrong is an `error` event: no frame ends a socket.
    """
    frame: dict = {}
    with translation.override(socket.user.language):
        try:
            if text is None:
                raise errors.Invalid("frame", _("Send text, not bytes."))
            frame = strict_json(text.encode("utf-8", "surrogatepass"))
            kind = frame.get("type")
            handler = HANDLERS.get(kind) if isinstance(kind, str) else None
            if handler is None:
                raise errors.Invalid("type", _("Must be one of: %(choices)s.") % {"choices": ", ".join(HANDLERS)})
            return handler(socket, frame)
        except Exception as exc:
            return [failure(exc, frame)]


def failure(exc: Exception, frame: dict | None = None) -> str:
    """The `error` event for this exception, with the code that REST would answer."""
    error = errors.translate(exc)
    if error.status_code >= 500:
        logger.error("%s", error.code, exc_info=exc)
    named = {name: frame[name] for name in ("client_id", "room_id") if isinstance((frame or {}).get(name), str)}
    return event("error", **errors.body(error), **named)


def event(kind: str, **data) -> str:
    return written({"type": kind, **data}).decode()


def _message(socket: Socket, frame: dict) -> list[str]:
    data = _valid(MessageFrame, frame)
    message, _is_new = services.say(sender=socket.user, skip=socket.channel, **data)
    return [event("ack", client_id=message.client_id, message=MessageSerializer(message).data)]


def _typing(socket: Socket, frame: dict) -> list[str]:
    services.typing(user=socket.user, **_valid(RoomFrame, frame))
    return []


def _read(socket: Socket, frame: dict) -> list[str]:
    services.read(user=socket.user, **_valid(ReadFrame, frame))
    return []


def _sync(socket: Socket, frame: dict) -> list[str]:
    """For each room exactly what was missed, oldest first; a room that is not one's own gets an error of its own."""
    asked = _valid(SyncFrame, frame)["rooms"]
    known = {str(row.id): row for row in Room.objects.visible_to(socket.user).filter(id__in=filter(_is_id, asked))}
    left, told = SYNC_IN_ALL, []
    for room_id, last_seq in asked.items():
        room = known.get(room_id.lower())
        if room is None:
            told.append(failure(errors.NotFound(), {"room_id": room_id}))
            continue
        messages, has_more = _missed(room, last_seq, min(SYNC_MESSAGES, left))
        left -= len(messages)
        told.append(event("sync", room_id=room_id, messages=messages, has_more=has_more))
    return told


def _missed(room: Room, last_seq: int, most: int) -> tuple[list[dict], bool]:
    """At most so many messages after this one, as they stand on the wire, and whether there are more."""
    if room.last_seq <= last_seq or not most:
        return [], room.last_seq > last_seq
    rows = [*room.messages.filter(seq__gt=last_seq).order_by("seq")[: most + 1]]
    loading.files(rows)
    missed = MessageSerializer(rows, many=True).data
    sizes = accumulate(len(written(message)) for message in missed)
    fitting = sum(size <= SYNC_BYTES for size in sizes)
    return missed[: min(most, fitting)], len(missed) > min(most, fitting)


def _ping(socket: Socket, frame: dict) -> list[str]:
    return [event("pong")]


def _valid(serializer_class, frame: dict) -> dict:
    serializer = serializer_class(data=frame)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


HANDLERS = {"message": _message, "typing": _typing, "read": _read, "sync": _sync, "ping": _ping}
