"""Paid time: started, extended, upgraded with the unused worth converted, cancelled, run out, taken back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis
import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing import limits, periods, services, settlement
from billing.models import PaidPeriod, Payment, PaymentEvent, Plan, Subscription
from mwork import clock
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy_plan, current
from tests.conftest import data, error

START = datetime(2030, 4, 1, 9, tzinfo=UTC)  # April has 30 days, May 31
DAY = timedelta(days=1)


def paid(user, plan: str, period: str = "monthly", at: datetime = START) -> Payment:
    """An order of this plan, paid at this moment."""
    plan = Plan.objects.get(name=plan)
    payment = Payment.objects.create(
        user=user, product="subscription", plan=plan, billing_period=period, amount=plan.price(period),
        is_recurring=True,
    )  # fmt: skip
    assert settlement.settle(payment, PaymentEvent(kind="notice", raw=b""), at)
    payment.refresh_from_db()
    return payment


def stretches(user) -> list[tuple]:
    rows = PaidPeriod.objects.filter(subscription__user=user).order_by("starts_at")
    return [((row.ends_at - row.starts_at) / DAY, row.value, row.plan.name) for row in rows]


@pytest.fixture
def user(db):
    return factories.user()


def test_a_first_payment_starts_now_for_a_calendar_month(user):
    paid(user, "PRO", at=datetime(2031, 1, 31, 9, tzinfo=UTC))

    subscription = user.subscription
    assert (subscription.plan.name, subscription.auto_renew) == ("PRO", True)
    assert subscription.expires_at == datetime(2031, 2, 28, 9, tzinfo=UTC)


def test_the_same_plan_goes_on_from_its_end(user):
    paid(user, "PRO")
    paid(user, "PRO", "yearly", at=START + 10 * DAY)

    assert user.subscription.expires_at == datetime(2031, 5, 1, 9, tzinfo=UTC)
    assert user.subscription.started_at == START
    assert stretches(user) == [(30, 5000, "PRO"), (365, 50000, "PRO")]


def test_an_upgrade_starts_at_once_and_turns_the_unused_worth_into_days(user):
    paid(user, "PRO")
    paid(user, "BUSINESS", at=START + 10 * DAY)

    # 20 of 30 days of 5 000 ₸ are 3 333 ₸; at 15 000 ₸ for the 30 days from 11 April that is 6.67 days, so 7.
    subscription = user.subscription
    assert (subscription.plan.name, subscription.started_at) == ("BUSINESS", START + 10 * DAY)
    assert subscription.expires_at == START + 10 * DAY + 30 * DAY + 7 * DAY
    assert stretches(user) == [(10, 1667, "PRO"), (30, 15000, "BUSINESS"), (7, 3333, "BUSINESS")]


def test_an_upgrade_converts_every_unused_stretch(user):
    paid(user, "PRO")
    paid(user, "PRO", "yearly")
    paid(user, "BUSINESS", "yearly", at=START + 15 * DAY)

    # 2 500 ₸ of April and the whole year's 50 000 ₸, at 150 000 ₸ for 365 days: 127.75 days, so 128.
    assert user.subscription.expires_at == START + 15 * DAY + 365 * DAY + 128 * DAY
    assert sum(value for _, value, _ in stretches(user)) == 205_000


def test_what_staff_gave_is_worth_nothing_in_an_upgrade(user):
    services.grant(user=user, plan=Plan.objects.get(name="PRO"), at=START)
    paid(user, "BUSINESS", at=START + DAY)

    user.subscription.refresh_from_db()
    assert user.subscription.expires_at == clock.add_months(START + DAY, 1)


def test_a_lower_plan_paid_late_becomes_days_of_the_higher_one(user):
    order = Payment.objects.create(
        user=user, product="subscription", plan=Plan.objects.get(name="PRO"), billing_period="monthly", amount=5000
    )
    paid(user, "BUSINESS")
    settlement.settle(order, PaymentEvent(kind="notice", raw=b""), START + DAY)

    # 5 000 ₸ at 15 000 ₸ for the 31 days of May: 10.33 days, so 11.
    assert user.subscription.plan.name == "BUSINESS"
    assert user.subscription.expires_at == START + 30 * DAY + 11 * DAY


@given(
    value=st.integers(1, 500_000),
    whole=st.integers(1, 400 * 86_400_000_000).map(lambda ticks: timedelta(microseconds=ticks)),
    used=st.floats(0, 1),
    price=st.integers(1, 500_000),
    days=st.integers(28, 366),
)
def test_an_upgrade_is_never_to_the_users_loss(value, whole, used, price, days):
    unused = whole - whole * used

    tenge = periods.worth(value, unused, whole)
    bought = periods.days_for(tenge, price, days)

    # Whole tenge, less than one below the exact worth; whole days, worth at least that and less than one day more.
    assert tenge * whole <= value * unused < (tenge + 1) * whole
    assert 0 <= tenge <= value
    assert tenge * days <= bought * price < tenge * days + price


@given(st.lists(st.integers(0, 100_000), max_size=8), st.integers(1, 200_000), st.integers(28, 366))
def test_several_worths_become_what_their_sum_becomes(worths, price, days):
    each = periods.conversion(worths, price, days)

    assert sum(each) == periods.days_for(sum(worths), price, days)
    assert all(count >= 0 for count in each)


@given(history=st.data())
@hypothesis.settings(max_examples=40, deadline=None)
@pytest.mark.django_db
def test_any_history_of_purchases_keeps_every_tenge_and_leaves_no_gap(history):
    with transaction.atomic():
        person, at, spent = factories.user(), START, 0
        for _ in range(history.draw(st.integers(1, 5))):
            at += history.draw(st.timedeltas(timedelta(0), timedelta(days=200)))
            name = history.draw(st.sampled_from(["PRO", "BUSINESS"]))
            period = history.draw(st.sampled_from(["monthly", "yearly"]))
            spent += paid(person, name, period, at).amount
            now = Subscription.objects.get(user=person)
            assert now.expires_at > at
            assert now.is_in_force(at)
        rows = list(PaidPeriod.objects.filter(subscription__user=person).order_by("starts_at"))
        assert sum(row.value for row in rows) == spent
        assert rows[-1].ends_at == now.expires_at
        running = [row for row in rows if row.ends_at > now.started_at]
        assert all(one.ends_at == other.starts_at for one, other in pairwise(running))
        transaction.set_rollback(True)


def test_cancelling_keeps_the_plan_until_its_end(model, provider):
    buy_plan(model, provider)

    answers = [data(model.post("/subscriptions/cancel"))["subscription"] for _ in range(2)]

    assert answers[0] == answers[1] == current(model)
    assert (answers[0]["plan"], answers[0]["status"], answers[0]["auto_renew"]) == ("PRO", "active", False)


def test_there_is_nothing_to_cancel_on_the_free_plan(model, provider):
    error(model.post("/subscriptions/cancel"), 409, "INVALID_STATE")


def test_a_plan_that_ran_out_drops_to_free_once_and_says_so(model, provider):
    buy_plan(model, provider)
    after = (timezone.now() + timedelta(days=40)).isoformat()
    Notification.objects.all().delete()

    for _ in range(2):
        call_command("expire_subscriptions", "--now", after, verbosity=0)

    found = current(model)
    assert (found["plan"], found["status"], found["expires_at"], found["auto_renew"]) == (
        "FREE",
        "expired",
        None,
        False,
    )
    assert [row.kind for row in Notification.objects.all()] == ["plan_ended"]


def test_nothing_is_deleted_when_a_plan_ends_and_new_photos_are_refused(model, provider):
    buy_plan(model, provider)
    for _ in range(7):
        factories.photo(profile=model.person.model_profile)

    services.expire(timezone.now() + timedelta(days=40))

    assert current(model)["usage"]["photos_uploaded"] == 7
    with pytest.raises(limits.LimitReached):
        limits.check(model.person, limits.Feature.PHOTOS)


def test_a_refund_takes_back_the_unused_time(user):
    payment = paid(user, "PRO")

    settlement.refund(payment=payment, reason="asked for", at=START + 10 * DAY)

    user.subscription.refresh_from_db()
    assert (user.subscription.plan, user.subscription.expires_at) == (None, START + 10 * DAY)
    assert PaymentEvent.objects.filter(kind="by_hand").get().reason == "asked for (taken back: 20 days of the plan)"


def test_a_refund_of_one_of_two_moves_the_other_up(user):
    first = paid(user, "PRO")
    paid(user, "PRO", "yearly", at=START + DAY)

    settlement.refund(payment=first, reason="asked for", at=START + 10 * DAY)

    user.subscription.refresh_from_db()
    assert user.subscription.expires_at == START + 10 * DAY + 365 * DAY
    assert stretches(user) == [(10, 1667, "PRO"), (365, 50000, "PRO")]


def test_a_refund_of_what_was_converted_takes_back_the_days_it_became(user):
    old = paid(user, "PRO")
    paid(user, "BUSINESS", at=START + 10 * DAY)

    settlement.refund(payment=old, reason="asked for", at=START + 12 * DAY)

    user.subscription.refresh_from_db()
    assert user.subscription.expires_at == START + 10 * DAY + 30 * DAY
    assert user.subscription.plan.name == "BUSINESS"


def test_a_refund_of_used_time_takes_back_nothing(user):
    old = paid(user, "PRO")
    paid(user, "PRO", at=START + 60 * DAY)
    end = Subscription.objects.get(user=user).expires_at

    settlement.refund(payment=old, reason="late", at=START + 61 * DAY)

    assert Subscription.objects.get(user=user).expires_at == end


def test_a_refund_of_the_card_that_renews_stops_renewing(user):
    payment = paid(user, "PRO", "yearly")
    paid(user, "PRO", at=START + DAY)
    Subscription.objects.filter(user=user).update(mother=payment)

    settlement.refund(payment=payment, reason="asked for", at=START + 2 * DAY)

    user.subscription.refresh_from_db()
    assert (user.subscription.auto_renew, user.subscription.mother) == (False, None)


def test_closing_the_account_stops_renewing_and_keeps_the_money_rows(model, provider):
    buy_plan(model, provider)

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    subscription = Subscription.objects.get(user=model.person)
    assert (subscription.auto_renew, subscription.mother) == (False, None)
    assert Payment.objects.get().status == "paid"
