"""The provider as a real server, and the ways of a test to it."""

from datetime import datetime

import pytest
from django.test import Client

from billing.models import Subscription
from notifications.models import Notification
from tests.conftest import data
from tests.fakes import robokassa


@pytest.fixture
def provider(settings):
    with robokassa.server() as server:
        settings.ROBOKASSA = server.settings()
        yield server


def notify(fields: dict[str, str]) -> tuple[int, str]:
    """Send a notice to the result address: the status and the text of the answer."""
    answer = Client(raise_request_exception=False).post(
        "/webhooks/robokassa/result", robokassa.form(fields), content_type="application/x-www-form-urlencoded"
    )
    return answer.status_code, answer.content.decode()


def order(client, **body) -> dict:
    """Start a payment over the API: its `payment_id, order_id, inv_id, amount, payment_url, status`."""
    return data(client.post("/payments/robokassa/init", body))


def plan(client, name: str = "PRO", period: str = "monthly") -> dict:
    return order(client, product="subscription", plan_name=name, billing_period=period)


def buy(client, provider, **body) -> dict:
    """Order, pay, and have the notice arrive: the order."""
    started = order(client, **body)
    assert notify(provider.pay(started["payment_url"])) == (200, f"OK{started['inv_id']}")
    return started


def buy_plan(client, provider, name: str = "PRO", period: str = "monthly") -> dict:
    return buy(client, provider, product="subscription", plan_name=name, billing_period=period)


def current(client) -> dict:
    return data(client.get("/subscriptions/current"))["subscription"]


@pytest.fixture
def subscriber(model, provider):
    """A model whose PRO month is paid with a card that may be charged again; nothing told yet."""
    buy_plan(model, provider)
    Notification.objects.all().delete()
    return model


def ends(client) -> datetime:
    return Subscription.objects.get(user=client.person).expires_at


def told() -> list[str]:
    return list(Notification.objects.order_by("created_at", "id").values_list("kind", flat=True))
