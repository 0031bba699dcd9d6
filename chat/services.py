"""What happens in rooms. The room's row is locked first by whoever writes there: its messages come one by one.

What is committed is the truth; sockets are told after the commit and may hear nothing.
"""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block, User
from billing import limits
from billing.models import Feature
from castings.models import Casting, Response
from chat import attachments, events
from chat.models import Kind, Membership, Message, Room
from chat.signals import message_said, room_opened, room_read
from mwork import metrics
from mwork.api import throttling
from mwork.api.errors import (
    AccountBlocked,
    Duplicate,
    Forbidden,
    Invalid,
    InvalidState,
    NotFound,
    RateLimitExceeded,
)
from mwork.prepared import Prepared, PreparedRows, PreparedUpdate
from profiles.models import ModelProfile, Visibility

# Locked "no key": rows that merely point to the room, such as read marks, need not wait.
_LOCKED = Prepared(lambda slot: Room.objects.select_for_update(no_key=True).filter(id=slot("room_id")))
_OWN_LOCKED = Prepared(
    lambda slot: Room.objects.select_for_update(no_key=True).filter(
        Q(first=slot("user_id")) | Q(second=slot("user_id")), id=slot("room_id")
    )
)
_SAID = Prepared(
    lambda slot: Message.objects.filter(room=slot("room_id"), sender=slot("sender_id"), client_id=slot("client_id"))
)
_UNREAD = PreparedRows(
    lambda slot: Membership.objects.filter(user=slot("user_id")).unread().values_list("room_id", "unread")
)
_MOVE_ON = PreparedUpdate(
    lambda slot: (
        Room.objects.filter(id=slot("room_id")),
        {"last_seq": slot("seq"), "last_message": slot("message_id"), "updated_at": slot("at")},
    )
)
_READ_TO = PreparedUpdate(
    lambda slot: (
        Membership.objects.filter(room=slot("room_id"), user=slot("user_id")),
        {"last_read_seq": slot("seq")},
    )
)


def require_a_room_or_the_plan(user) -> None:
    """LimitReached for whoever has no chat in the plan and is in no room either."""
    if not Membership.objects.filter(user=user).exists():
        limits.allow(user, Feature.CHAT)


@transaction.atomic
def open_room(*, opener, participant_id: UUID, casting_id: UUID | None = None) -> tuple[Room, bool]:
    """The room of these two about this casting (about none when None), and whether it is new.

    Raises Invalid, NotFound, AccountBlocked, or LimitReached where the plan has no chat and the room is not there yet.
    """
    if participant_id == opener.id:
        raise Invalid("participant_id", _("You can't write to yourself."))
    if not User.objects.exclude(id__in=User.objects.absent().values("id")).filter(id=participant_id).exists():
        raise NotFound
    if Block.stands_between(opener.id, participant_id):
        raise AccountBlocked
    if casting_id:
        _require_casting_of_one(opener, participant_id, casting_id)
    room, is_new = Room.objects.of_pair(opener.id, participant_id).filter(casting=casting_id).first(), False
    if room is None:
        limits.allow(opener, Feature.CHAT)
        if _is_hidden_from(opener, participant_id):
            raise NotFound
        room, is_new = _make(opener.id, participant_id, casting_id)
    if is_new:
        room.memberships.filter(user=participant_id).update(may_answer=True)
        room_opened.send(sender=Room, room=room, opener=opener)
        events.room_is_new(room)
    return room, is_new


@transaction.atomic
def open_for(*, response: Response) -> Room:
    """The room that an accepted response opens, to both whatever their plans, with our message in it once."""
    model_id, employer_id = response.applicant.user_id, response.casting.employer.user_id
    room, is_new = _make(model_id, employer_id, response.casting_id)
    room = _lock(room.id)
    room.memberships.update(may_answer=True)
    if room.messages.filter(kind=Kind.ACCEPTED).exists():
        return room
    if is_new:
        room_opened.send(sender=Room, room=room, opener=None)
    message = _append(room, kind=Kind.ACCEPTED)
    if is_new:
        room.memberships.filter(user=employer_id).update(last_read_seq=message.seq)  # the employer knows
        events.room_is_new(room)
    else:
        events.message_said(room, message)
    message_said.send(sender=Message, room=room, message=message)
    return room


