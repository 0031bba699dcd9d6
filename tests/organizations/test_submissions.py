"""An agency answers castings for models of its roster: a result for each."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Block
from billing.models import Plan
from castings import services, submissions
from castings.models import Casting, Response
from mwork.api.errors import NotFound
from notifications.models import Notification
from tests import factories
from tests.conftest import Api, data, error


@pytest.fixture
def agency(db):
    return factories.agency()


@pytest.fixture
def casting(db):
    return factories.casting(min_height=170)


def roster(agency, count: int = 1, **fields) -> list:
    return [factories.representation(by=agency, of=factories.model(**fields)).model for _ in range(count)]


def submit(client: Api, casting, models, **more):
    """The answer of the address for these models, or ids."""
    ids = [str(getattr(model, "id", model)) for model in models]
    return client.post(f"/castings/{casting.id}/responses", {"model_ids": ids, **more})


def outcomes(answer) -> list[str]:
    """`created`, or the refusal's code, of each."""
    return [row.get("error", {}).get("code", row["status"]) for row in data(answer)["results"]]


def test_every_model_has_a_result_of_her_own_in_the_order_given(agency, casting):
    fine, small, hidden, banned, blocked, partner, twice, spent, other = (
        *roster(agency), *roster(agency, height=160), *roster(agency, visibility="hidden"), *roster(agency, 6),
    )  # fmt: skip
    call_command("ban", banned.user.email, verbosity=0)
    Block.objects.create(blocker=blocked.user, blocked=casting.employer.user)
    Block.objects.create(blocker=partner.user, blocked=agency.user)
    factories.response(to=casting, by=twice)
    for _ in range(3):
        factories.response(by=spent)
    stranger, pending = factories.model(), factories.representation(by=agency, status="pending").model
    models = [small, fine, hidden, banned, blocked, partner, twice, spent, stranger, pending, other]

    answer = submit(Api(agency.user), casting, models, message="Здравствуйте!", portfolio_links=["https://a.kz"])

    assert outcomes(answer) == [
        "REQUIREMENTS_NOT_MET", "created", "INVALID_STATE", "NOT_FOUND", "ACCOUNT_BLOCKED", "ACCOUNT_BLOCKED",
        "DUPLICATE_RESOURCE", "SUBSCRIPTION_LIMIT", "NOT_FOUND", "NOT_FOUND", "created",
    ]  # fmt: skip
    results = data(answer)["results"]
    assert [row["model_id"] for row in results] == [str(model.id) for model in models]
    assert results[0]["error"]["details"].keys() == {"min_height"}
    assert results[7]["error"]["details"]["limit"] == [3]
    made = Response.objects.get(applicant=fine)
    assert results[1]["response"]["id"] == str(made.id)
    assert results[1]["response"]["agency"]["id"] == str(agency.id)
    assert (made.message, made.agency, made.submitted_by, made.on_agency_plan) == (
        "Здравствуйте!", agency, agency.user, False,
    )  # fmt: skip
    casting.refresh_from_db()
    assert casting.responses_count == casting.responses.count() == 3


def test_the_casting_s_side_and_the_model_see_who_answered_and_are_told(agency, casting):
    (model,) = roster(agency)
    data(submit(Api(agency.user), casting, [model]))

    (received,) = data(Api(casting.employer.user).get(f"/castings/{casting.id}/responses"))["responses"]
    (own,) = data(Api(model.user).get("/responses/my"))["responses"]
    assert received["agency"] == own["agency"] == {"id": str(agency.id), "company_name": "Tengri Models", "logo": None}
    assert received["applicant"]["id"] == str(model.id)
    told = {row.user: (row.kind, row.data["name"]) for row in Notification.objects.all()}
    assert told == {
        casting.employer.user: ("new_response", model.name), model.user: ("answered_for_you", "Tengri Models"),
    }  # fmt: skip


def test_a_model_s_own_month_is_used_but_nothing_that_she_bought(agency):
    (model,) = roster(agency)
    services.limits.lock(model.user)
    model.user.subscription.__class__.objects.filter(user=model.user).update(responses_bought=5)
    castings = [factories.casting() for _ in range(4)]

    answers = [outcomes(submit(Api(agency.user), casting, [model])) for casting in castings]

    assert answers == [["created"]] * 3 + [["SUBSCRIPTION_LIMIT"]]
    model.user.subscription.refresh_from_db()
    assert model.user.subscription.responses_bought == 5
    # Her own answer may use them.
    data(Api(model.user).post(f"/castings/{castings[3].id}/responses", {}), 201)


