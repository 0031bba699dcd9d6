"""Invitations: who may be asked, what each one hears, what becomes of them, and how many a day."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Block
from castings import invitations
from castings.models import Casting, Invitation
from mwork.api.errors import RateLimitExceeded
from notifications.models import Notification
from tests import factories
from tests.conftest import Api, data, error


@pytest.fixture
def casting(employer):
    return factories.casting(of=employer.person.employer_profile, min_height=170)


def invite(client, casting, *models, **headers):
    body = {"model_ids": [str(getattr(model, "id", model)) for model in models]}
    return client.post(f"/castings/{casting.id}/invitations", body, **headers)


def outcomes(answer) -> list[str]:
    """`created`, or the error's code, of each model in order."""
    return [row.get("error", {}).get("code") or row["status"] for row in data(answer)["results"]]


def test_an_invited_model_is_told_sees_it_and_accepts_by_answering(employer, model, casting):
    profile = model.person.model_profile

    (row,) = data(invite(employer, casting, profile))["results"]

    invitation = row.pop("invitation")
    assert row == {"model_id": str(profile.id), "status": "created"}
    assert (invitation["casting_id"], invitation["status"]) == (str(casting.id), "pending")
    assert invitation["model"]["id"] == str(profile.id)
    told = Notification.objects.get()
    assert (told.user, told.kind, told.type) == (model.person, "casting_invitation", "casting_invitation")
    assert (told.data["name"], told.data["casting_id"]) == ("Tengri Production", str(casting.id))
    assert told.data["invitation_id"] == invitation["id"]
    (mine,) = data(model.get("/invitations/my"))["invitations"]
    assert (mine["id"], mine["casting"]["id"]) == (invitation["id"], str(casting.id))
    data(model.post(f"/castings/{casting.id}/responses"), 201)
    (sent,) = data(employer.get(f"/castings/{casting.id}/invitations"))["invitations"]
    assert sent["status"] == "accepted"
    assert data(model.get("/invitations/my?status=pending"))["invitations"] == []
    error(model.post(f"/invitations/{invitation['id']}/decline"), 409, "INVALID_STATE")


def test_each_of_many_has_a_result_of_her_own(employer, casting):
    fits, small, hidden, banned, blocking, blocked, answered, linked = (
        factories.model(**fields)
        for fields in ({}, {"height": 160}, {"visibility": "hidden"}, {}, {}, {}, {}, {"visibility": "link_only"})
    )
    call_command("ban", banned.user.email, verbosity=0)
    Block.objects.create(blocker=blocking.user, blocked=employer.person)
    Block.objects.create(blocker=employer.person, blocked=blocked.user)
    factories.response(to=casting, by=answered)
    unknown = "00000000-0000-7000-8000-000000000000"

    answer = invite(employer, casting, fits, small, hidden, banned, blocking, blocked, answered, linked, unknown, fits)

    assert outcomes(answer) == [
        "created", "REQUIREMENTS_NOT_MET", "NOT_FOUND", "NOT_FOUND", "ACCOUNT_BLOCKED", "ACCOUNT_BLOCKED",
        "INVALID_STATE", "created", "NOT_FOUND",
    ]  # fmt: skip
    unmet = data(answer)["results"][1]["error"]
    assert list(unmet["details"]) == ["min_height"]
    assert unmet["request_id"] == answer["X-Request-ID"]
    assert outcomes(invite(employer, casting, fits)) == ["DUPLICATE_RESOURCE"]
    told = Notification.objects.exclude(kind="account_banned")
    assert set(told.values_list("user", flat=True)) == {fits.user_id, linked.user_id}


def test_an_invitation_is_pending_again_when_its_answer_is_withdrawn(employer, model, casting):
    invitation = factories.casting_invitation(to=casting, of=model.person.model_profile)
    response = data(model.post(f"/castings/{casting.id}/responses"), 201)["response"]
    assert model.delete(f"/responses/{response['id']}").status_code == 204

    (sent,) = data(employer.get(f"/castings/{casting.id}/invitations"))["invitations"]
    assert sent["status"] == "pending"
    assert data(model.post(f"/invitations/{invitation.id}/decline"))["invitation"]["status"] == "declined"


