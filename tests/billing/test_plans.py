from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing import limits, services
from billing.checks import every_limit_is_counted
from billing.models import Feature, Plan, Subscription
from tests import factories
from tests.conftest import data


def test_the_plans_are_public_and_unlimited_is_minus_one(api):
    plans = data(api.get("/subscriptions/plans"))["plans"]

    assert [(plan["name"], plan["price_monthly"], plan["price_yearly"]) for plan in plans] == [
        ("FREE", 0, 0),
        ("PRO", 5000, 50000),
        ("BUSINESS", 15000, 150000),
    ]
    assert [plan["features"] for plan in plans] == [
        {"max_photos": photos, "max_responses_per_month": responses, "chat_access": chat,
         "profile_promotion": promotion, "analytics": analytics, "priority_support": promotion}
        for photos, responses, chat, promotion, analytics in (
            (5, 3, False, False, "none"), (20, 30, True, False, "basic"), (-1, -1, True, True, "advanced"),
        )
    ]  # fmt: skip


def test_whoever_never_bought_has_the_free_plan(model):
    subscription = data(model.get("/subscriptions/current"))["subscription"]

    assert subscription == {
        "plan": "FREE",
        "status": "active",
        "started_at": subscription["started_at"],
        "expires_at": None,
        "auto_renew": False,
        "billing_period": None,
        "usage": {
            "photos_uploaded": 0,
            "photos_limit": 5,
            "responses_sent": 0,
            "responses_limit": 3,
            "responses_bought": 0,
        },
    }
    assert subscription["started_at"][:19] == model.person.created_at.isoformat()[:19]


def test_grant_plan_holds_for_calendar_months(model, capsys):
    call_command("grant_plan", model.person.email.upper(), "pro", "--months", "2")

    subscription = data(model.get("/subscriptions/current"))["subscription"]
    assert (subscription["plan"], subscription["usage"]["responses_limit"]) == ("PRO", 30)
    assert data(model.get("/auth/me"))["user"]["subscription"]["plan"] == "PRO"
    assert "has PRO until" in capsys.readouterr().out


def test_granting_the_free_plan_ends_a_bought_one(model):
    call_command("grant_plan", model.person.email, "PRO", verbosity=0)
    call_command("grant_plan", model.person.email, "FREE", verbosity=0)

    assert data(model.get("/subscriptions/current"))["subscription"]["plan"] == "FREE"


@pytest.mark.parametrize(
    "arguments", [["nobody@example.kz", "PRO"], ["m@example.kz", "GOLD"], ["m@example.kz", "PRO", "--months", "0"]]
)
def test_grant_plan_names_what_is_wrong(db, arguments):
    factories.user(email="m@example.kz")

    with pytest.raises(CommandError):
        call_command("grant_plan", *arguments)


def test_a_month_is_a_calendar_month_and_ends_on_the_last_day_there_is(db):
    january = datetime(2031, 1, 31, 12, tzinfo=UTC)

    subscription = services.grant(user=factories.user(), plan=Plan.objects.get(name="PRO"), months=1, at=january)

    assert subscription.expires_at == datetime(2031, 2, 28, 12, tzinfo=UTC)


def test_a_plan_that_ran_out_is_free_again_from_its_end(db):
    user = factories.user()
    then = timezone.now() - timedelta(days=60)
    ended = services.grant(user=user, plan=Plan.objects.get(name="PRO"), at=then).expires_at

    now = limits.subscription_of(user)

    assert (now.plan.name, now.started_at, now.expires_at) == ("FREE", ended, None)
    assert limits.plan_of(user, at=then).name == "PRO"


def test_every_counted_feature_has_a_counter_and_the_check_names_one_without():
    assert every_limit_is_counted(None) == []

    counter = limits._counters.pop(Feature.RESPONSES)
    try:
        assert [error.id for error in every_limit_is_counted(None)] == ["billing.E001"]
    finally:
        limits.register(Feature.RESPONSES, counter)


def test_the_database_holds_one_default_plan_and_dates_for_a_bought_one(db):
    with pytest.raises(IntegrityError, match="plan_one_default"), transaction.atomic():
        Plan.objects.create(name="X", rank=9, price_monthly=1, price_yearly=1, is_default=True)
    with pytest.raises(IntegrityError, match="subscription_plan_has_dates"), transaction.atomic():
        Subscription.objects.create(user=factories.user(), plan=Plan.objects.get(name="PRO"))
