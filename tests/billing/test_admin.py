"""Money in the admin: read only, decided with a reason that stays on record."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from billing import revenue
from billing.models import Payment, PaymentEvent
from mwork import clock
from tests import factories
from tests.billing.conftest import buy, buy_plan, current, plan
from tests.conftest import Api


@pytest.fixture
def desk(client, db):
    """A browser of a superuser's."""
    client.force_login(factories.user(role=Role.ADMIN, is_superuser=True))
    return client


def decide(desk, action: str, payment: Payment, **form):
    return desk.post(
        "/admin/billing/payment/", {"action": action, "_selected_action": str(payment.id), **form}, follow=True
    )


def test_a_refund_asks_for_a_reason_and_stays_on_record(desk, model, provider):
    buy_plan(model, provider)
    payment = Payment.objects.get()

    asked = decide(desk, "refund", payment)
    assert payment.order_id in asked.content.decode()
    payment.refresh_from_db()
    assert payment.status == "paid"

    decide(desk, "refund", payment, reason="The buyer asked for it")

    payment.refresh_from_db()
    assert (payment.status, current(model)["plan"]) == ("refunded", "FREE")
    event = PaymentEvent.objects.get(kind="by_hand")
    assert event.reason.startswith("The buyer asked for it (taken back: ")
    assert event.actor == LogEntry.objects.get().user


def test_an_order_whose_money_was_seen_is_settled_by_hand(desk, model, provider):
    plan(model)

    decide(desk, "settle_by_hand", Payment.objects.get(), reason="In the bank statement of 24 November")

    assert (Payment.objects.get().status, current(model)["plan"]) == ("paid", "PRO")
    event = PaymentEvent.objects.get()
    assert (event.verdict, event.reason) == ("granted", "In the bank statement of 24 November")


def test_what_can_not_be_decided_is_said(desk, model, provider):
    plan(model)

    page = decide(desk, "refund", Payment.objects.get(), reason="x")

    assert page.context["messages"]
    assert Payment.objects.get().status == "pending"


def test_staff_without_the_right_decide_nothing(client, model, provider):
    buy_plan(model, provider)
    client.force_login(factories.user(role=Role.ADMIN))

    assert decide(client, "refund", Payment.objects.get(), reason="x").status_code == 403
    assert Payment.objects.get().status == "paid"


@pytest.mark.parametrize("rows", ["payment", "paymentevent", "subscription", "boughtresponses"])
def test_money_is_read_only(desk, model, provider, rows):
    buy_plan(model, provider)
    buy(model, provider, product="responses", package=10)

    page = desk.get(f"/admin/billing/{rows}/")
    found = page.context["cl"].queryset.first()
    opened = desk.get(f"/admin/billing/{rows}/{found.pk}/change/")

    assert (page.status_code, opened.status_code) == (200, 200)
    assert desk.get(f"/admin/billing/{rows}/add/").status_code == 403
    assert desk.post(f"/admin/billing/{rows}/{found.pk}/change/", {}).status_code == 403
    assert desk.post(f"/admin/billing/{rows}/{found.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("rows", ["payment", "paymentevent", "subscription", "boughtresponses"])
def test_a_list_costs_the_same_whatever_its_length(desk, provider, rows):
    costs = []
    for people in (2, 5):
        for _ in range(people):
            client = Api(factories.model().user)
            buy_plan(client, provider)
            buy(client, provider, product="responses", package=10)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/admin/billing/{rows}/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_revenue_comes_from_one_query(desk, model, provider, django_assert_num_queries):
    buy_plan(model, provider)
    buy(model, provider, product="responses", package=10)
    refunded = Payment.objects.get(product="responses")
    buy(model, provider, product="responses", package=20)
    decide(desk, "refund", refunded, reason="x")

    with django_assert_num_queries(1):
        (month,) = revenue.by_month()

    assert month["month"] == clock.today().replace(day=1)
    assert {name: value for name, value in month.items() if name != "month"} == {
        "subscription_sum": 5000, "responses_sum": 1790, "promotion_sum": 0,
        "total": 6790, "refunded": 990, "orders": 3,
    }  # fmt: skip
    page = desk.get("/admin/billing/payment/revenue/", headers={"Accept-Language": "en"}).content.decode()
    assert f"<td>{clock.today():%Y-%m}</td><td><b>6,790</b></td>" in page
