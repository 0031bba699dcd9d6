"""The day's letter of those who want one a day: what was held for them, in one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mwork import clock
from notifications import waking
from notifications.models import Channel, Delivery, DeliveryStatus

HOUR = 9  # Almaty's, from which on the day's letters are made
MOST = 5000  # people in one run; the next one takes the rest


def collect(at: datetime | None = None) -> int:
    """Write the day's letter for whoever has something held; returns how many. Safe to run twice and at once."""
    at = at or timezone.now()
    if at.astimezone(clock.ALMATY).hour < HOUR:
        return 0
    held = Delivery.objects.filter(status=DeliveryStatus.HELD, digest=None)
    done = Delivery.objects.filter(digest_day=clock.today(at)).values("user")
    people = held.exclude(user__in=done).order_by("user").values_list("user", flat=True).distinct()[:MOST]
    return sum(_collect(user_id, at) for user_id in list(people))


@transaction.atomic
def _collect(user_id: UUID, at: datetime) -> bool:
    """One letter a day: the unique day decides which of two workers makes it."""
    letter = Delivery(user_id=user_id, channel=Channel.EMAIL, digest_day=clock.today(at))
    Delivery.objects.bulk_create([letter], ignore_conflicts=True)
    if not Delivery.objects.filter(id=letter.id).exists():
        return False
    Delivery.objects.filter(user=user_id, status=DeliveryStatus.HELD, digest=None).update(digest=letter.id)
    waking.in_bulk([letter.id])
    return True
