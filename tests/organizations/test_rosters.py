"""Rosters: an agency asks, the model agrees or not, either ends it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from notifications.models import Notification
from profiles.models import Representation
from tests import factories
from tests.conftest import Api, data, error


@pytest.fixture
def agency(db):
    return factories.agency()


@pytest.fixture
def owner(agency):
    return Api(agency.user)


def told(person) -> list[str]:
    return list(Notification.objects.filter(user=person).order_by("created_at", "id").values_list("kind", flat=True))


def test_an_agency_asks_the_model_agrees_and_both_are_told(agency, owner, model):
    profile = model.person.model_profile
    asked = data(owner.post(f"/organizations/{agency.id}/models", {"model_id": str(profile.id)}), 201)["representation"]
    assert (asked["status"], asked["model"]["id"], asked["organization"]["id"]) == (
        "pending", str(profile.id), str(agency.id),
    )  # fmt: skip
    assert data(Api().get(f"/organizations/{agency.id}/models"))["models"] == []

    (question,) = data(model.get("/organizations/representations"))["representations"]
    accepted = data(model.post(f"/organizations/representations/{question['id']}/accept"))["representation"]
    again = data(model.post(f"/organizations/representations/{question['id']}/accept"))["representation"]

    assert accepted == again
    assert accepted["status"] == "active"
    assert (told(model.person), told(agency.user)) == (["representation_asked"], ["representation_accepted"])
    assert data(Api().get(f"/organizations/{agency.id}"))["organization"]["models_count"] == 1
    error(model.post(f"/organizations/representations/{question['id']}/decline"), 409, "INVALID_STATE")


def test_the_public_sees_active_public_models_and_the_team_all(agency, owner):
    rows = {
        name: factories.representation(by=agency, of=factories.model(name=name, **of), **fields)
        for name, of, fields in (
            ("Shown", {}, {}),
            ("Hidden", {"visibility": "hidden"}, {}),
            ("Linked", {"visibility": "link_only"}, {}),
            ("Asked", {}, {"status": "pending"}),
            ("Gone", {}, {"status": "ended", "ended_at": timezone.now()}),
        )
    }
    public = data(Api().get(f"/organizations/{agency.id}/models"))["models"]
    team = data(owner.get(f"/organizations/{agency.id}/models"))["models"]
    ended = data(owner.get(f"/organizations/{agency.id}/models?status=ended"))["models"]

    assert [row["name"] for row in public] == ["Shown"]
    assert "representation" not in public[0]
    assert {row["name"]: row["representation"]["status"] for row in team} == {
        "Shown": "active", "Hidden": "active", "Linked": "active", "Asked": "pending",
    }  # fmt: skip
    assert [row["representation"]["id"] for row in ended] == [str(rows["Gone"].id)]
    assert data(Api().get(f"/organizations/{agency.id}/models?status=ended"))["models"] == []
    error(owner.get(f"/organizations/{agency.id}/models?status=no"), 400, "VALIDATION_ERROR")


def test_after_a_refusal_the_agency_asks_again_only_after_a_pause(agency, owner, model):
    address, body = f"/organizations/{agency.id}/models", {"model_id": str(model.person.model_profile.id)}
    question = data(owner.post(address, body), 201)["representation"]
    error(owner.post(address, body), 409, "DUPLICATE_RESOURCE")
    data(model.post(f"/organizations/representations/{question['id']}/decline"))

    error(owner.post(address, body), 409, "INVALID_STATE")
    Representation.objects.update(answered_at=timezone.now() - timedelta(days=30))
    data(owner.post(address, body), 201)

    assert told(agency.user) == ["representation_declined"]


@pytest.mark.parametrize(("by", "pause", "kinds"), [
    ("model", 30, ([], ["representation_left"])), ("agency", 1, (["representation_ended"], [])),
])  # fmt: skip
def test_either_side_ends_it_and_the_other_is_told(agency, owner, model, by, pause, kinds):
    profile = model.person.model_profile
    factories.representation(by=agency, of=profile)
    address = f"/organizations/{agency.id}/models"

    who = model if by == "model" else owner
    assert who.delete(f"{address}/{profile.id}").status_code == 204

    assert (told(model.person), told(agency.user)) == kinds
    error(who.delete(f"{address}/{profile.id}"), 404, "NOT_FOUND")
    error(owner.post(address, {"model_id": str(profile.id)}), 409, "INVALID_STATE")
    Representation.objects.update(ended_at=timezone.now() - timedelta(days=pause))
    data(owner.post(address, {"model_id": str(profile.id)}), 201)


def test_a_question_taken_back_is_gone_without_a_word(agency, owner, model):
    question = factories.representation(by=agency, of=model.person.model_profile, status="pending")
    assert owner.delete(f"/organizations/{agency.id}/models/{question.model_id}").status_code == 204

    assert told(model.person) == []
    error(model.post(f"/organizations/representations/{question.id}/accept"), 409, "INVALID_STATE")


def test_whom_an_agency_may_not_ask(agency, owner):
    address = f"/organizations/{agency.id}/models"
    hidden, blocking = factories.model(visibility="hidden"), factories.model()
    Block.objects.create(blocker=blocking.user, blocked=agency.user)
    for model_id in (hidden.id, agency.id):
        refusal = error(owner.post(address, {"model_id": str(model_id)}), 400, "VALIDATION_ERROR")
        assert list(refusal["details"]) == ["model_id"]
    error(owner.post(address, {"model_id": str(blocking.id)}), 403, "ACCOUNT_BLOCKED")
    error(owner.post(address, {}), 400, "VALIDATION_ERROR")


def test_only_an_agency_has_a_roster(db, employer):
    employer_id = employer.person.employer_profile.id
    body = {"model_id": str(factories.model().id)}
    error(employer.post(f"/organizations/{employer_id}/models", body), 403, "PERMISSION_DENIED")


def test_another_models_question_is_not_found(agency, model):
    question = factories.representation(by=agency, status="pending")
    for verb in ("accept", "decline"):
        error(model.post(f"/organizations/representations/{question.id}/{verb}"), 404, "NOT_FOUND")