def test_on_an_agency_s_plan_without_limit_her_own_month_stays_whole(agency):
    factories.business(agency.user)
    (model,) = roster(agency)
    castings = [factories.casting() for _ in range(5)]

    assert [outcomes(submit(Api(agency.user), casting, [model])) for casting in castings] == [["created"]] * 5
    assert services.responses_this_month(model.user) == 0
    assert Response.objects.filter(on_agency_plan=True).count() == 5

    # Withdrawn and answered anew by herself, it is hers.
    response = Response.objects.get(casting=castings[0])
    assert Api(model.user).delete(f"/responses/{response.id}").status_code == 204
    data(Api(model.user).post(f"/castings/{castings[0].id}/responses", {}), 201)
    response.refresh_from_db()
    assert (response.agency, response.submitted_by, response.on_agency_plan) == (None, None, False)
    assert services.responses_this_month(model.user) == 1


def test_the_plan_is_asked_by_feature_and_not_by_name(agency):
    factories.business(agency.user)
    Plan.objects.filter(name="BUSINESS").update(max_responses_per_month=100)
    (model,) = roster(agency)

    assert outcomes(submit(Api(agency.user), factories.casting(), [model])) == ["created"]
    assert services.responses_this_month(model.user) == 1


def test_a_withdrawn_response_opens_anew(agency, casting):
    (model,) = roster(agency)
    before = factories.response(to=casting, by=model)
    services.withdraw(response=before)

    assert outcomes(submit(Api(agency.user), casting, [model])) == ["created"]
    before.refresh_from_db()
    assert (before.status, before.agency) == ("pending", agency)


def sent(agency, casting, **fields) -> Response:
    """What the agency has answered for a model of its roster."""
    (model,) = roster(agency)
    data(submit(Api(agency.user), casting, [model]))
    Response.objects.filter(applicant=model).update(**fields)
    return Response.objects.get(applicant=model)


@pytest.mark.parametrize("role", ["owner", "admin", "editor", "viewer", "stranger"])
def test_an_agency_withdraws_what_it_has_answered_and_the_model_is_told(agency, casting, role):
    response = sent(agency, casting)
    person = {"owner": agency.user, "stranger": factories.agency().user}.get(role)
    client, address = Api(person or factories.member(of=agency, role=role).user), f"/responses/{response.id}"

    answer = client.delete(address)

    response.refresh_from_db()
    casting.refresh_from_db()
    used, heard = (
        services.responses_this_month(response.applicant.user),
        Notification.objects.filter(kind="withdrawn_for_you"),
    )
    if role in ("viewer", "stranger"):
        error(answer, *{"viewer": (403, "PERMISSION_DENIED"), "stranger": (404, "NOT_FOUND")}[role])
        assert (response.status, casting.responses_count, used, heard.count()) == ("pending", 1, 1, 0)
        return
    assert answer.status_code == 204
    assert (response.status, casting.responses_count, used) == ("withdrawn", 0, 0)
    told = heard.get()
    assert (told.user, told.data["name"]) == (response.applicant.user, "Tengri Models")
    error(client.delete(address), 404, "NOT_FOUND")
    assert outcomes(submit(Api(agency.user), casting, [response.applicant])) == ["created"]


@pytest.mark.parametrize(
    ("status", "expected"), [("viewed", 204), ("shortlisted", 409), ("accepted", 409), ("rejected", 409)]
)
def test_an_agency_withdraws_in_the_states_in_which_the_model_may(agency, casting, status, expected):
    response = sent(agency, casting, status=status)
    assert Api(agency.user).delete(f"/responses/{response.id}").status_code == expected


def test_an_agency_has_no_say_in_what_it_did_not_send_or_in_models_who_have_left(agency, casting):
    owner, response = Api(agency.user), sent(agency, casting)
    own = factories.response(by=response.applicant)

    error(owner.delete(f"/responses/{own.id}"), 404, "NOT_FOUND")
    for address in (f"/responses/{response.id}/status", f"/responses/{response.id}"):
        error(owner.patch(address, {"status": "viewed", "note": "…"}), 404, "NOT_FOUND")
    assert (
        Api(response.applicant.user).delete(f"/organizations/{agency.id}/models/{response.applicant_id}").status_code
        == 204
    )
    error(owner.delete(f"/responses/{response.id}"), 403, "PERMISSION_DENIED")
    response.refresh_from_db()
    assert response.status == "pending"


