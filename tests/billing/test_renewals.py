"""Renewals against the provider's real server: once per period, three tries, never a second charge in doubt."""

from datetime import UTC, timedelta

import pytest
from django.core.management import CommandError, call_command

from billing import reconciliation, renewals, services, settlement
from billing.models import Payment, PaymentEvent, Plan, Renewal, Subscription
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy_plan, current, ends, notify, order, told
from tests.conftest import Api, data
from tests.races import at_once

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def charges() -> list[tuple]:
    return list(Payment.objects.filter(renewal__isnull=False).order_by("attempt").values_list("attempt", "status"))


def test_a_card_is_charged_a_day_before_the_end_and_the_plan_goes_on(subscriber, provider):
    end = ends(subscriber)

    assert renewals.renew(end - DAY - HOUR) == 0
    assert renewals.renew(end - DAY) == 1
    assert charges() == [(1, "pending")]
    child = Payment.objects.get(renewal__isnull=False)
    mother = Payment.objects.get(renewal=None)
    assert provider.charges[0]["PreviousInvoiceID"] == str(mother.inv_id)
    assert provider.charges[0]["Shp_payment"] == child.id.hex

    notice = provider.finish(child.inv_id)
    assert [notify(notice)[0] for _ in range(2)] == [200, 200]

    subscription = Subscription.objects.get(user=subscriber.person)
    assert (subscription.expires_at - end).days in (28, 29, 30, 31)
    assert (subscription.auto_renew, subscription.mother, subscription.grace_until) == (True, mother, None)
    assert Renewal.objects.get().status == "paid"
    assert told() == ["payment_paid"]
    assert renewals.renew(end) == 0


def test_renewing_twice_charges_once(subscriber, provider):
    end = ends(subscriber)

    assert [renewals.renew(end - DAY), renewals.renew(end - DAY), renewals.renew(end - HOUR)] == [1, 0, 0]
    assert len(provider.charges) == 1


def test_the_price_is_todays(subscriber, provider):
    Plan.objects.filter(name="PRO").update(price_monthly=6000)

    renewals.renew(ends(subscriber))

    assert provider.charges[0]["OutSum"] == "6000.00"


