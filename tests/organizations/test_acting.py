"""What each place in a team may do with castings, responses and the roster; and that it ends at once."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Block
from castings import invitations, services
from castings.models import Casting
from mwork.api.errors import Forbidden
from notifications.models import Notification, Preferences
from profiles import acting
from profiles.acting import Right
from tests import factories, pictures
from tests.conftest import Api, data, error

BODY = {"title": "Показ", "description": "…", "city": "Almaty", "shoot_date": "2027-03-08T05:00:00Z"}
ROLES = ("owner", "admin", "editor", "viewer", "stranger")

# What who gets: owner, admin, editor, viewer of the team; a stranger.
MATRIX = {
    "GET /castings/{draft}": "200 200 200 200 404",
    "PATCH /castings/{draft}": "200 200 200 403 404",
    "PATCH /castings/{draft}/status": "400 400 400 403 404",
    "DELETE /castings/{draft}": "204 204 204 403 404",
    "PATCH /castings/{casting}": "200 200 200 403 403",
    "DELETE /castings/{casting}": "204 204 204 403 403",
    "POST /castings/{casting}/promote": "403 403 403 403 403",
    "DELETE /castings/{casting}/promote": "204 204 204 403 403",
    "GET /castings/{casting}/responses": "200 200 200 200 403",
    "GET /castings/{draft}/responses": "200 200 200 200 404",
    "GET /castings/{casting}/matches": "200 200 200 200 403",
    "GET /castings/{draft}/matches": "200 200 200 200 404",
    "POST /castings/{casting}/invitations": "400 400 400 403 403",
    "POST /castings/{draft}/invitations": "400 400 400 403 404",
    "GET /castings/{casting}/invitations": "200 200 200 200 403",
    "PATCH /responses/{response}": "400 400 400 403 404",
    "PATCH /responses/{response}/status": "400 400 400 403 404",
    "DELETE /responses/{response}": "403 403 403 403 404",
    "DELETE /responses/{sent}": "204 204 204 403 404",
    "POST /reviews": "201 201 201 403 403",
    "DELETE /reviews/{told_review}": "204 204 204 403 403",
    "DELETE /reviews/{hidden_review}": "204 204 204 403 404",
    "POST /reviews/{got_review}/reply": "400 400 400 403 403",
    "DELETE /reviews/{got_review}": "403 403 403 403 403",
    "GET /analytics/employer?organization_id={organization}": "200 200 200 200 403",
    "GET /organizations/{organization}/members": "200 200 200 200 403",
    "PATCH /organizations/{organization}/members/{other}": "400 400 403 403 403",
    "DELETE /organizations/{organization}/members/{other}": "204 204 403 403 403",
    "POST /organizations/{organization}/invite": "400 400 403 403 403",
    "GET /organizations/{organization}/invitations": "200 200 403 403 403",
    "POST /organizations/{organization}/models": "400 400 400 403 403",
    "DELETE /organizations/{organization}/models/{model}": "204 204 204 403 403",
    "PATCH /profiles/employers/{organization}": "200 403 403 403 403",
    "GET /organizations/{organization}": "200 200 200 200 200",
}


@pytest.fixture
def agency(db):
    return factories.agency()


def client(agency, role: str) -> Api:
    if role == "owner":
        return Api(agency.user)
    return Api(factories.employer().user if role == "stranger" else factories.member(of=agency, role=role).user)


@pytest.mark.parametrize("operation", MATRIX)
def test_who_may_do_what_in_a_team(agency, operation):
    method, address = operation.split()
    answers = {}
    if "analytics" in operation:
        factories.pro(agency.user)  # whose plan it is
    for role in ROLES:
        casting, draft = (factories.casting(of=agency, status=status) for status in ("active", "draft"))
        representation = factories.representation(by=agency)
        sent = factories.response(by=representation.model, agency=agency)
        ids = {
            "sent": sent.id,
            "organization": agency.id, "casting": casting.id, "draft": draft.id, "model": representation.model_id,
            "response": factories.response(to=casting).id, "other": factories.member(of=agency, role="viewer").id,
        }  # fmt: skip
        body, done = {}, factories.done(of=agency)
        if operation == "POST /reviews":
            body = {"target_type": "model", "target_id": done.applicant_id, "casting_id": done.casting_id, "rating": 5}
        if "review}" in operation:
            by, after = factories.member(of=agency).user, {"after": done.casting}
            reviews = {
                "told_review": factories.review(author=by, model=factories.model(), **after),
                "hidden_review": factories.review(author=by, model=factories.model(), is_hidden=True, **after),
                "got_review": factories.review(author=done.applicant.user, employer=agency, **after),
            }
            ids |= {name: review.id for name, review in reviews.items()}
        sent_body = json.dumps(body, default=str)
        answer = client(agency, role).generic(method, address.format(**ids), sent_body, "application/json")
        answers[role] = answer.status_code

    assert answers == dict(zip(ROLES, map(int, MATRIX[operation].split()), strict=True))


@pytest.mark.parametrize(("role", "status"), [("owner", 201), ("admin", 201), ("editor", 201), ("viewer", 403),
                                              ("stranger", 403)])  # fmt: skip
def test_castings_are_made_for_an_organization_by_whoever_edits_for_it(agency, role, status):
    answer = client(agency, role).post("/castings", {**BODY, "organization_id": str(agency.id)})

    assert answer.status_code == status
    assert list(Casting.objects.values_list("employer", flat=True)) == ([agency.id] if status == 201 else [])
    if status == 201:
        assert answer.json()["data"]["casting"]["creator"]["id"] == str(agency.id)


def test_without_a_named_organization_a_casting_is_ones_own(agency):
    member = factories.member(of=agency)
    error(Api(member.user).post("/castings", BODY), 409, "INVALID_STATE")
    own = factories.employer(person=member.user)

    made = data(Api(member.user).post("/castings", {**BODY, "organization_id": None}), 201)["casting"]

    assert made["creator"]["id"] == str(own.id)


@pytest.mark.parametrize("organization", ["00000000-0000-7000-8000-000000000000", "x"])
def test_an_organization_that_is_none_is_refused(agency, organization):
    answer = Api(agency.user).post("/castings", {**BODY, "organization_id": organization})
    assert answer.status_code == (400 if organization == "x" else 404)


def test_ones_castings_are_those_of_every_team(agency):
    member = factories.member(of=agency, role="viewer")
    own = factories.employer(person=member.user)
    drafts = {str(factories.casting(of=employer, status="draft").id) for employer in (agency, own)}
    factories.casting(status="draft")
    mine = Api(member.user)

    for address in ("/castings/my", "/castings?status=draft"):
        assert {row["id"] for row in data(mine.get(address))["castings"]} == drafts
    one = data(mine.get(f"/castings/my?creator_id={agency.id}"))["castings"]
    assert [row["creator"]["id"] for row in one] == [str(agency.id)]
    address = f"/organizations/{agency.id}/castings?status=draft"
    assert len(data(mine.get(address))["castings"]) == 1
    assert data(Api().get(address))["castings"] == []


def test_a_team_reads_what_staff_have_said_of_its_castings(agency):
    casting = factories.casting(of=agency, moderation="approved")
    for role in ROLES:
        reader = client(agency, role)
        for shown in (
            data(reader.get(f"/castings/{casting.id}"))["casting"],
            *data(reader.get(f"/organizations/{agency.id}/castings"))["castings"],
        ):
            assert shown.get("moderation") == (None if role == "stranger" else "approved")


def test_an_editor_decides_and_notes_and_sets_a_cover(agency):
    editor, casting = client(agency, "editor"), factories.casting(of=agency)
    response = factories.response(to=casting)

    accepted = data(editor.patch(f"/responses/{response.id}/status", {"status": "accepted"}))["response"]
    noted = data(editor.patch(f"/responses/{response.id}", {"note": "В четверг"}))["response"]
    form = {
        "file": SimpleUploadedFile("a.jpg", pictures.jpeg(), "image/jpeg"),
        "entityType": "casting",
        "entityId": str(casting.id),
        "usage": "cover",
    }
    data(editor.post("/upload", form, format="multipart"), 201)

    assert (accepted["status"], noted["note"]) == ("accepted", "В четверг")
    casting.refresh_from_db()
    assert casting.cover
    # The room stands between the model and the organization's owner.
    room = casting.rooms.get()
    assert {room.first_id, room.second_id} == {agency.user_id, response.applicant.user_id}


def test_an_editor_matches_and_invites(agency):
    editor, casting, model = client(agency, "editor"), factories.casting(of=agency), factories.model()

    (found,) = data(editor.get(f"/castings/{casting.id}/matches"))["models"]
    sent = data(editor.post(f"/castings/{casting.id}/invitations", {"model_ids": [str(model.id)]}))["results"]

    assert (found["id"], [row["status"] for row in sent]) == (str(model.id), ["created"])
    assert Notification.objects.get().data["name"] == "Tengri Models"


@pytest.mark.parametrize("laid_by_model", [True, False])
def test_a_member_reaches_nobody_over_a_block_but_the_others_of_the_team_do(agency, laid_by_model):
    barred, other = (factories.member(of=agency).user for _ in range(2))
    model, casting = factories.representation(by=agency).model, factories.casting(of=agency)
    stranger, foreign = factories.model(), factories.casting()
    for person in (model.user, stranger.user):
        sides = (person, barred) if laid_by_model else (barred, person)
        Block.objects.create(blocker=sides[0], blocked=sides[1])

    def reach(person) -> list:
        mine = Api(person)
        ids = {"model_ids": [str(model.id)]}
        return [
            [row["id"] for row in data(mine.get(f"/castings/{casting.id}/matches"))["models"]],
            data(mine.post(f"/castings/{casting.id}/invitations", ids))["results"][0]["status"],
            data(mine.post(f"/castings/{foreign.id}/responses", ids))["results"][0]["status"],
            mine.post(f"/organizations/{agency.id}/models", {"model_id": str(stranger.id)}).status_code,
        ]

    assert reach(barred) == [[], "error", "error", 403]
    assert reach(other) == [[str(stranger.id), str(model.id)], "created", "created", 201]


def test_a_casting_is_not_answered_by_a_member_over_a_block_with_its_owner(agency):
    member, casting = factories.member(of=agency).user, factories.casting()
    Block.objects.create(blocker=casting.employer.user, blocked=member)
    body = {"model_ids": [str(factories.representation(by=agency).model_id)]}

    error(Api(member).post(f"/castings/{casting.id}/responses", body), 403, "ACCOUNT_BLOCKED")
    assert data(Api(agency.user).post(f"/castings/{casting.id}/responses", body))["results"][0]["status"] == "created"


def test_a_removed_member_is_refused_by_the_next_request_and_a_demoted_one_reads(agency):
    member, casting = factories.member(of=agency), factories.casting(of=agency, status="draft")
    editor, owner = Api(member.user), Api(agency.user)
    place = f"/organizations/{agency.id}/members/{member.id}"
    data(editor.patch(f"/castings/{casting.id}", {"title": "Новое"}))

    data(owner.patch(place, {"role": "viewer"}))
    error(editor.patch(f"/castings/{casting.id}", {"title": "Иное"}), 403, "PERMISSION_DENIED")
    data(editor.get(f"/castings/{casting.id}"))
    assert owner.delete(place).status_code == 204
    error(editor.get(f"/castings/{casting.id}"), 404, "NOT_FOUND")
    assert data(editor.get("/castings/my"))["castings"] == []


def test_nobody_acts_for_a_company_while_its_owner_is_banned(agency):
    """What is between it and models stands, and waits: nothing is said in its name."""
    editor, done = client(agency, "editor"), factories.done(of=agency)
    casting, model = factories.casting(of=agency), factories.representation(by=agency).model
    response, sent = factories.response(to=casting), factories.response(by=model, agency=agency)
    review = factories.review(author=done.applicant.user, employer=agency, after=done.casting)
    written = {
        "target_type": "model",
        "target_id": str(done.applicant_id),
        "casting_id": str(done.casting_id),
        "rating": 1,
    }
    asked = [
        lambda: editor.patch(f"/castings/{casting.id}", {"title": "Новое"}),
        lambda: editor.patch(f"/responses/{response.id}/status", {"status": "accepted"}),
        lambda: editor.patch(f"/responses/{response.id}", {"note": "…"}),
        lambda: editor.delete(f"/responses/{sent.id}"),
        lambda: editor.post("/reviews", written),
        lambda: editor.post(f"/reviews/{review.id}/reply", {"reply": "…"}),
        lambda: editor.get(f"/analytics/employer?organization_id={agency.id}"),
    ]
    call_command("ban", agency.user.email, verbosity=0)

    assert {call().status_code for call in asked} <= {403, 404}

    call_command("unban", agency.user.email, verbosity=0)
    factories.pro(agency.user)
    assert [call().status_code // 100 for call in asked] == [2] * len(asked)


def test_a_right_is_held_in_the_transaction_or_refused(agency):
    viewer = factories.member(of=agency, role="viewer").user
    assert acting.may(viewer, Right.READ, agency.id)
    assert not acting.may(viewer, Right.EDIT, agency.id)
    with acting.held(viewer, agency.id, Right.READ):
        pass
    with pytest.raises(Forbidden), acting.held(viewer, agency.id):
        raise AssertionError("this must not be reached")


def test_what_was_begun_with_a_right_is_not_done_without_it(agency):
    """As when a place is lost after the permission was asked."""
    viewer, casting, model = (
        factories.member(of=agency, role="viewer").user,
        factories.casting(of=agency),
        factories.model(),
    )

    with pytest.raises(Forbidden):
        invitations.invite(user=viewer, casting=casting, model_ids=[model.id])
    with pytest.raises(Forbidden):
        services.promote(user=viewer, casting=casting)
    assert not casting.invitations.exists()


def test_of_a_new_response_owner_admins_and_editors_hear_as_they_wish_in_one_statement(agency):
    people = {role: factories.member(of=agency, role=role).user for role in ("admin", "editor", "viewer")}
    quiet = factories.member(of=agency, role="editor").user
    Preferences.objects.create(user=quiet, new_response=False)
    casting = factories.casting(of=agency)

    with CaptureQueriesContext(connection) as queries:
        data(Api(factories.model().user).post(f"/castings/{casting.id}/responses", {}), 201)

    told = Notification.objects.filter(kind="new_response").values_list("user", flat=True)
    assert set(told) == {agency.user_id, people["admin"].id, people["editor"].id}
    statements = [query["sql"] for query in queries if "INSERT INTO notifications_notification" in query["sql"]]
    assert len(statements) == 1


def test_the_plan_is_the_owners(agency):
    factories.business(agency.user)
    editor, casting = client(agency, "editor"), factories.casting(of=agency)

    assert data(editor.post(f"/castings/{casting.id}/promote"))["casting"]["is_promoted"] is True


def test_a_member_reads_the_figures_of_the_company_she_names_by_its_owners_plan(agency):
    viewer = client(agency, "viewer")
    factories.casting(of=agency)
    own = factories.employer(person=factories.pro(viewer.person))
    address = "/analytics/employer?period=7&organization_id="
    error(viewer.get(f"{address}{agency.id}"), 403, "SUBSCRIPTION_LIMIT")
    factories.business(agency.user)

    figures = data(viewer.get(f"{address}{agency.id}"))["analytics"]
    hers = data(viewer.get("/analytics/employer?period=7"))["analytics"]

    assert (figures["level"], figures["castings"]["active"]) == ("advanced", 1)
    assert (hers["level"], hers["castings"]["active"]) == ("basic", 0)
    assert data(viewer.get(f"{address}{own.id}"))["analytics"] == hers
    error(viewer.get(f"{address}00000000-0000-7000-8000-000000000000"), 404, "NOT_FOUND")
    for query, name in (
        (f"{address}x", "organization_id"),
        (f"/analytics/employer?period=8&organization_id={agency.id}", "period"),
    ):
        assert list(error(viewer.get(query), 400, "VALIDATION_ERROR")["details"]) == [name]


def test_a_team_has_no_views_of_its_own_castings(agency, django_capture_on_commit_callbacks):
    casting = factories.casting(of=agency)
    with django_capture_on_commit_callbacks(execute=True):
        for role in ("owner", "editor", "viewer"):
            data(client(agency, role).get(f"/castings/{casting.id}"))
    assert not casting.views.exists()
