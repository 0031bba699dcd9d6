"""Telling sockets: whoever is online when something was told hears of it at once."""

from functools import partial
from uuid import UUID

from django.db import transaction

from chat import presence
from mwork import realtime
from notifications.models import Notification
from notifications.serializers import NotificationSerializer


def after_commit(notification_ids: list[UUID], user_ids: list[UUID]) -> None:
    """Send these notifications of these users to their sockets once the present transaction has committed."""
    if notification_ids:
        transaction.on_commit(partial(_push, notification_ids, user_ids), robust=True)


def _push(notification_ids: list[UUID], user_ids: list[UUID]) -> None:
    """`{"type": "notification", "notification", "unread_count"}` to each; nobody online costs no query."""
    online = presence.online(user_ids)
    if not online:
        return
    rows = Notification.objects.filter(id__in=notification_ids, user__in=online).select_related("user__inbox")
    for row in rows:
        data = {"notification": NotificationSerializer(row).data, "unread_count": row.user.inbox.unread}
        realtime.push(row.user_id, "notification", data)
