"""Sending what the outbox holds: each delivery by one worker, with growing pauses after failures, and an end."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from chat import presence
from notifications import letters, push
from notifications.errors import Refused
from notifications.kinds import KINDS
from notifications.models import Channel, Delivery, DeliveryStatus, Device, Preferences

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # a task's time limit: whoever claimed it before that is dead
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440)]  # after each failure but the last
SWEPT_AFTER = timedelta(minutes=1)  # the first minute is the first worker's
ONLINE_PAUSE = timedelta(minutes=5)
TOO_OLD = timedelta(days=3)
MOST = 1000  # in one sweep


def deliver(delivery_id: UUID, at: datetime | None = None) -> bool:
    """Send this one unless it has left, is not due, or another worker is at it. True when it left now.

    A guarded update claims it for LEASE: two workers never send the same one, and nobody holds a lock while a server
    talks. A worker that dies between the server's acceptance and our record leaves it to be sent once more after the
    lease, with the same Message-ID.
    """
    at = at or timezone.now()
    claim = {"claimed_until": at + LEASE, "attempts": F("attempts") + 1}
    if not Delivery.objects.due(at).filter(id=delivery_id).update(**claim):
        return False
    rows = Delivery.objects.select_related("user", "notification", "device")
    delivery = rows.filter(id=delivery_id).first()
    if delivery is None:  # gone with its account a moment ago
        return False
    if reason := _unwanted(delivery, at):
        _finish(delivery, DeliveryStatus.SKIPPED, error=reason)
        return False
    if _waits_for_absence(delivery):
        pause = {"claimed_until": None, "attempts": F("attempts") - 1, "next_try_at": at + ONLINE_PAUSE}
        Delivery.objects.filter(id=delivery_id).update(**pause)
        return False
    return _send(delivery, at)


def waiting(at: datetime | None = None) -> list[UUID]:
    """What should have left by now: a dead worker, broker or server left it behind, or its pause is over."""
    at = at or timezone.now()
    rows = Delivery.objects.due(at).filter(Q(attempts__gt=0) | Q(created_at__lt=at - SWEPT_AFTER))
    return list(rows.order_by("next_try_at").values_list("id", flat=True)[:MOST])


def sweep(at: datetime | None = None) -> int:
    """Send what waits, here and now; returns how many have left."""
    return sum(deliver(delivery_id, at) for delivery_id in waiting(at))


def try_again(failed, at: datetime | None = None) -> list[UUID]:
    """Give these deliveries all their tries anew; the ids of those that had failed."""
    at = at or timezone.now()
    ids = list(failed.filter(status=DeliveryStatus.FAILED).values_list("id", flat=True))
    anew = {"status": DeliveryStatus.PENDING, "attempts": 0, "claimed_until": None, "next_try_at": at}
    Delivery.objects.filter(id__in=ids, status=DeliveryStatus.FAILED).update(**anew)
    return ids


def _send(delivery: Delivery, at: datetime) -> bool:
    try:
        (push.send if delivery.channel == Channel.PUSH else letters.send)(delivery)
    except push.DeadToken as error:
        Device.objects.filter(id=delivery.device_id).delete()
        _finish(delivery, DeliveryStatus.SKIPPED, error=str(error))
        return False
    except Refused as error:
        _finish(delivery, DeliveryStatus.FAILED, error=str(error))
        return False
    except Exception as error:  # whatever a mail server, a network or a template may raise: the next try may pass
        logger.warning("delivery %s failed: %r", delivery.id, error)
        _fail(delivery, at, f"{type(error).__name__}: {error}")
        return False
    _finish(delivery, DeliveryStatus.SENT, sent_at=timezone.now())
    return True


def _fail(delivery: Delivery, at: datetime, error: str) -> None:
    """Set the next try, or give up."""
    if delivery.attempts > len(PAUSES):
        return _finish(delivery, DeliveryStatus.FAILED, error=error)
    again = {"claimed_until": None, "next_try_at": at + PAUSES[delivery.attempts - 1], "last_error": error[:500]}
    Delivery.objects.filter(id=delivery.id).update(**again)
    return None


def _finish(delivery: Delivery, status: DeliveryStatus, error: str = "", sent_at: datetime | None = None) -> None:
    """Record the end of it; a digest's contents share its fate."""
    rows = Delivery.objects.filter(Q(id=delivery.id) | Q(digest=delivery.id))
    rows.update(status=status, last_error=error[:500], sent_at=sent_at, claimed_until=None)


def _unwanted(delivery: Delivery, at: datetime) -> str:
    """Why nobody wants it any more; empty when it is wanted."""
    kind = KINDS[delivery.notification.kind] if delivery.notification else None
    if not delivery.user.is_active and not (kind and kind.to_banned and delivery.user.closed_at is None):
        return "the account is banned or closed"
    if delivery.channel == Channel.PUSH and delivery.device is None:
        return "the device is gone"
    if kind is None:
        return "" if letters.contents(delivery) else "all of it was read or switched off"
    if kind.always:
        return ""
    if delivery.notification.is_read:
        return "it was read"
    preferences = Preferences.objects.filter(user=delivery.user_id).first()
    if preferences and not (
        getattr(preferences, kind.preference or "email") and getattr(preferences, delivery.channel)
    ):
        return "it was switched off"
    return "it is too old" if at - delivery.created_at > TOO_OLD else ""


def _waits_for_absence(delivery: Delivery) -> bool:
    """A letter about what stands on the reader's screen waits until she has left it unread and gone."""
    notification = delivery.notification
    if delivery.channel != Channel.EMAIL or notification is None or KINDS[notification.kind].always:
        return False
    return bool(presence.online([delivery.user_id]))