def test_what_the_model_has_answered_anew_by_herself_a_moment_ago_is_hers(agency, casting):
    response = sent(agency, casting)  # as the agency's request has read it
    services.withdraw(response=response)
    data(Api(response.applicant.user).post(f"/castings/{casting.id}/responses", {}), 201)

    with pytest.raises(NotFound):
        submissions.withdraw(user=agency.user, response=response)


def test_the_team_answers_as_the_owner_does(agency, casting):
    models = roster(agency, 3)
    admin, editor, viewer = (factories.member(of=agency, role=role).user for role in ("admin", "editor", "viewer"))

    assert outcomes(submit(Api(admin), casting, models[:1])) == ["created"]
    assert outcomes(submit(Api(editor), casting, models[1:2])) == ["created"]
    error(submit(Api(viewer), casting, models[2:]), 403, "PERMISSION_DENIED")
    assert set(Response.objects.values_list("submitted_by", flat=True)) == {admin.id, editor.id}


def test_who_answers_for_several_agencies_names_one(agency, casting):
    (model,) = roster(agency)
    person = factories.member(of=agency).user
    factories.member(of=factories.agency(), person=person)
    foreign = factories.agency()

    refusal = error(submit(Api(person), casting, [model]), 400, "VALIDATION_ERROR")
    assert list(refusal["details"]) == ["organization_id"]
    error(submit(Api(person), casting, [model], organization_id=str(foreign.id)), 403, "PERMISSION_DENIED")
    assert outcomes(submit(Api(person), casting, [model], organization_id=str(agency.id))) == ["created"]


@pytest.mark.parametrize(
    "model_ids", [None, [], ["x"], "x", ["0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0c1"] * 2,
                  [f"0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f{n:04x}" for n in range(51)]],
)  # fmt: skip
def test_a_bad_list_of_models_is_named(agency, casting, model_ids):
    answer = Api(agency.user).post(f"/castings/{casting.id}/responses", {"model_ids": model_ids})
    assert all(name.startswith("model_ids") for name in error(answer, 400, "VALIDATION_ERROR")["details"])


def test_what_refuses_the_whole_request(agency, casting):
    (model,) = roster(agency)
    owner = Api(agency.user)
    error(submit(owner, factories.casting(of=agency), [model]), 403, "PERMISSION_DENIED")
    error(submit(owner, factories.casting(status="draft"), [model]), 404, "NOT_FOUND")
    error(submit(owner, factories.casting(status="completed"), [model]), 409, "INVALID_STATE")
    error(submit(owner, factories.casting(shoot_date=timezone.now() - timedelta(1)), [model]), 409, "INVALID_STATE")
    error(submit(Api(factories.employer().user), casting, [model]), 403, "PERMISSION_DENIED")
    Block.objects.create(blocker=casting.employer.user, blocked=agency.user)
    error(submit(owner, casting, [model]), 403, "ACCOUNT_BLOCKED")
    assert not Response.objects.exists()


def test_the_same_key_answers_once(agency, casting):
    models, owner = roster(agency, 2), Api(agency.user)
    body = {"model_ids": [str(model.id) for model in models]}

    answers = [
        owner.post(f"/castings/{casting.id}/responses", body, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]

    assert outcomes(answers[0]) == outcomes(answers[1]) == ["created", "created"]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Response.objects.count() == 2


def test_one_models_failure_in_the_database_leaves_the_others(agency, casting):
    """A row that the database refuses: only its savepoint is undone."""
    first, second, third = roster(agency, 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE castings_response ADD CONSTRAINT refuses_one CHECK (applicant_id <> %s) NOT VALID", [second.id]
        )

    assert outcomes(submit(Api(agency.user), casting, [first, second, third])) == [
        "created", "VALIDATION_ERROR", "created",
    ]  # fmt: skip
    assert Casting.objects.get(id=casting.id).responses_count == Response.objects.count() == 2


def test_what_is_read_does_not_grow_with_the_models(agency):
    """Reads are the same for one and for twenty; each model adds what it takes to write her response, to mark an

    invitation as accepted, and to tell of it.
    """
    factories.business(agency.user)
    counts, reads = {}, {}
    for number in (1, 20):
        models = roster(agency, number)
        casting = factories.casting()
        with CaptureQueriesContext(connection) as queries:
            assert outcomes(submit(Api(agency.user), casting, models)) == ["created"] * number
        counts[number] = len(queries)
        reads[number] = sum(query["sql"].startswith("SELECT") for query in queries)

    assert reads[1] == reads[20]
    assert (counts[20] - counts[1]) / 19 <= 9
