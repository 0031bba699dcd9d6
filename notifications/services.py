"""What happens to notifications: they are written, read, counted, forgotten; and what people say they want."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Func, IntegerField, JSONField, Q, QuerySet, Value
from django.utils import timezone
from psycopg.types.json import Jsonb

from mwork.prepared import Prepared, PreparedRows, PreparedUpdate, Slot
from notifications import waking, writing
from notifications.models import Delivery, Device, Inbox, Notification, Preferences

KEPT_FOR = timedelta(days=180)  # after which what was read is deleted
MOST_DEVICES = 10  # of one user; the ones registered longest ago make room
PURGED_AT_ONCE = 5000
ONE_MORE = "jsonb_set(%(expressions)s, '{messages}', ((data->>'messages')::int + 1)::text::jsonb)"


@transaction.atomic(savepoint=False)
def tell(*, user, kind: str, key: str = "", actor=None, **data) -> UUID | None:
    """A notification for this user, in the transaction of what it tells; it is delivered after the commit.

    `data` fills the kind's texts. Its id; None when the user does not want this kind or, with a `key`, was told before.
    Somebody's name in the data needs the `actor` whose it is.
    """
    reader = get_user_model().objects.filter(id=user.id).values("id")
    told = tell_all(readers=reader, kind=kind, key=key, actor=actor, **data)
    return told[0] if told else None


@transaction.atomic(savepoint=False)
def tell_all(*, readers: QuerySet, kind: str, key: str = "", actor=None, **data) -> list[UUID]:
    """The same for a few at once, in one statement: the users whose ids `readers` are. The notifications' ids."""
    told = writing.write(readers, kind, data, key=key, actor=actor and actor.id)
    waking.after_commit(told.deliveries)
    return told.notifications


@transaction.atomic(savepoint=False)
def new_message(*, user, sender, sender_name: str, room_id: UUID, message_id: UUID, seq: int) -> None:
    """Tell a member of a room of a message there, in the message's transaction: one unread notification per room.

    While one is unread it is brought up to date and nobody is disturbed again. Nothing happens when the user does not
    want to hear of messages. `data` holds the last message's `message_id` and `seq`, and how many there are.
    """
    if _UNWANTED.exists(user_id=user.id):
        return
    last = {"name": sender_name, "room_id": str(room_id), "message_id": str(message_id), "seq": seq}
    for _ in range(3):  # between our two looks somebody may have read the one, or written another
        if _TOLD_AGAIN(user_id=user.id, key=str(room_id), data=last, actor_id=sender.id):
            return
        if tell(user=user, kind="new_message", key=str(room_id), actor=sender, messages=1, **last):
            return


@transaction.atomic
def read(*, notification: Notification) -> Notification:
    """Mark it read; again is the same."""
    _read(Notification.objects.filter(id=notification.id), notification.user_id)
    notification.is_read = True
    return notification


@transaction.atomic(savepoint=False)
def read_room(*, user, room_id: UUID) -> None:
    """What was said in this room has been seen there: the user's notification of it is read too."""
    _take_off(_SEEN_THERE(user_id=user.id, key=str(room_id)), user.id)


@transaction.atomic
def read_all(*, user) -> int:
    """Mark all of the user's notifications read; how many were not."""
    return _read(Notification.objects.filter(user=user.id), user.id)


def _read(rows, user_id: UUID) -> int:
    """Only what this very statement turns from unread to read is taken off the count."""
    return _take_off(rows.filter(is_read=False).update(is_read=True), user_id)


def _take_off(count: int, user_id: UUID) -> int:
    if count:
        _FEWER_UNREAD(user_id=user_id, count=count)
    return count


def unread(user) -> int:
    """How many of the user's notifications are unread, without counting them."""
    return sum(count for (count,) in _UNREAD.all(user_id=user.id))  # of one row, or none


