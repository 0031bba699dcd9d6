"""What staff decide about castings, and who sees a hidden one."""

import pytest

from accounts.models import AuditEntry
from castings import moderation
from castings.models import Casting, SavedCasting
from mwork.api.errors import Invalid, InvalidState, NotFound
from notifications import announcements, reminders
from notifications.models import Notification
from tests import factories
from tests.conftest import Api, data, error
from tests.notifications.conftest import kinds


@pytest.fixture
def casting(employer):
    return factories.casting(of=employer.person.employer_profile, title="Лукбук")


def hide(casting, decision=moderation.hide):
    return decision(casting=casting, actor=factories.staff(), reason="No such studio.")


@pytest.mark.parametrize(
    ("decision", "before", "state", "told"),
    [
        ("approve", "none", "approved", []),
        ("hide", "none", "hidden", ["casting_hidden"]),
        ("hide", "approved", "hidden", ["casting_hidden"]),
        ("hide", "spam", "hidden", ["casting_hidden"]),
        ("spam", "none", "spam", ["casting_spam"]),
        ("spam", "hidden", "spam", ["casting_spam"]),
        ("restore", "hidden", "approved", ["casting_shown"]),
        ("restore", "spam", "approved", ["casting_shown"]),
    ],
)
def test_a_decision_changes_the_state_is_logged_and_told(casting, decision, before, state, told):
    Casting.objects.update(moderation=before)
    staff = factories.staff()

    getattr(moderation, decision)(casting=casting, actor=staff, reason="Looked into")

    casting.refresh_from_db()
    assert (casting.moderation, casting.status) == (state, "active")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_id, entry.target_label) == (decision, casting.id, "Лукбук")
    assert (entry.actor, entry.subject, entry.details) == (staff, casting.employer.user, {"before": before})
    assert kinds(casting.employer.user) == told
    if told:
        row = data(Api(casting.employer.user).get("/notifications"))["notifications"][0]
        assert (row["type"], row["data"]["casting_id"]) == ("moderation", str(casting.id))
        assert "Лукбук" in row["message"]


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        ("approve", "approved"), ("approve", "hidden"), ("approve", "spam"), ("hide", "hidden"), ("spam", "spam"),
        ("restore", "none"), ("restore", "approved"),
    ],
)  # fmt: skip
def test_a_decision_that_changes_nothing_is_refused(casting, decision, state):
    Casting.objects.update(moderation=state)

    with pytest.raises(InvalidState):
        hide(casting, getattr(moderation, decision))
    assert not AuditEntry.objects.exists()
    assert not Notification.objects.exists()


def test_a_decision_needs_a_reason_and_a_casting(casting):
    with pytest.raises(Invalid):
        moderation.hide(casting=casting, actor=factories.staff(), reason=" ")
    assert Casting.objects.get().is_shown
    Casting.objects.update(deleted_at="2026-01-01T00:00:00Z")
    with pytest.raises(NotFound):
        hide(casting)


@pytest.mark.parametrize("decision", [moderation.hide, moderation.spam])
def test_a_hidden_casting_is_in_no_list_but_its_owners(api, model, employer, staff, casting, decision):
    SavedCasting.objects.create(user=model.person, casting=casting)
    lists = ["/castings", "/castings?search=лукбук", f"/castings?creator_id={casting.employer_id}",
             "/castings?status=active", "/castings?sort=pay"]  # fmt: skip
    public = [(client, path) for client in (api, model, employer) for path in lists]
    everywhere = [*public, (model, "/castings/saved")]
    assert all(data(client.get(path))["castings"] for client, path in everywhere)

    hide(casting, decision)

    assert not any(data(client.get(path))["castings"] for client, path in everywhere)
    assert data(api.get(f"/profiles/employers/{casting.employer_id}"))["employer"]["active_castings"] == 0
    for client in (api, model, Api(factories.employer().user)):
        error(client.get(f"/castings/{casting.id}"), 404, "NOT_FOUND")
    for client in (employer, staff):
        assert (
            data(client.get(f"/castings/{casting.id}"))["casting"]["moderation"]
            == casting.__class__.objects.get().moderation
        )
    (mine,) = data(employer.get("/castings/my"))["castings"]
    assert (mine["moderation"], mine["status"]) == (Casting.objects.get().moderation, "active")


def test_only_the_owner_and_staff_are_told_the_state(api, model, employer, staff, casting):
    seen = {who: data(client.get("/castings"))["castings"][0] for who, client in
            {"nobody": api, "model": model, "owner": employer, "staff": staff}.items()}  # fmt: skip

    assert {who for who, row in seen.items() if "moderation" in row} == {"owner", "staff"}


def test_nothing_can_be_done_with_a_hidden_casting(model, employer, casting):
    response = factories.response(to=casting, by=factories.model())
    hide(casting)

    error(model.post(f"/castings/{casting.id}/responses", {}), 404, "NOT_FOUND")
    error(model.post(f"/castings/{casting.id}/save"), 404, "NOT_FOUND")
    error(employer.post(f"/castings/{casting.id}/promote"), 409, "INVALID_STATE")
    order = {"product": "promotion", "days": 7, "casting_id": str(casting.id)}
    error(employer.post("/payments/robokassa/init", order), 409, "INVALID_STATE")
    data(employer.patch(f"/castings/{casting.id}", {"title": "Лукбук весны"}))
    # Whoever had answered keeps her answer.
    (mine,) = data(Api(response.applicant.user).get("/responses/my"))["responses"]
    assert mine["casting"]["title"] == "Лукбук весны"


def test_its_owner_can_not_publish_it_again(employer, casting):
    hide(casting)

    data(employer.patch(f"/castings/{casting.id}/status", {"status": "draft"}))
    again = employer.patch(f"/castings/{casting.id}/status", {"status": "active"}, headers={"Accept-Language": "en"})
    assert "hidden" in error(again, 409, "INVALID_STATE")["message"]
    moderation.restore(casting=casting, actor=None, reason="Papers seen")
    data(employer.patch(f"/castings/{casting.id}/status", {"status": "active"}))


def test_a_room_about_a_hidden_casting_stays(casting):
    model = factories.model().user
    room = factories.room(one=factories.pro(casting.employer.user), other=model, about=casting)
    factories.message(to=room, by=casting.employer.user)

    hide(casting)

    assert [row["id"] for row in data(Api(model).get("/chat/rooms"))["rooms"]] == [str(room.id)]
    data(Api(model).post(f"/chat/rooms/{room.id}/messages", {"content": "Где студия?"}), 201)


def test_a_hidden_casting_is_announced_and_reminded_of_only_when_it_is_shown_again(casting):
    model = factories.model()
    factories.response(to=casting, by=model, status="accepted")
    hide(casting)

    assert announcements.announce(casting.id) == 0
    assert announcements.waiting() == []
    assert reminders.remind(casting.shoot_date - reminders.AHEAD) == 0
    moderation.restore(casting=casting, actor=None, reason="Papers seen")

    assert announcements.waiting() == [casting.id]
    assert announcements.announce(casting.id) == 1
    assert reminders.remind(casting.shoot_date - reminders.AHEAD) == 1
