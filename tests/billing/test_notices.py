"""Notices of money: granted once, refused with a reason, never lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from billing import settlement
from billing.models import Payment, PaymentEvent, PaymentStatus, Subscription
from billing.signals import payment_paid
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy_plan, current, notify, order, plan
from tests.conftest import Api, data
from tests.fakes import robokassa


def verdicts() -> list[str]:
    return list(PaymentEvent.objects.order_by("created_at", "id").values_list("verdict", flat=True))


def test_a_paid_order_is_granted_told_and_on_record(model, provider):
    started = plan(model)

    notice = provider.pay(started["payment_url"])
    assert notify(notice) == (200, f"OK{started['inv_id']}")

    payment = data(model.get(f"/payments/{started['payment_id']}"))["payment"]
    assert (payment["status"], payment["amount"], payment["order_id"]) == ("paid", 5000, f"order-{started['inv_id']}")
    assert payment["paid_at"]
    subscription = current(model)
    assert (subscription["plan"], subscription["auto_renew"], subscription["billing_period"]) == (
        "PRO",
        True,
        "monthly",
    )
    event = PaymentEvent.objects.get()
    assert (event.verdict, bytes(event.raw).decode()) == ("granted", robokassa.form(notice))
    told = Notification.objects.get()
    assert (told.user, told.type, told.data["amount"]) == (model.person, "payment", 5000)


def test_the_same_notice_again_is_acknowledged_and_does_nothing(model, provider):
    started = plan(model)
    notice = provider.pay(started["payment_url"])

    assert [notify(notice) for _ in range(3)] == [(200, f"OK{started['inv_id']}")] * 3

    assert verdicts() == ["granted", "repeated", "repeated"]
    assert Notification.objects.count() == 1
    assert Payment.objects.get().periods.count() == 1


@pytest.mark.parametrize("form", ["{}", "{}.0", "{}.00", "{}.000000"])
def test_the_sum_is_compared_as_a_number(model, provider, form):
    started = plan(model)

    assert notify(robokassa.notice(started["inv_id"], form.format(5000)))[0] == 200


def test_a_notice_may_come_in_the_query_and_in_lower_case(model, provider):
    started = plan(model)
    notice = provider.pay(started["payment_url"])
    notice["SignatureValue"] = notice["SignatureValue"].lower()

    answer = Client().get("/webhooks/robokassa/result", notice)

    assert (answer.status_code, answer.content.decode()) == (200, f"OK{started['inv_id']}")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert bytes(PaymentEvent.objects.get().raw).decode() == robokassa.form(notice)


def test_a_notice_may_come_as_a_multipart_form(model, provider):
    started = plan(model)

    answer = Client().post("/webhooks/robokassa/result", provider.pay(started["payment_url"]))

    assert answer.content.decode() == f"OK{started['inv_id']}"


WRONG = {
    "unsigned": ("malformed", lambda n: {**n, "SignatureValue": ""}),
    "signed by nobody": ("bad_signature", lambda n: {**n, "SignatureValue": "0" * 64}),
    "another sum under the same signature": ("bad_signature", lambda n: {**n, "OutSum": "1.00"}),
    "another order under the same signature": ("bad_signature", lambda n: {**n, "InvId": str(int(n["InvId"]) + 1)}),
    "signed with password 1": (
        "bad_signature",
        lambda n: robokassa.notice(n["InvId"], n["OutSum"], password=robokassa.PASSWORD_1),
    ),
    "signed with the test passwords": (
        "bad_signature",
        lambda n: robokassa.notice(n["InvId"], n["OutSum"], password=robokassa.TEST_PASSWORDS[1]),
    ),
    "signed for a wrong sum": ("wrong_sum", lambda n: robokassa.notice(n["InvId"], "4999.00")),
    "signed for a sum a hair off": ("wrong_sum", lambda n: robokassa.notice(n["InvId"], "5000.000001")),
    "another order's Shp added": ("bad_signature", lambda n: {**n, "Shp_more": "1"}),
    "Shp taken away": ("bad_signature", lambda n: {k: v for k, v in n.items() if not k.startswith("Shp_")}),
    "signed with another order's Shp": (
        "wrong_order",
        lambda n: robokassa.notice(n["InvId"], n["OutSum"], {"Shp_payment": "0" * 32}),
    ),
    "an unknown order": ("unknown_order", lambda n: robokassa.notice(2**62, n["OutSum"])),
    "no order at all": ("malformed", lambda n: {}),
    "a number that is none": ("malformed", lambda n: {**n, "InvId": "' OR 1=1"}),
    "a null byte": ("malformed", lambda n: {**n, "InvId": "1\x002x"}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_notice_that_is_not_in_order_changes_nothing_and_says_why(model, provider, wrong):
    verdict, change = WRONG[wrong]
    started = plan(model)

    status, text = notify(change(provider.pay(started["payment_url"])))

    event = PaymentEvent.objects.get()
    assert (status, event.verdict) == (400, verdict)
    assert text == event.reason != ""
    assert Payment.objects.get().status == "pending"
    assert current(model)["plan"] == "FREE"
    assert not Notification.objects.exists()


def test_a_json_notice_is_refused_by_its_type(model, provider):
    notice = provider.pay(plan(model)["payment_url"])

    answer = Client().post("/webhooks/robokassa/result", notice, content_type="application/json")

    assert answer.status_code == 415
    assert Payment.objects.get().status == "pending"


def test_a_notice_is_bounded(db, provider):
    assert notify({"OutSum": "1" * 70_000})[0] == 413
    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize("status", ["expired", "cancelled", "failed"])
def test_money_that_comes_late_is_honoured(model, provider, status):
    started = plan(model)
    Payment.objects.update(status=status)

    assert notify(provider.pay(started["payment_url"]))[0] == 200

    assert Payment.objects.get().status == "paid"
    assert current(model)["plan"] == "PRO"


def test_a_refunded_order_is_not_granted_again_by_a_late_repeat(model, provider):
    started = buy_plan(model, provider)
    settlement.refund(payment=Payment.objects.get(), reason="asked for")

    assert notify(robokassa.notice(started["inv_id"], "5000.00"))[0] == 200

    assert Payment.objects.get().status == "refunded"
    assert current(model)["plan"] == "FREE"


def test_money_for_what_has_gone_waits_for_staff(employer, provider):
    casting = factories.casting(of=employer.person.employer_profile)
    started = order(employer, product="promotion", days=7, casting_id=str(casting.id))
    employer.delete(f"/castings/{casting.id}")

    assert notify(provider.pay(started["payment_url"]))[0] == 200

    payment = Payment.objects.get()
    assert (payment.status, payment.needs_review, verdicts()) == ("paid", True, ["review"])


def test_a_notice_for_somebody_who_left_is_kept(model, provider):
    started = plan(model)
    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    assert notify(provider.pay(started["payment_url"]))[0] == 200

    payment = Payment.objects.get()
    assert (payment.status, payment.needs_review, verdicts()) == ("paid", True, ["review"])
    assert not Subscription.objects.get(user=model.person).auto_renew
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("&".join(f"a{n}=1" for n in range(1200)), "application/x-www-form-urlencoded"),
        ("OutSum=1", "application/x-www-form-urlencoded; charset=utf-16"),
        ("--x\r\nnothing", "multipart/form-data; boundary=x"),
        ("--", "multipart/form-data"),
    ],
)
def test_a_form_that_nobody_can_read_is_stored_and_refused(client, db, provider, body, content_type):
    answer = client.generic("POST", "/webhooks/robokassa/result", body.encode(), content_type=content_type)

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert (bytes(PaymentEvent.objects.get().raw), verdicts()) == (body.encode(), ["malformed"])


def test_a_query_is_stored_byte_for_byte(client, db, provider):
    client.get("/webhooks/robokassa/result", QUERY_STRING="a=\xff\xe9")

    assert bytes(PaymentEvent.objects.get().raw) == b"a=\xff\xe9"


@pytest.mark.django_db(transaction=True)
def test_what_fails_between_paid_and_granted_leaves_nothing_behind(plans, provider):
    """As if the process died there: the order is pending, and the provider's next notice is granted."""
    client = Api(factories.model().user)
    started = plan(client)
    notice = provider.pay(started["payment_url"])

    def die(**_):
        raise RuntimeError("in the middle")

    payment_paid.connect(die, dispatch_uid="tests.die")
    try:
        assert notify(notice)[0] == 500
    finally:
        payment_paid.disconnect(dispatch_uid="tests.die")

    assert (Payment.objects.get().status, verdicts()) == ("pending", ["received"])
    assert (current(client)["plan"], Notification.objects.count()) == ("FREE", 0)
    assert notify(notice) == (200, f"OK{started['inv_id']}")
    assert (current(client)["plan"], Notification.objects.count()) == ("PRO", 1)


