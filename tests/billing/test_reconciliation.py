"""Orders whose notice did not come: asked about, and settled as a notice would."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing import reconciliation, settlement
from billing.models import Payment, PaymentEvent, Subscription
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy, current, notify, order, plan
from tests.conftest import Api
from tests.races import at_once

LATER = timedelta(minutes=11)


def test_a_payment_without_a_notice_is_found_and_granted_once(model, provider):
    started = plan(model)
    notice = provider.pay(started["payment_url"])

    first = reconciliation.reconcile(timezone.now() + LATER)
    assert first == {"asked": 1, "settled": 1, "declined": 0, "unreachable": 0}
    assert reconciliation.reconcile(timezone.now() + LATER)["asked"] == 0
    assert notify(notice)[0] == 200

    assert current(model)["plan"] == "PRO"
    assert list(PaymentEvent.objects.order_by("id").values_list("kind", "verdict")) == [
        ("state", "granted"),
        ("notice", "repeated"),
    ]
    assert Notification.objects.count() == 1


def test_a_young_order_is_left_alone(model, provider):
    provider.pay(plan(model)["payment_url"])

    assert reconciliation.reconcile(timezone.now() + timedelta(minutes=9))["asked"] == 0
    assert provider.asked == 0


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (5, "pending"),
        (10, "cancelled"),
        (20, "pending"),
        (50, "pending"),
        (60, "failed"),
        (80, "pending"),
        (100, "paid"),
    ],
)
def test_every_state_has_its_status(model, provider, state, status):
    inv_id = provider.open(plan(model)["payment_url"])
    provider.operations[inv_id].state = state

    reconciliation.reconcile(timezone.now() + LATER)

    assert Payment.objects.get().status == status


def test_an_order_the_buyer_never_opened_stays_pending(model, provider):
    plan(model)

    assert reconciliation.reconcile(timezone.now() + LATER)["asked"] == 1
    assert Payment.objects.get().status == "pending"
    assert not PaymentEvent.objects.exists()


def test_another_sum_is_not_settled_but_on_record(model, provider):
    inv_id = provider.open(plan(model)["payment_url"])
    provider.operations[inv_id].state, provider.operations[inv_id].out_sum = 100, "1.00"

    assert reconciliation.reconcile(timezone.now() + LATER)["settled"] == 0

    assert Payment.objects.get().status == "pending"
    assert PaymentEvent.objects.get().verdict == "wrong_sum"


def test_an_absent_provider_is_asked_again_later(model, provider):
    provider.pay(plan(model)["payment_url"])
    provider.is_down = True
    now = timezone.now() + LATER

    assert reconciliation.reconcile(now)["unreachable"] == 1
    provider.is_down = False
    assert reconciliation.reconcile(now + timedelta(minutes=1))["asked"] == 0
    assert reconciliation.reconcile(now + timedelta(minutes=6))["settled"] == 1


def test_an_order_that_expired_with_its_notice_lost_is_still_asked_about(model, provider):
    provider.pay(plan(model)["payment_url"])
    later = timezone.now() + timedelta(hours=25)
    settlement.expire_orders(later)

    assert reconciliation.reconcile(later)["settled"] == 1
    assert current(model)["plan"] == "PRO"


def test_the_command_asks_now_whenever_the_job_did(model, provider, capsys):
    started = plan(model)
    now = timezone.now() + LATER
    reconciliation.reconcile(now)
    provider.pay(started["payment_url"])

    call_command("reconcile_payments", "--older-than", "0")

    assert capsys.readouterr().out.startswith("1 asked, 1 settled")


def test_another_sum_is_recorded_once_however_often_it_is_asked(model, provider):
    inv_id = provider.open(plan(model)["payment_url"])
    provider.operations[inv_id].state, provider.operations[inv_id].out_sum = 100, "1.00"

    for minutes in range(11, 60, 6):
        reconciliation.reconcile(timezone.now() + timedelta(minutes=minutes))

    assert PaymentEvent.objects.count() == 1


def test_nobody_at_the_providers_address_is_no_crash(model, provider, settings):
    plan(model)
    merchant = {**provider.settings()["merchant"], "service_url": "http://127.0.0.1:1"}
    settings.ROBOKASSA = provider.settings(merchant=merchant)

    assert reconciliation.reconcile(timezone.now() + LATER)["unreachable"] == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_settle_once(plans, provider):
    client = Api(factories.model().user)
    provider.pay(plan(client)["payment_url"])
    now = timezone.now() + LATER

    counts = at_once(10, lambda _: reconciliation.reconcile(now))

    assert sum(count["settled"] for count in counts) == 1
    assert Payment.objects.get().periods.count() == 1


def test_refund_payment_takes_back_unused_responses_and_says_so(model, provider, capsys):
    started = buy(model, provider, product="responses", package=10)
    for _ in range(5):
        model.post(f"/castings/{factories.casting().id}/responses", {})

    call_command("refund_payment", started["order_id"], "--reason", "asked for")

    assert capsys.readouterr().out.strip() == (
        f"{started['order_id']} is refunded: asked for (taken back: 8 of 10 responses)."
    )
    assert Subscription.objects.get(user=model.person).responses_bought == 0
    told = Notification.objects.filter(user=model.person).order_by("id")
    assert [row.kind for row in told] == ["payment_paid", "payment_refunded"]


@pytest.mark.parametrize(
    ("order_id", "reason", "said"),
    [
        ("order-99999999", "x", "There is no order order-99999999"),
        ("x", "x", "There is no order x"),
        ("pending", "x", "Only a paid order can be refunded|Вернуть можно"),
        ("paid", " ", "--reason must say why"),
        ("paid", "x" * 2001, "2000"),
    ],
)
def test_refund_payment_says_what_is_wrong(model, provider, order_id, reason, said):
    orders = {
        "pending": order(model, product="responses", package=10)["order_id"],
        "paid": buy(model, provider, product="responses", package=10)["order_id"],
    }

    with pytest.raises(CommandError, match=said):
        call_command("refund_payment", orders.get(order_id, order_id), "--reason", reason)