def test_declining_is_the_models_and_does_not_close_the_door(employer, model, casting):
    invitation = factories.casting_invitation(to=casting, of=model.person.model_profile)
    address = f"/invitations/{invitation.id}/decline"

    assert [data(model.post(address))["invitation"]["status"] for _ in range(2)] == ["declined", "declined"]

    error(employer.post(address), 403, "PERMISSION_DENIED")
    assert outcomes(invite(employer, casting, model.person.model_profile)) == ["DUPLICATE_RESOURCE"]
    data(model.post(f"/castings/{casting.id}/responses"), 201)
    invitation.refresh_from_db()
    assert invitation.status == "accepted"


@pytest.mark.parametrize(
    "fields", [{"status": "draft"}, {"status": "completed"}, {"shoot_date": timezone.now() - timedelta(hours=1)}]
)
def test_nobody_is_invited_to_what_takes_no_responses(employer, fields):
    casting = factories.casting(of=employer.person.employer_profile, **fields)

    error(invite(employer, casting, factories.model()), 409, "INVALID_STATE")


@pytest.mark.parametrize("ids", [None, "x", [], ["x"], [None], ["00000000-0000-7000-8000-000000000000"] * 51])
def test_bad_bodies_name_the_field(employer, casting, ids):
    refused = employer.post(f"/castings/{casting.id}/invitations", {"model_ids": ids})

    details = error(refused, 400, "VALIDATION_ERROR")["details"]
    assert {name.split(".")[0] for name in details} == {"model_ids"}


def test_the_same_key_invites_once(employer, casting):
    profile = factories.model()

    first, again = (invite(employer, casting, profile, headers={"Idempotency-Key": "one"}) for _ in range(2))

    assert outcomes(first) == outcomes(again) == ["created"]
    assert again["Idempotent-Replayed"] == "true"


def test_a_day_holds_so_many_invitations_of_one_employer(employer, casting, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    other = factories.casting(of=employer.person.employer_profile)
    assert outcomes(invite(employer, other, *(factories.model() for _ in range(2)))) == ["created"] * 2

    assert outcomes(invite(employer, casting, *(factories.model() for _ in range(2)))) == [
        "created", "RATE_LIMIT_EXCEEDED",
    ]  # fmt: skip

    refused = invite(employer, casting, factories.model())
    assert 0 < error(refused, 429, "RATE_LIMIT_EXCEEDED")["retry_after"] <= 86_400
    assert int(refused["Retry-After"]) > 0
    with pytest.raises(RateLimitExceeded):
        invitations.invite(user=employer.person, casting=casting, model_ids=[factories.model().id])
    tomorrow = timezone.now() + timedelta(days=1)
    one = [factories.model().id]
    (outcome,) = invitations.invite(user=employer.person, casting=casting, model_ids=one, at=tomorrow)
    assert outcome.error is None
    assert Invitation.objects.count() == 4


def test_invitations_of_what_is_gone_are_gone(employer, model, casting):
    factories.casting_invitation(to=casting, of=model.person.model_profile)
    Casting.objects.update(deleted_at=timezone.now())

    assert data(model.get("/invitations/my"))["invitations"] == []
    error(employer.get(f"/castings/{casting.id}/invitations"), 404, "NOT_FOUND")


@pytest.mark.parametrize("change", [{"moderation": "hidden"}, {"moderation": "waiting"}, {"status": "draft"}])
def test_an_invitation_shows_nothing_of_a_casting_that_its_model_may_not_open(employer, model, casting, change):
    invitation = factories.casting_invitation(to=casting, of=model.person.model_profile)
    Casting.objects.update(**change)

    assert data(model.get("/invitations/my"))["invitations"] == []
    error(model.post(f"/invitations/{invitation.id}/decline"), 404, "NOT_FOUND")
    assert len(data(employer.get(f"/castings/{casting.id}/invitations"))["invitations"]) == 1


@pytest.mark.parametrize("who", ["model", "employer"])
def test_closing_an_account_takes_its_invitations_and_searches(employer, model, casting, who):
    factories.casting_invitation(to=casting, of=model.person.model_profile)
    closing = {"model": model, "employer": employer}[who]
    factories.search(of=closing.person)
    kept = factories.search()

    assert closing.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    assert not Invitation.objects.exists()
    assert list(type(kept).objects.all()) == [kept]


def test_an_invitation_names_nobody_once_the_employer_is_gone(employer, model, casting):
    data(invite(employer, casting, model.person.model_profile))

    Api(employer.person).delete("/auth/me", {"password": factories.PASSWORD})

    (told,) = data(model.get("/notifications"))["notifications"]
    assert told["data"]["name"] == ""