@transaction.atomic
def say(
    *,
    sender,
    room_id: UUID,
    content: str = "",
    attachment_ids: Iterable[UUID] = (),
    client_id: str | None = None,
    skip: str | None = None,
) -> tuple[Message, bool]:
    """A new message in the room and True; or False with the one that this client_id has made before.

    `skip` names the socket that is answered itself. Raises NotFound, AccountBlocked, LimitReached, InvalidState,
    Invalid, Duplicate for a client_id with other content, or RateLimitExceeded; a repeat counts towards no rate.
    """
    room = _lock(room_id, sender)
    attachment_ids = set(attachment_ids)
    fingerprint = _fingerprint(content, attachment_ids) if client_id else ""
    before = client_id and _SAID.first(room_id=room_id, sender_id=sender.id, client_id=client_id)
    if before:
        if before.fingerprint != fingerprint:
            raise Duplicate(_("This client_id was used for another message."))
        return before, False
    require_may_say(user=sender, room=room)
    files = attachments.claim(owner=sender, ids=attachment_ids)
    _count(sender)
    message = _append(room, sender=sender, content=content, client_id=client_id, fingerprint=fingerprint)
    attachments.use(files, message)
    _write_memberships(room, sender, message)
    events.message_said(room, message, skip)  # first: after the commit sockets hear it before what follows is told
    message_said.send(sender=Message, room=room, message=message)
    return message, True


@transaction.atomic
def edit(*, user, message: Message, content: str) -> Message:
    """Exchange the content. Forbidden to others, InvalidState when it is too late, Invalid when nothing is left."""
    message = _lock_own(user, message)
    require_may_say(user=user, room=message.room)
    if not message.is_editable():
        raise InvalidState(_("A message can be changed for 15 minutes."))
    if not content and not message.attachments.exists():
        raise Invalid("content", _("Say something, or name a file."))
    if content != message.content:
        message.content, message.edited_at = content, timezone.now()
        message.save(update_fields=["content", "edited_at"])
        events.message_edited(message)
    return message


@transaction.atomic
def delete(*, user, message: Message) -> None:
    """Leave a stone in the message's place, without content and files; again is the same. Forbidden to others."""
    message = _lock_own(user, message)
    if message.deleted_at:
        return
    attachments.discard(message)
    message.content, message.deleted_at = "", timezone.now()
    message.save(update_fields=["content", "deleted_at"])
    blocked = Block.stands_between(*message.room.people_ids)
    events.message_deleted(message, [user.id] if blocked else message.room.people_ids)


@transaction.atomic
def read(*, user, room_id: UUID, seq: int | None = None) -> tuple[int, int]:
    """Mark as read up to this message, all when None, never back; how far that is and how much is unread after it."""
    rows = Membership.objects.select_for_update(of=["self"]).select_related("room")
    membership = rows.filter(room=room_id, user=user).first()
    if membership is None:
        raise NotFound
    room = membership.room
    target = room.last_seq if seq is None else min(seq, room.last_seq)
    if target > membership.last_read_seq:
        membership.last_read_seq = target
        membership.save(update_fields=["last_read_seq"])
        room_read.send(sender=Membership, membership=membership)
        blocked = Block.stands_between(*room.people_ids)
        events.read(membership, [user.id] if blocked else room.people_ids)
    return membership.last_read_seq, max(0, room.last_seq - membership.last_read_seq)


def unread(user) -> dict[str, int]:
    """What is unread in which room; rooms without are left out."""
    return {str(room_id): count for room_id, count in _UNREAD.all(user_id=user.id)}


def unread_count(user) -> int:
    return sum(unread(user).values())


def typing(*, user, room_id: UUID) -> None:
    """Tell the other that this one is writing. Raises what `say` would raise for the two."""
    room = _visible(room_id, user)
    require_may_say(user=user, room=room)
    events.typing(room, user)


def room_to_say_in(*, user, participant_id: UUID) -> Room:
    """Where somebody who names only the other talks to that one: in the room about no casting, else the latest one

    there is, else a new one. Raises what `open_room` does.
    """
    rooms = Room.objects.of_pair(user.id, participant_id) if participant_id != user.id else Room.objects.none()
    return (
        rooms.alias(is_general=Q(casting=None)).order_by("-is_general", "-updated_at", "-id").first()
        or (open_room(opener=user, participant_id=participant_id)[0])
    )