@pytest.mark.django_db(transaction=True)
def test_a_connection_killed_between_paid_and_granted_leaves_nothing_behind(plans, provider):
    """What PostgreSQL itself makes of a process that is gone before its commit."""
    client = Api(factories.model().user)
    started = plan(client)
    notice = provider.pay(started["payment_url"])

    def cut_the_wire(**_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    payment_paid.connect(cut_the_wire, dispatch_uid="tests.cut")
    try:
        assert notify(notice)[0] >= 500
    finally:
        payment_paid.disconnect(dispatch_uid="tests.cut")
        connection.close()

    assert (Payment.objects.get().status, current(client)["plan"]) == ("pending", "FREE")
    assert notify(notice)[0] == 200
    assert current(client)["plan"] == "PRO"


def test_only_unsigned_notices_count_towards_the_rate(model, provider, settings):
    settings.RATES = {**settings.RATES, "webhook": (2, 60)}
    started = plan(model)
    notice = provider.pay(started["payment_url"])
    forged = {**notice, "SignatureValue": "0" * 64}

    assert [notify(forged)[0] for _ in range(3)] == [400, 400, 429]
    assert [notify(notice)[0] for _ in range(5)] == [200] * 5
    assert len(verdicts()) == 7


def test_without_a_merchant_nothing_can_be_paid_and_nothing_is_left_behind(model, settings):
    settings.ROBOKASSA = None

    answer = model.post("/payments/robokassa/init", {"product": "responses", "package": 10})

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert not Payment.objects.exists()
    assert notify({"OutSum": "1"})[0] == 503


def test_orders_expire_after_a_day_and_renewals_do_not(model, provider):
    old, fresh = plan(model), plan(model)
    Payment.objects.filter(inv_id=old["inv_id"]).update(created_at=timezone.now() - timedelta(hours=24))

    assert settlement.expire_orders() == 1

    assert dict(Payment.objects.values_list("inv_id", "status")) == {
        old["inv_id"]: PaymentStatus.EXPIRED,
        fresh["inv_id"]: PaymentStatus.PENDING,
    }
