from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import services as account_services
from billing import services as billing_services
from billing.models import Plan
from castings import services
from castings.models import Response, ResponseStatus
from mwork.api.errors import LimitReached
from tests import factories
from tests.conftest import Api, data, error

pytestmark = pytest.mark.django_db

BODY = {"message": "Здравствуйте!", "portfolio_links": ["https://portfolio.example.kz/a"]}


@pytest.fixture
def casting(employer):
    return factories.casting(of=employer.person.employer_profile)


def apply(client, casting, **body):
    return client.post(f"/castings/{casting.id}/responses", {**BODY, **body})


def test_apply_answers_the_response_and_counts_it(model, casting):
    made = data(apply(model, casting), 201)["response"]

    assert made == {
        "id": str(Response.objects.get().id),
        "casting_id": str(casting.id),
        **BODY,
        "status": "pending",
        "applied_at": made["applied_at"],
    }
    casting.refresh_from_db()
    assert casting.responses_count == 1


def test_an_empty_body_is_enough(model, casting):
    assert data(model.post(f"/castings/{casting.id}/responses"), 201)["response"]["message"] == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message", "x" * 2001),
        ("message", ["x"]),
        ("portfolio_links", ["ftp://example.kz"]),
        ("portfolio_links", ["javascript:alert(1)"]),
        ("portfolio_links", [f"https://example.kz/{n}" for n in range(11)]),
        ("portfolio_links", "https://example.kz"),
    ],
)
def test_apply_names_what_it_refuses(model, casting, field, value):
    refused = error(apply(model, casting, **{field: value}), 400, "VALIDATION_ERROR")

    assert {name.split(".")[0] for name in refused["details"]} == {field}


def test_apply_twice_is_a_duplicate(model, casting):
    data(apply(model, casting), 201)

    error(apply(model, casting), 409, "DUPLICATE_RESOURCE")


def test_apply_needs_a_model_profile(casting):
    error(apply(Api(factories.user()), casting), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    "fields", [{"status": "completed"}, {"status": "cancelled"}, {"shoot_date": timezone.now() - timedelta(hours=1)}]
)
def test_apply_needs_an_active_casting_whose_shoot_is_ahead(model, fields):
    error(apply(model, factories.casting(**fields)), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("required", "unmet"),
    [
        ({"gender": "male"}, ["gender"]),
        ({"min_age": 99}, ["min_age"]),
        ({"max_age": 15}, ["max_age"]),
        ({"min_height": 177}, ["min_height"]),
        ({"max_height": 175}, ["max_height"]),
        ({"experience": "experienced"}, ["experience"]),
        ({"gender": "male", "min_height": 200, "experience": "experienced"}, ["experience", "gender", "min_height"]),
    ],
)
def test_a_model_who_does_not_fit_is_told_every_requirement(required, unmet):
    model = Api(factories.model(experience="intermediate").user)

    refused = error(apply(model, factories.casting(**required)), 422, "REQUIREMENTS_NOT_MET")

    assert sorted(refused["details"]) == unmet
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "required",
    [
        {"gender": "female", "min_height": 176, "max_height": 176},
        {"experience": "beginner"},
        {"experience": "experienced"},  # she left hers unsaid
        {},
    ],
)
def test_a_model_who_fits_or_left_it_unsaid_may_apply(model, required):
    data(apply(model, factories.casting(**required)), 201)


def test_the_month_holds_three_on_free_and_is_counted_in_almaty(model):
    castings = [factories.casting(shoot_date=datetime(2031, 1, 1, tzinfo=UTC)) for _ in range(5)]
    last_second = datetime(2030, 1, 31, 18, 59, 59, tzinfo=UTC)
    for casting in castings[:3]:
        services.apply(user=model.person, casting=casting, at=last_second)

    with pytest.raises(LimitReached) as refused:
        services.apply(user=model.person, casting=castings[3], at=last_second)
    services.apply(user=model.person, casting=castings[3], at=last_second + timedelta(seconds=1))

    assert refused.value.details == {
        "feature": ["max_responses_per_month"], "limit": [3], "used": [3], "plan": ["FREE"],
    }  # fmt: skip


def test_past_the_limit_the_plan_is_told_before_the_body_is_read(model):
    for _ in range(3):
        data(apply(model, factories.casting()), 201)

    refused = error(apply(model, factories.casting(), message=7), 403, "SUBSCRIPTION_LIMIT")

    assert refused["details"]["limit"] == [3]


def test_a_bought_plan_allows_more(model):
    billing_services.grant(user=model.person, plan=Plan.objects.get(name="PRO"))

    for _ in range(4):
        data(apply(model, factories.casting()), 201)

    usage = data(model.get("/subscriptions/current"))["subscription"]["usage"]
    assert (usage["responses_sent"], usage["responses_limit"]) == (4, 30)


def test_an_unlimited_plan_has_no_end(model):
    billing_services.grant(user=model.person, plan=Plan.objects.get(name="BUSINESS"))

    for _ in range(5):
        data(apply(model, factories.casting()), 201)


