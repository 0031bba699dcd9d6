"""Mail and push servers, and the ways of a test to them."""

import pytest

from notifications import deliveries
from notifications.models import Delivery, Notification
from tests.fakes import fcm, smtp


@pytest.fixture
def mailbox(settings):
    """A real SMTP server that letters go to."""
    with smtp.server() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        yield mailbox


@pytest.fixture
def firebase(settings):
    with fcm.server() as firebase:
        settings.FCM = firebase.settings()
        yield firebase


def kinds(person) -> list[str]:
    """What this person was told, in order."""
    return list(Notification.objects.filter(user=person).order_by("created_at", "id").values_list("kind", flat=True))


def deliver_all(at=None) -> int:
    """Try everything that is due; how many have left."""
    ids = list(Delivery.objects.filter(status="pending").order_by("id").values_list("id", flat=True))
    return sum(deliveries.deliver(delivery_id, at) for delivery_id in ids)


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("status", flat=True))