def test_declined_charges_are_tried_after_one_and_three_days_then_the_plan_is_free(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"] * 3
    first = end - DAY

    tried = [renewals.renew(first + hours * HOUR) for hours in (0, 23, 24, 25, 71, 72, 200)]

    assert tried == [1, 0, 1, 0, 0, 1, 0]
    assert charges() == [(1, "failed"), (2, "failed"), (3, "failed")]
    assert told() == ["renewal_declined", "renewal_declined", "renewal_failed", "plan_ended"]
    assert current(subscriber)["plan"] == "FREE"
    assert [bytes(event.raw) for event in PaymentEvent.objects.filter(kind="charge")] == [b"ERROR 34"] * 3


def test_the_plan_stays_in_force_while_a_try_is_open(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)
    renewals.renew(end)

    assert services.expire(end + HOUR) == 0
    assert Subscription.objects.get(user=subscriber.person).is_in_force(end + HOUR)

    notify(provider.finish(Payment.objects.get(attempt=2).inv_id))
    assert ends(subscriber) - end > 27 * DAY


def test_silence_is_declined_after_a_day_when_the_provider_knows_nothing(subscriber, provider):
    first = ends(subscriber) - DAY
    provider.answers = ["SILENT"]
    renewals.renew(first)

    assert reconciliation.reconcile(first + 23 * HOUR)["declined"] == 0
    assert charges() == [(1, "pending")]
    assert reconciliation.reconcile(first + 24 * HOUR)["declined"] == 1
    assert charges() == [(1, "failed")]
    assert renewals.renew(first + 24 * HOUR) == 1


def test_a_lost_answer_is_not_charged_again_but_asked_about(subscriber, provider):
    first = ends(subscriber) - DAY
    provider.is_down = True
    assert renewals.renew(first) == 1
    assert renewals.renew(first + HOUR) == 0
    assert PaymentEvent.objects.get(kind="charge").verdict == "undecided"
    provider.is_down = False
    counts = reconciliation.reconcile(first + 25 * HOUR)

    assert counts == {"asked": 1, "settled": 0, "declined": 1, "unreachable": 0}


def test_a_charge_whose_notice_is_lost_is_found_by_reconciliation(subscriber, provider):
    end = ends(subscriber)
    renewals.renew(end - DAY)
    provider.finish(Payment.objects.get(attempt=1).inv_id)

    assert reconciliation.reconcile(end)["settled"] == 1
    assert ends(subscriber) > end + 27 * DAY


def test_a_refused_charge_is_declined_by_its_state(subscriber, provider):
    end = ends(subscriber)
    renewals.renew(end - DAY)
    provider.operations[Payment.objects.get(attempt=1).inv_id].state = 60

    assert reconciliation.reconcile(end - DAY + HOUR)["declined"] == 1
    assert charges() == [(1, "failed")]


def test_a_charge_that_succeeds_after_it_was_declined_is_honoured(subscriber, provider):
    end = ends(subscriber)
    renewals.renew(end - DAY)
    child = Payment.objects.get(attempt=1)
    provider.operations[child.inv_id].state = 60
    reconciliation.reconcile(end - HOUR)

    notify(provider.finish(child.inv_id))

    assert ends(subscriber) > end + 27 * DAY
    assert renewals.renew(end) == 0


def test_a_cancelled_subscription_is_not_charged(subscriber, provider):
    end = ends(subscriber)
    data(subscriber.post("/subscriptions/cancel"))

    assert renewals.renew(end - DAY) == 0
    assert services.expire(end) == 1
    assert told() == ["plan_ended"]


def test_cancelling_between_two_tries_stops_the_second(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)
    data(subscriber.post("/subscriptions/cancel"))

    assert renewals.renew(end) == 0
    assert Renewal.objects.get().status == "stopped"


@pytest.mark.parametrize("absent", ["closed", "banned"])
def test_nobody_absent_is_charged_or_reminded(subscriber, provider, absent):
    end, mother = ends(subscriber), Payment.objects.get()
    if absent == "closed":
        subscriber.delete("/auth/me", {"password": factories.PASSWORD})
        Subscription.objects.update(mother=mother, auto_renew=True)  # whatever brought that back
    else:
        call_command("ban", subscriber.person.email, verbosity=0)

    assert renewals.renew(end - DAY) == 0
    assert renewals.remind(end - DAY) == 0


def test_one_that_cannot_be_charged_keeps_nobody_else(subscriber, employer, provider):
    """A plan whose price was taken away is not charged and not renewed; the others are."""
    buy_plan(employer, provider, "BUSINESS")
    Plan.objects.filter(name="BUSINESS").update(price_monthly=0)
    end = max(ends(subscriber), ends(employer))

    assert renewals.renew(end - DAY) == 1
    assert [charge["OutSum"] for charge in provider.charges] == ["5000.00"]
    assert current(employer)["auto_renew"] is False


@pytest.mark.parametrize("fault", ["is_down", "is_cut_off"])
def test_a_provider_that_does_not_answer_leaves_charges_to_be_decided(subscriber, provider, fault):
    first = ends(subscriber) - DAY
    setattr(provider, fault, True)

    assert renewals.renew(first) == 1
    assert reconciliation.reconcile(first + HOUR)["unreachable"] == 1
    assert [event.verdict for event in PaymentEvent.objects.filter(kind="charge")] == ["undecided"]


def test_a_job_stops_asking_a_provider_that_does_not_answer(db, provider):
    clients = [Api(factories.model().user) for _ in range(5)]
    for client in clients:
        buy_plan(client, provider)
    provider.is_down = True

    assert renewals.renew(ends(clients[-1]) - HOUR) == 3
    assert reconciliation.reconcile(ends(clients[-1]))["asked"] == 3


def test_a_charge_that_was_merely_begun_is_declined_after_a_day(subscriber, provider):
    first = ends(subscriber) - DAY
    renewals.renew(first)

    assert reconciliation.reconcile(first + 24 * HOUR)["declined"] == 1
    assert charges() == [(1, "failed")]


def test_a_charge_under_way_waits_until_the_grace_ends_and_is_recorded_once(subscriber, provider):
    end = ends(subscriber)
    renewals.renew(end - DAY)
    provider.operations[Payment.objects.get(attempt=1).inv_id].state = 50

    for hours in range(1, 100, 7):
        reconciliation.reconcile(end + hours * HOUR)
    assert charges() == [(1, "pending")]
    assert PaymentEvent.objects.filter(kind="state").count() == 1
    reconciliation.reconcile(end + 7 * DAY)
    assert charges() == [(1, "failed")]


def test_whoever_cancelled_is_not_told_of_another_try(subscriber, provider):
    end = ends(subscriber)
    renewals.renew(end - DAY)
    data(subscriber.post("/subscriptions/cancel"))
    provider.operations[Payment.objects.get(attempt=1).inv_id].state = 60
    reconciliation.reconcile(end)

    assert told() == []


def test_a_declined_card_is_replaced_by_the_next_payment(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)
    again = buy_plan(subscriber, provider)

    subscription = Subscription.objects.get(user=subscriber.person)
    assert (subscription.mother.inv_id, subscription.auto_renew) == (again["inv_id"], True)


def test_buying_again_after_cancelling_renews_again(subscriber, provider):
    data(subscriber.post("/subscriptions/cancel"))

    buy_plan(subscriber, provider)

    assert current(subscriber)["auto_renew"] is True


def test_a_lower_order_paid_late_is_no_leave_to_charge_for_the_higher_plan(model, provider):
    late = order(model, product="subscription", plan_name="PRO", billing_period="monthly")
    buy_plan(model, provider, "BUSINESS")
    data(model.post("/subscriptions/cancel"))

    notify(provider.pay(late["payment_url"]))

    subscription = Subscription.objects.get(user=model.person)
    assert (subscription.plan.name, subscription.auto_renew) == ("BUSINESS", False)
    assert subscription.mother.plan.name == "BUSINESS"


def test_a_renewal_that_was_stopped_by_hand_is_not_promised_again_by_a_refund(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)
    by_hand = buy_plan(subscriber, provider)
    settlement.refund(payment=Payment.objects.get(inv_id=by_hand["inv_id"]), reason="asked for")

    found = Subscription.objects.get(user=subscriber.person)
    assert (found.expires_at, found.auto_renew) == (end, False)


def test_a_refund_of_used_time_leaves_the_grace_alone(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)

    settlement.refund(payment=Payment.objects.get(renewal=None), reason="asked for", at=end + HOUR)

    assert Subscription.objects.get(user=subscriber.person).is_in_force(end + HOUR)


def test_cancelling_in_the_grace_ends_what_the_plan_promoted(employer, provider):
    buy_plan(employer, provider, "BUSINESS")
    casting = factories.casting(of=employer.person.employer_profile)
    data(employer.post(f"/castings/{casting.id}/promote"))
    end = ends(employer)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)
    casting.refresh_from_db()
    assert casting.promoted_until == end + 7 * DAY

    data(employer.post("/subscriptions/cancel"))

    casting.refresh_from_db()
    assert casting.promoted_until == end