@pytest.mark.parametrize("who", ["model", "employer"])
def test_a_block_by_either_side_forbids_responses(model, employer, casting, who):
    pair = (model.person, employer.person) if who == "model" else (employer.person, model.person)
    account_services.block(blocker=pair[0], blocked_id=pair[1].id)

    error(apply(model, casting), 403, "ACCOUNT_BLOCKED")


def test_withdrawing_gives_back_the_months_count_and_opens_the_way_again(model, casting):
    first = data(apply(model, casting), 201)["response"]

    assert model.delete(f"/responses/{first['id']}").status_code == 204

    casting.refresh_from_db()
    assert casting.responses_count == 0
    assert data(model.get("/responses/my"))["responses"] == []
    assert data(model.get(f"/castings/{casting.id}"))["casting"]["my_response"] is None
    assert data(model.get("/subscriptions/current"))["subscription"]["usage"]["responses_sent"] == 0
    error(model.delete(f"/responses/{first['id']}"), 404, "NOT_FOUND")
    again = data(apply(model, casting, message="Передумала"), 201)["response"]
    assert (again["id"], again["message"], again["status"]) == (first["id"], "Передумала", "pending")
    casting.refresh_from_db()
    assert casting.responses_count == 1


@pytest.mark.parametrize("status", ResponseStatus.wire)
def test_withdrawing_is_possible_until_somebody_decided(status):
    response = factories.response(status=status)

    answer = Api(response.applicant.user).delete(f"/responses/{response.id}")

    if status in ("pending", "viewed"):
        assert answer.status_code == 204
    else:
        error(answer, 409, "INVALID_STATE")


MOVES = {
    "pending": {"viewed", "shortlisted", "accepted", "rejected"},
    "viewed": {"pending", "shortlisted", "accepted", "rejected"},
    "shortlisted": {"viewed", "accepted", "rejected"},
    "accepted": {"rejected"},
    "rejected": {"accepted"},
}


@pytest.mark.parametrize("current", ResponseStatus.wire)
@pytest.mark.parametrize("wanted", ResponseStatus.wire)
def test_every_move(employer, casting, current, wanted):
    response = factories.response(to=casting, status=current)

    answer = employer.patch(f"/responses/{response.id}/status", {"status": wanted})

    response.refresh_from_db()
    if wanted == current or wanted in MOVES[current]:
        assert data(answer)["response"]["status"] == response.status == wanted
    else:
        error(answer, 409, "INVALID_STATE")
        assert response.status == current


def test_withdrawn_is_no_word_of_the_wire(employer, casting):
    response = factories.response(to=casting)

    error(employer.patch(f"/responses/{response.id}/status", {"status": "withdrawn"}), 400, "VALIDATION_ERROR")
    error(employer.get(f"/castings/{casting.id}/responses?status=withdrawn"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("life", ["completed", "cancelled"])
def test_a_decision_is_final_after_the_castings_life(employer, life):
    casting = factories.casting(of=employer.person.employer_profile, status=life)
    response = factories.response(to=casting, status="accepted")

    error(employer.patch(f"/responses/{response.id}/status", {"status": "rejected"}), 409, "INVALID_STATE")


def test_the_owner_lists_who_answered_with_a_private_note(employer, casting):
    profile = factories.model(name="Анна")
    response = factories.response(to=casting, by=profile, message="Готова")

    noted = data(employer.patch(f"/responses/{response.id}", {"note": "Позвать"}))["response"]
    (row,) = data(employer.get(f"/castings/{casting.id}/responses"))["responses"]

    assert row == noted
    assert row == {
        "id": str(response.id),
        "casting_id": str(casting.id),
        "applicant": {
            "id": str(profile.id), "user_id": str(profile.user_id), "name": "Анна", "photo": None, "age": profile.age,
            "height": 176,
            "city": "Almaty", "rating": 0.0,
        },
        "message": "Готова",
        "portfolio_links": [],
        "status": "pending",
        "note": "Позвать",
        "applied_at": row["applied_at"],
    }  # fmt: skip
    (own,) = data(Api(profile.user).get("/responses/my"))["responses"]
    assert "note" not in own


def test_lists_are_filtered_by_status(employer, casting):
    for status in ("pending", "accepted", "withdrawn"):
        factories.response(to=casting, status=status)

    def found(query=""):
        return [row["status"] for row in data(employer.get(f"/castings/{casting.id}/responses{query}"))["responses"]]

    assert sorted(found()) == ["accepted", "pending"]
    assert found("?status=accepted") == ["accepted"]


def test_the_first_generations_addresses(model, employer, casting):
    made = data(model.post("/responses", {"casting_id": str(casting.id), **BODY}), 201)["response"]

    (row,) = data(employer.get(f"/responses?casting_id={casting.id}"))["responses"]

    assert row["id"] == made["id"]
    assert list(error(employer.get("/responses"), 400, "VALIDATION_ERROR")["details"]) == ["casting_id"]
    assert list(error(model.post("/responses", BODY), 400, "VALIDATION_ERROR")["details"]) == ["casting_id"]
    nowhere = {"casting_id": "00000000-0000-7000-8000-000000000000"}
    error(model.post("/responses", nowhere), 404, "NOT_FOUND")
