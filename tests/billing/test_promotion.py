"""Promotion by the plan and by the day."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from billing import services, settlement
from billing.models import Payment, Plan
from castings.models import Casting
from profiles import services as profile_services
from profiles.models import ModelProfile
from tests import factories
from tests.billing.conftest import buy
from tests.conftest import data, error

DAY = timedelta(days=1)


def left(row) -> timedelta:
    """The time of promotion that a row has left."""
    row.refresh_from_db()
    return row.promoted_until - timezone.now() if row.is_promoted else timedelta(0)


def about(days: float):
    return pytest.approx(days, abs=0.01)


@pytest.fixture
def profile(model):
    return model.person.model_profile


def business(client):
    call_command("grant_plan", client.person.email, "BUSINESS", verbosity=0)


def test_bought_days_promote_and_add_up(model, profile, provider):
    buy(model, provider, product="promotion", days=7)
    buy(model, provider, product="promotion", days=14)

    assert left(profile) / DAY == about(21)
    promoted = data(model.get("/profiles/models/promoted"))
    assert [row["id"] for row in promoted["models"]] == [str(profile.id)]


def test_a_casting_is_promoted_by_its_order(employer, provider):
    casting = factories.casting(of=employer.person.employer_profile)

    buy(employer, provider, product="promotion", days=30, casting_id=str(casting.id))

    assert left(casting) / DAY == about(30)
    assert data(employer.get(f"/castings/{casting.id}"))["casting"]["is_promoted"] is True


def test_the_plan_promotes_until_its_end(model, profile):
    business(model)
    address = f"/profiles/models/{profile.id}/promote"

    answers = [data(model.post(address))["model"] for _ in range(2)]

    profile.refresh_from_db()
    assert [answer["is_promoted"] for answer in answers] == [True, True]
    assert profile.promoted_until == model.person.subscription.expires_at


def test_a_plan_without_promotion_refuses(model, employer, profile):
    call_command("grant_plan", model.person.email, "PRO", verbosity=0)
    casting = factories.casting(of=employer.person.employer_profile)

    refusal = error(model.post(f"/profiles/models/{profile.id}/promote"), 403, "SUBSCRIPTION_LIMIT")
    error(employer.post(f"/castings/{casting.id}/promote"), 403, "SUBSCRIPTION_LIMIT")

    assert refusal["details"] == {"feature": ["profile_promotion"], "limit": [0], "used": [0], "plan": ["PRO"]}


def test_the_plan_promotes_five_castings(employer):
    business(employer)
    castings = [factories.casting(of=employer.person.employer_profile) for _ in range(6)]

    for casting in castings[:5]:
        data(employer.post(f"/castings/{casting.id}/promote"))
    refusal = error(employer.post(f"/castings/{castings[5].id}/promote"), 403, "SUBSCRIPTION_LIMIT")
    assert refusal["details"]["limit"] == [5]

    assert employer.delete(f"/castings/{castings[0].id}/promote").status_code == 204
    assert employer.delete(f"/castings/{castings[0].id}/promote").status_code == 204
    data(employer.post(f"/castings/{castings[5].id}/promote"))
    assert Casting.objects.filter(is_promoted=True).count() == 5


def test_only_an_active_casting_is_promoted(employer):
    business(employer)
    draft = factories.casting(of=employer.person.employer_profile, status="draft")

    error(employer.post(f"/castings/{draft.id}/promote"), 409, "INVALID_STATE")


def test_bought_days_wait_while_the_plan_promotes(model, profile, provider):
    buy(model, provider, product="promotion", days=7)
    business(model)
    address = f"/profiles/models/{profile.id}/promote"

    data(model.post(address))
    whole = left(profile)
    assert whole == pytest.approx(model.person.subscription.expires_at - timezone.now() + 7 * DAY, abs=DAY / 100)

    model.delete(address)
    assert left(profile) / DAY == about(7)
    data(model.post(address))
    assert left(profile) == pytest.approx(whole, abs=DAY / 100)


def test_promotion_by_the_plan_ends_and_grows_with_it(model, profile, provider):
    business(model)
    data(model.post(f"/profiles/models/{profile.id}/promote"))
    buy(model, provider, product="promotion", days=7)

    plan = Plan.objects.get(name="BUSINESS")
    longer = services.grant(user=model.person, plan=plan, months=3).expires_at
    profile.refresh_from_db()
    assert profile.plan_promoted_until == longer
    assert left(profile) / DAY == about((longer - timezone.now()) / DAY + 7)

    services.grant(user=model.person, plan=Plan.objects.get(is_default=True))
    assert left(profile) / DAY == about(7)


def test_a_refund_takes_back_unused_days_and_never_the_plans(model, profile, provider):
    buy(model, provider, product="promotion", days=7)
    buy(model, provider, product="promotion", days=14)
    first, second = Payment.objects.order_by("inv_id")
    ModelProfile.objects.update(promoted_until=timezone.now() + 10 * DAY)  # eleven days later

    settlement.refund(payment=second, reason="asked for")
    assert left(profile) == timedelta(0)

    business(model)
    data(model.post(f"/profiles/models/{profile.id}/promote"))
    settlement.refund(payment=first, reason="asked for")
    profile.refresh_from_db()
    assert profile.promoted_until == model.person.subscription.expires_at


def test_used_days_are_the_older_orders_and_a_refund_leaves_the_later_ones(model, profile, provider):
    buy(model, provider, product="promotion", days=7)
    buy(model, provider, product="promotion", days=14)
    first = Payment.objects.order_by("inv_id").first()
    ModelProfile.objects.update(promoted_until=timezone.now() + 13 * DAY)  # eight days later

    event = settlement.refund(payment=first, reason="asked for")

    assert event.reason == "asked for (taken back: 0 of 7 days of promotion)"
    assert left(profile) / DAY == about(13)


def test_the_job_takes_promotion_away_when_its_time_is_up(model, profile, provider):
    buy(model, provider, product="promotion", days=7)

    assert profile_services.end_promotions(timezone.now() + 6 * DAY) == 0
    assert profile_services.end_promotions(timezone.now() + 8 * DAY) == 1
    profile.refresh_from_db()
    assert (profile.is_promoted, profile.promoted_until) == (False, None)
