"""What subscribers are told before they are charged, and the link of those who cannot be."""

from datetime import timedelta

import pytest

from billing import renewals
from billing.models import Payment
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy_plan, current, ends, notify, told
from tests.conftest import Api

DAY = timedelta(days=1)


def test_everybody_is_reminded_although_many_were_before(db, provider):
    clients = [Api(factories.model().user) for _ in range(3)]
    for client in clients:
        buy_plan(client, provider)
    now = ends(clients[0]) - DAY

    assert renewals.remind(now, most=2) == 2
    assert renewals.remind(now, most=2) == 1


def test_whoever_is_charged_is_told_before_and_after(subscriber, provider):
    end = ends(subscriber)

    assert [renewals.remind(end - days * DAY) for days in (4, 3, 2, 1)] == [0, 1, 0, 0]
    renewals.renew(end - DAY)
    notify(provider.finish(Payment.objects.get(attempt=1).inv_id))

    assert told() == ["plan_charged_soon", "payment_paid"]
    assert Notification.objects.first().data["amount"] == 5000


def test_without_the_right_to_charge_a_reminder_brings_a_link_to_pay(model, provider, settings, client):
    settings.ROBOKASSA = provider.settings(recurring=False)
    buy_plan(model, provider)
    end = ends(model)
    assert current(model)["auto_renew"] is False

    assert renewals.renew(end) == 0
    assert renewals.remind(end - DAY) == 1

    reminder = Notification.objects.get(kind="plan_ends_soon")
    address = reminder.data["link"].removeprefix(settings.PUBLIC_URL)
    assert "5,000 ₸" in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    answer = client.post(address)
    assert answer.status_code == 302
    notify(provider.pay(answer["Location"]))
    assert ends(model) > end + 27 * DAY


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00"])
def test_a_link_that_is_not_ours_leads_nowhere(client, db, token):
    for answer in (client.get("/renew", {"token": token}), client.post("/renew", {"token": token})):
        assert answer.status_code == 404
    assert not Payment.objects.exists()
