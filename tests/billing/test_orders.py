"""Orders: what may be bought, for the server's price, and where the browser comes back to."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command

from billing.models import Payment, Plan, ResponsePackage
from tests import factories
from tests.billing.conftest import buy, buy_plan, order
from tests.conftest import Api, data, error


def test_an_order_answers_where_to_pay(model, provider):
    started = order(model, product="subscription", plan_name="PRO", billing_period="yearly")

    query = parse_qs(urlsplit(started["payment_url"]).query)
    assert (query["OutSum"], query["InvId"]) == (["50000.00"], [str(started["inv_id"])])
    assert query["Recurring"] == ["true"]
    assert started == {
        "payment_id": started["payment_id"],
        "order_id": f"order-{started['inv_id']}",
        "inv_id": started["inv_id"],
        "amount": 50000,
        "payment_url": started["payment_url"],
        "status": "pending",
    }


def test_subscribing_answers_flat(model, provider):
    answer = data(model.post("/subscriptions", {"plan_name": "PRO", "billing_period": "monthly"}))

    assert set(answer) == {"payment_url", "order_id", "amount"}
    assert (answer["amount"], answer["order_id"]) == (5000, Payment.objects.get().order_id)


def test_the_addresses_of_one_product_do_the_same(model, provider):
    plan = data(model.post("/payments/robokassa/subscriptions", {"plan_name": "PRO", "billing_period": "monthly"}))
    responses = data(model.post("/payments/robokassa/responses", {"package": 20}))

    assert (plan["amount"], responses["amount"]) == (5000, 1790)
    assert set(plan) == set(responses)


@pytest.mark.parametrize(("package", "price"), [(10, 990), (20, 1790), (50, 3990)])
def test_packages_of_responses(model, provider, package, price):
    assert order(model, product="responses", package=package)["amount"] == price


@pytest.mark.parametrize(("days", "price"), [(7, 2000), (14, 3500), (30, 6000)])
def test_days_of_promotion(model, employer, provider, days, price):
    casting = factories.casting(of=employer.person.employer_profile)

    assert order(model, product="promotion", days=days)["amount"] == price
    assert order(employer, product="promotion", days=days, casting_id=str(casting.id))["amount"] == price


def test_the_price_is_that_of_the_row_and_an_order_keeps_it(model, provider):
    ResponsePackage.objects.filter(responses=10).update(price=1100)
    started = order(model, product="responses", package=10, amount=1, price=1)
    ResponsePackage.objects.filter(responses=10).update(price=5)

    payment = data(model.get(f"/payments/{started['payment_id']}"))["payment"]
    assert (started["amount"], payment["amount"]) == (1100, 1100)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "product"),
        ({"product": None}, "product"),
        ({"product": "car"}, "product"),
        ({"product": ["subscription"]}, "product"),
        ({"product": "subscription", "billing_period": "monthly"}, "plan_name"),
        ({"product": "subscription", "plan_name": "PRO"}, "billing_period"),
        ({"product": "subscription", "plan_name": "PRO", "billing_period": "weekly"}, "billing_period"),
        ({"product": "subscription", "plan_name": "FREE", "billing_period": "monthly"}, "plan_name"),
        ({"product": "subscription", "plan_name": "GOLD", "billing_period": "monthly"}, "plan_name"),
        ({"product": "responses"}, "package"),
        ({"product": "responses", "package": 11}, "package"),
        ({"product": "promotion"}, "days"),
        ({"product": "promotion", "days": 8}, "days"),
        ({"product": "promotion", "days": 7, "casting_id": "x"}, "casting_id"),
    ],
)
def test_a_bad_order_names_the_field(model, provider, body, field):
    refusal = error(model.post("/payments/robokassa/init", body), 400, "VALIDATION_ERROR")

    assert list(refusal["details"]) == [field]
    assert not Payment.objects.exists()


def test_subscribing_to_the_free_plan_is_refused(model, provider):
    body = {"plan_name": "FREE", "billing_period": "monthly"}

    assert "plan_name" in error(model.post("/subscriptions", body), 400, "VALIDATION_ERROR")["details"]


def test_responses_are_for_models(employer, provider):
    body = {"product": "responses", "package": 10}

    error(employer.post("/payments/robokassa/init", body), 403, "PERMISSION_DENIED")
    error(employer.post("/payments/robokassa/responses", {}), 403, "PERMISSION_DENIED")


def test_promotion_is_for_what_is_ones_own(model, employer, provider):
    own = employer.person.employer_profile
    foreign, draft = factories.casting(), factories.casting(status="draft")
    final = factories.casting(of=own, status="completed")

    def ask(client, **body):
        return client.post("/payments/robokassa/init", {"product": "promotion", "days": 7, **body})

    error(ask(employer, casting_id=str(foreign.id)), 403, "PERMISSION_DENIED")
    error(ask(employer, casting_id=str(draft.id)), 404, "NOT_FOUND")
    error(ask(employer, casting_id=str(final.id)), 409, "INVALID_STATE")
    error(ask(employer), 403, "PERMISSION_DENIED")
    error(ask(Api(factories.user())), 409, "INVALID_STATE")


def test_a_lower_plan_waits_for_the_end_of_a_higher_one(model, provider):
    call_command("grant_plan", model.person.email, "BUSINESS", verbosity=0)

    body = {"plan_name": "PRO", "billing_period": "monthly"}
    error(model.post("/subscriptions", body), 409, "INVALID_STATE")


def test_a_plan_without_a_price_is_not_for_sale(model, provider):
    Plan.objects.filter(name="PRO").update(price_monthly=0)

    error(model.post("/subscriptions", {"plan_name": "PRO", "billing_period": "monthly"}), 400, "VALIDATION_ERROR")


def test_an_order_is_made_once_per_idempotency_key(model, provider):
    body = {"product": "responses", "package": 10}

    first, again = (
        data(model.post("/payments/robokassa/init", body, headers={"Idempotency-Key": "k"})) for _ in range(2)
    )

    assert first == again
    assert Payment.objects.count() == 1


def test_the_history_is_ones_own_newest_first(model, employer, provider):
    first = buy_plan(model, provider)
    second = order(model, product="responses", package=10)
    order(employer, product="subscription", plan_name="PRO", billing_period="monthly")

    page = data(model.get("/payments"))

    assert [row["order_id"] for row in page["payments"]] == [second["order_id"], first["order_id"]]
    assert page["payments"][1] == data(model.get(f"/payments/{first['payment_id']}"))["payment"]
    assert page["payments"][0]["paid_at"] is None
    error(employer.get(f"/payments/{first['payment_id']}"), 404, "NOT_FOUND")


def test_numbers_are_never_given_twice(model, provider):
    """Also not after an order that was rolled back with its transaction."""
    numbers = [order(model, product="responses", package=10)["inv_id"] for _ in range(3)]

    assert len(set(numbers)) == 3
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("where", ["success", "fail"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_browser_is_sent_to_the_client_and_nothing_changes(model, provider, client, settings, where, method):
    settings.ROBOKASSA_FRONTEND = {where: "https://app.example/paid?lang=ru"}
    started = order(model, product="responses", package=10)

    answer = getattr(client, method)(f"/api/v1/payments/robokassa/{where}", {"InvId": started["inv_id"], "OutSum": "1"})

    assert answer.status_code == 302
    assert answer["Location"] == f"https://app.example/paid?lang=ru&order_id={started['order_id']}"
    assert Payment.objects.get().status == "pending"


@pytest.mark.parametrize("number", ["", "x", "-1", "1" * 40, "١", "1&order_id=2"])
def test_a_strange_number_is_not_passed_on(client, db, settings, number):
    settings.ROBOKASSA_FRONTEND = {"success": "https://app.example/paid"}

    answer = client.get("/api/v1/payments/robokassa/success", {"InvId": number})

    assert (answer.status_code, answer["Location"]) == (302, "https://app.example/paid")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("&".join(f"a{n}=1" for n in range(1200)), "application/x-www-form-urlencoded"),
        ("InvId=1", "application/x-www-form-urlencoded; charset=utf-16"),
        ("--x\r\nnothing", "multipart/form-data; boundary=x"),
        ("--", "multipart/form-data"),
    ],
)
def test_a_form_that_nobody_can_read_is_refused(client, db, body, content_type):
    answer = client.generic("POST", "/api/v1/payments/robokassa/success", body.encode(), content_type=content_type)

    assert answer.status_code in (302, 400)


def test_a_query_of_too_many_parameters_is_refused(api):
    query = "&".join(f"a{n}=1" for n in range(1200))

    error(api.get(f"/subscriptions/plans?{query}"), 400, "VALIDATION_ERROR")


def test_bought_responses_are_used_after_the_months_and_come_back_when_withdrawn(model, provider):
    buy(model, provider, product="responses", package=10)
    castings = [factories.casting() for _ in range(5)]

    answers = [data(model.post(f"/castings/{casting.id}/responses", {}), 201)["response"] for casting in castings]

    def usage():
        found = data(model.get("/subscriptions/current"))["subscription"]["usage"]
        return found["responses_sent"], found["responses_limit"], found["responses_bought"]

    assert usage() == (3, 3, 8)
    model.delete(f"/responses/{answers[4]['id']}")
    assert usage() == (3, 3, 9)
    model.delete(f"/responses/{answers[0]['id']}")
    assert usage() == (2, 3, 9)
    data(model.post(f"/castings/{castings[0].id}/responses", {}), 201)
    assert usage() == (3, 3, 9)


def test_when_both_are_used_up_the_plan_refuses(model, provider):
    buy(model, provider, product="responses", package=10)
    for _ in range(13):
        data(model.post(f"/castings/{factories.casting().id}/responses", {}), 201)

    refusal = error(model.post(f"/castings/{factories.casting().id}/responses", {}), 403, "SUBSCRIPTION_LIMIT")

    assert refusal["details"] == {
        "feature": ["max_responses_per_month"],
        "limit": [3],
        "used": [3],
        "plan": ["FREE"],
    }