def preferences(user) -> Preferences:
    """What the user wants to hear; unsaved defaults when she has never said."""
    return Preferences.objects.filter(user=user.id).first() or Preferences(user=user)


@transaction.atomic
def prefer(*, user, **fields) -> Preferences:
    """Change these preferences and no others."""
    row, _made = Preferences.objects.get_or_create(user=user)
    if fields:
        Preferences.objects.filter(user=user.id).update(**fields)
        row.refresh_from_db()
    return row


@transaction.atomic
def register_device(*, user, token: str, platform: str) -> tuple[Device, bool]:
    """Push to this token from now on, and to nobody else through it; whether it is new to this user.

    The user's row is locked, so that registrations at the same moment can't pass MOST_DEVICES together.
    """
    get_user_model().objects.select_for_update(no_key=True).get(id=user.id)
    Device.objects.filter(token=token).exclude(user=user.id).delete()
    device, made = Device.objects.update_or_create(
        token=token, defaults={"user": user, "platform": platform}, create_defaults={"user": user, "platform": platform}
    )
    kept = Device.objects.filter(user=user.id).order_by("-created_at", "-id").values("id")[:MOST_DEVICES]
    Device.objects.filter(user=user.id).exclude(id__in=kept).delete()
    return device, made


def forget_device(*, user, token: str) -> bool:
    """Push to this token no more; False when it is not among the user's."""
    return bool(Device.objects.filter(user=user.id, token=token).delete()[0])


def purge(at: datetime | None = None) -> int:
    """Delete what was read and is older than KEPT_FOR, in parts; returns how many there were."""
    old = Notification.objects.filter(is_read=True, created_at__lt=(at or timezone.now()) - KEPT_FOR)
    deleted = 0
    Delivery.objects.filter(notification=None, created_at__lt=(at or timezone.now()) - KEPT_FOR).delete()
    while ids := list(old.values_list("id", flat=True)[:PURGED_AT_ONCE]):
        deleted += Notification.objects.filter(id__in=ids).delete()[1].get("notifications.Notification", 0)
    return deleted


def erase(*, user) -> None:
    """Forget what a closed account was told, and its name in what others were."""
    told = Notification.objects.filter(Q(user=user.id) | Q(actor=user.id))
    # In one order, all at once: two who told each other something may close their accounts at the same moment.
    list(told.select_for_update(no_key=True).order_by("id").values_list("id"))
    for model in (Delivery, Notification, Inbox, Preferences, Device):
        model.objects.filter(user=user.id).delete()
    Notification.objects.filter(actor=user.id).update(data=_with({"name": ""}), actor=None)


def _with(fields: dict | Slot, template: str = "%(expressions)s") -> Func:
    """The row's data with these fields in it."""
    given = fields if isinstance(fields, Slot) else Value(fields, JSONField())
    return Func(F("data"), given, template=template, arg_joiner=" || ", output_field=JSONField())


def _unread_of_room(slot: type[Slot]) -> QuerySet:
    return Notification.objects.filter(user=slot("user_id"), kind="new_message", key=slot("key"), is_read=False)


_UNREAD = PreparedRows(lambda slot: Inbox.objects.filter(user=slot("user_id")).values_list("unread"))

# Asked with every message.
_UNWANTED = Prepared(lambda slot: Preferences.objects.filter(user=slot("user_id"), new_message=False))
_SEEN_THERE = PreparedUpdate(lambda slot: (_unread_of_room(slot), {"is_read": True}))
_FEWER_UNREAD = PreparedUpdate(
    lambda slot: (
        Inbox.objects.filter(user=slot("user_id")),
        {"unread": F("unread") - slot("count", output_field=IntegerField())},
    )
)
_TOLD_AGAIN = PreparedUpdate(
    lambda slot: (
        _unread_of_room(slot),
        {"data": _with(slot("data", Jsonb, JSONField()), ONE_MORE), "actor": slot("actor_id")},
    )
)
