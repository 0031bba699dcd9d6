"""Writing notifications."""

from notifications.kinds import KINDS
from notifications.models import Notification


def tell(*, user, kind: str, **data) -> Notification:
    """A row for this user, in the transaction of what it tells. `data` fills the kind's texts."""
    return Notification.objects.create(user=user, type=KINDS[kind].type, kind=kind, data=data)


def erase(*, user) -> None:
    """Forget what a closed account was told."""
    Notification.objects.filter(user=user).delete()