def require_may_say(*, user, room: Room) -> None:
    """AccountBlocked, LimitReached, or InvalidState when the other has left."""
    if Block.stands_between(*room.people_ids):
        raise AccountBlocked
    answering = any(member.may_answer for member in room.members if member.user_id == user.id)
    if not answering:
        limits.allow(user, Feature.CHAT)
    if room.other_than(user).closed_at:
        raise InvalidState(_("This person has left."))


def has_said(*, user, room_id: UUID, client_id) -> bool:
    """Is there a message of the user's under this client_id in the room? Whoever sends it again gets it, whatever has

    become of the two since.
    """
    known = isinstance(client_id, str) and 0 < len(client_id) <= 64
    return known and Message.objects.filter(room=room_id, sender=user, client_id=client_id).exists()


def _is_hidden_from(opener, participant_id: UUID) -> bool:
    """A model who hides her page is found by nobody but those whose castings she has answered."""
    if not ModelProfile.objects.filter(user=participant_id, visibility=Visibility.HIDDEN).exists():
        return False
    answered = Response.objects.standing().filter(applicant__user=participant_id, casting__employer__user=opener)
    return not answered.exists()


def _require_casting_of_one(opener, participant_id: UUID, casting_id: UUID) -> None:
    casting = Casting.objects.visible_to(opener).select_related("employer").filter(id=casting_id).first()
    if casting is None:
        raise NotFound
    if casting.owner_id not in (opener.id, participant_id):
        raise Invalid("casting_id", _("This casting is neither yours nor the other's."))


def _make(one: UUID, other: UUID, casting_id: UUID | None) -> tuple[Room, bool]:
    """The room, made with its memberships unless it is there. Of two who make it at once the unique row decides."""
    first, second = sorted((one, other))
    room, is_new = Room.objects.get_or_create(first_id=first, second_id=second, casting_id=casting_id)
    if is_new:
        Membership.objects.bulk_create(Membership(room=room, user_id=user_id) for user_id in room.people_ids)
    return room, is_new


def _visible(room_id: UUID, user) -> Room:
    room = Room.objects.visible_to(user).select_related("first", "second").filter(id=room_id).first()
    if room is None:
        raise NotFound
    return room


def _lock(room_id: UUID, user=None) -> Room:
    """The room with its people, locked against every other writer; NotFound for whoever is not in it."""
    room = _OWN_LOCKED.first(room_id=room_id, user_id=user.id) if user else _LOCKED.first(room_id=room_id)
    if room is None:
        raise NotFound
    for member in room.members:
        setattr(room, "first" if member.user_id == room.first_id else "second", member.user)
    return room


def _lock_own(user, message: Message) -> Message:
    """The message as it is now, after its room's lock. Forbidden when it is another's."""
    room = _lock(message.room_id, user)
    if message.sender_id != user.id:
        raise Forbidden
    message = room.messages.get(id=message.id)
    message.room = room
    return message


def _append(room: Room, **fields) -> Message:
    """The room's next message; the room must be locked. The caller tells of it once the read marks are written:

    whoever reads locks a mark before what she is told.
    """
    room.last_seq += 1
    message = Message.objects.create(room=room, seq=room.last_seq, **fields)
    room.last_message, room.updated_at = message, message.created_at
    _MOVE_ON(room_id=room.id, seq=message.seq, message_id=message.id, at=message.created_at)
    transaction.on_commit(metrics.MESSAGES.inc)
    return message


def _write_memberships(room: Room, sender, message: Message) -> None:
    """Who writes has read; whom somebody with chat in the plan writes to may answer from now on."""
    _READ_TO(room_id=room.id, user_id=sender.id, seq=message.seq)
    others = [member for member in room.members if member.user_id != sender.id]
    if not all(member.may_answer for member in others) and limits.allows(sender, Feature.CHAT):
        room.memberships.exclude(user=sender).update(may_answer=True)


def _count(sender) -> None:
    """One message more of this minute's; RateLimitExceeded past the limit. Under the room's lock, as only there it is

    known not to be a repeat.
    """
    if settings.RATES["chat"] is None:
        return
    standing = throttling.count("chat", [f"user:{sender.id}"])
    if not standing.passed:
        raise RateLimitExceeded(retry_after=standing.left)


def _fingerprint(content: str, attachment_ids: set[UUID]) -> str:
    """What tells whether a repeat says the same: the content first sent, which an edit does not change."""
    return sha256("\n".join([*sorted(map(str, attachment_ids)), content]).encode()).hexdigest()
