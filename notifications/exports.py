"""What a person is given of what lies here: accounts.exporting."""

from accounts.exporting import row, section
from notifications.models import Delivery, Device, Inbox, Notification, Preferences

OTHERS = ("name",)  # what a notification's data holds of somebody else
PREFERENCES = (
    "new_casting", "new_response", "response_status_change", "new_message", "casting_reminder", "email", "push",
    "digest",
)  # fmt: skip


@section("notifications", Notification, Inbox)
def notifications(user):
    rows = user.notifications.order_by("id").values("id", "type", "kind", "data", "is_read", "created_at")
    for told in rows:
        yield {**told, "data": {name: value for name, value in told["data"].items() if name not in OTHERS}}


@section("notification_preferences", Preferences)
def preferences(user):
    return row(Preferences.objects.filter(user=user), *PREFERENCES)


@section("devices", Device)
def devices(user):
    return user.devices.order_by("id").values("id", "platform", "token", "created_at")


@section("deliveries", Delivery)
def deliveries(user):
    """Letters and pushes: when each was sent."""
    return user.deliveries.order_by("id").values("notification_id", "channel", "status", "created_at", "sent_at")