def test_extending_by_hand_makes_the_renewal_needless(subscriber, provider):
    end = ends(subscriber)
    provider.answers = ["ERROR"]
    renewals.renew(end - DAY)
    buy_plan(subscriber, provider)

    assert renewals.renew(end) == 0
    assert Renewal.objects.get().status == "stopped"
    assert renewals.renew(ends(subscriber) - DAY) == 1
    assert provider.charges[-1]["PreviousInvoiceID"] == str(Payment.objects.order_by("inv_id")[2].inv_id)


def test_an_extension_asks_for_no_second_right_to_charge(subscriber, provider):
    again = order(subscriber, product="subscription", plan_name="PRO", billing_period="monthly")
    higher = order(subscriber, product="subscription", plan_name="BUSINESS", billing_period="monthly")

    assert "Recurring" not in again["payment_url"]
    assert "Recurring=true" in higher["payment_url"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["renew_subscriptions"], "1 charges sent."),
        (["expire_subscriptions"], "1 subscriptions have ended."),
        (["expire_orders", "--older-than", "5"], "1 orders have expired."),
        (["reconcile_payments", "--older-than", "5"], "1 asked, 0 settled, 0 declined, 0 unreachable."),
        (["send_reminders"], "0 reminders written."),
    ],
)
def test_every_job_is_a_command_over_another_moment(subscriber, provider, capsys, command, said):
    order(subscriber, product="responses", package=10)
    later = (ends(subscriber) + 2 * HOUR).astimezone(UTC).isoformat()

    call_command(*command, "--now", later)

    assert capsys.readouterr().out.strip() == said


@pytest.mark.django_db(transaction=True)
def test_ten_workers_renewing_at_once_charge_once(plans, provider):
    client = Api(factories.model().user)
    buy_plan(client, provider)
    moment = ends(client) - DAY

    assert sum(at_once(10, lambda _: renewals.renew(moment))) == 1
    assert len(provider.charges) == Renewal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_workers_reminding_and_expiring_at_once_tell_once(plans, provider):
    client = Api(factories.model().user)
    buy_plan(client, provider)
    end = ends(client)
    Notification.objects.all().delete()

    assert sum(at_once(10, lambda _: renewals.remind(end - DAY))) == 1
    assert sum(at_once(10, lambda _: services.expire(end + DAY))) == 1
    assert sorted(told()) == ["plan_charged_soon", "plan_ended"]


def test_the_clock_of_a_command_must_be_a_moment(db):
    with pytest.raises(CommandError, match="--now must be a moment"):
        call_command("renew_subscriptions", "--now", "tomorrow")
