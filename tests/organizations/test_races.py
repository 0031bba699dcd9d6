"""Teams, rosters and agencies' answers with threads on the real database: counts exact, nobody waits for ever."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import Role
from billing import limits
from castings import services
from castings.models import Casting, Response
from profiles import teams
from profiles.models import Follow, Invitation, Member, Representation
from tests import factories
from tests.conftest import Api
from tests.races import at_once
from tests.test_races import statuses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def roster(agency, count: int) -> list:
    """Models with a subscription's row each: its being made would put everybody in line by itself."""
    models = [factories.representation(by=agency).model for _ in range(count)]
    with transaction.atomic():
        for model in models:
            limits.lock(model.user)
    return models


def until_it_waits(request) -> None:
    """Until this request waits for a lock; or is through without one, whatever that means for the test."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not request.done():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"  # other workers' tests wait too
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)


def submit(client: Api, casting, models):
    return client.post(f"/castings/{casting.id}/responses", {"model_ids": [str(model.id) for model in models]})


def made(answers) -> Counter:
    """How many models had which outcome, over all answers."""
    rows = [row for answer in answers for row in answer.json()["data"]["results"]]
    return Counter(row.get("error", {}).get("code", row["status"]) for row in rows)


def test_one_invitation_makes_one_member_of_ten_who_accept_it_at_once():
    invitation = factories.invitation()
    dana = Api(factories.user(role=Role.EMPLOYER, email=invitation.email))

    answers = at_once(10, lambda _: dana.post(f"/organizations/invitations/{invitation.token}/accept"))

    assert statuses(answers) == {200: 1, 409: 9}
    assert Member.objects.filter(user=dana.person).count() == 1


def test_the_last_seat_goes_to_one(monkeypatch):
    monkeypatch.setattr(teams, "MOST_MEMBERS", 2)
    agency = factories.agency()
    invitations = [factories.invitation(to=agency, email=f"{n}@example.kz") for n in range(5)]
    people = [Api(factories.user(role=Role.EMPLOYER, email=invitation.email)) for invitation in invitations]

    answers = at_once(5, lambda n: people[n].post(f"/organizations/invitations/{invitations[n].token}/accept"))

    assert statuses(answers) == {200: 1, 409: 4}
    assert agency.members.count() == 2


def test_invitations_at_once_do_not_pass_their_number_and_one_address_has_one(monkeypatch):
    monkeypatch.setattr(teams, "MOST_OPEN", 3)
    agency = factories.agency()
    owner, address = Api(agency.user), f"/organizations/{agency.id}/invite"

    same = at_once(5, lambda _: owner.post(address, {"email": "dana@example.kz", "role": "editor"}))
    others = at_once(5, lambda n: owner.post(address, {"email": f"{n}@example.kz", "role": "editor"}))

    assert statuses(same) == {201: 1, 200: 4}
    assert statuses(others) == {201: 2, 409: 3}
    assert Invitation.objects.open().count() == 3


@pytest.mark.parametrize("act", ["demoted", "removed"])
def test_an_edit_that_began_before_a_demotion_does_not_land_after_it(act):
    """The edit has found its row and its right, and waits for the place in the team that is being changed."""
    agency = factories.agency()
    member, casting = factories.member(of=agency), factories.casting(of=agency, title="Прежнее")
    editor = Api(member.user)

    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            teams.change(user=agency.user, member=member, role="viewer")
            if act == "removed":
                teams.remove(user=agency.user, member=member)
            edit = aside.submit(at_once, 1, lambda _: editor.patch(f"/castings/{casting.id}", {"title": "Новое"}))
            until_it_waits(edit)
        (answer,) = edit.result(timeout=20)

    casting.refresh_from_db()
    assert (answer.status_code, casting.title) == (403, "Прежнее")


def test_changes_of_a_team_and_edits_at_once_end():
    agency = factories.agency()
    members = [factories.member(of=agency, role="editor") for _ in range(4)]
    castings = [factories.casting(of=agency) for _ in range(4)]
    owner, editors = Api(agency.user), [Api(member.user) for member in members]

    def act(n):
        if n % 2:
            return owner.patch(f"/organizations/{agency.id}/members/{members[n // 2].id}", {"role": "viewer"})
        return editors[n // 2].patch(f"/castings/{castings[n // 2].id}", {"title": "Новое"})

    answers = at_once(8, act)

    assert {answers[n].status_code for n in range(1, 8, 2)} == {200}
    assert {answers[n].status_code for n in range(0, 8, 2)} <= {200, 403}


def test_ten_questions_to_one_model_are_one():
    agency, model = factories.agency(), factories.model()
    owner = Api(agency.user)

    answers = at_once(10, lambda _: owner.post(f"/organizations/{agency.id}/models", {"model_id": str(model.id)}))

    assert statuses(answers) == {201: 1, 409: 9}
    assert Representation.objects.count() == 1


def test_an_answer_and_its_end_at_once_leave_one_state():
    for _ in range(4):
        question = factories.representation(status="pending")
        model, owner = Api(question.model.user), Api(question.organization.user)
        acts = [
            lambda m=model, q=question: m.post(f"/organizations/representations/{q.id}/accept"),
            lambda m=model, q=question: m.post(f"/organizations/representations/{q.id}/decline"),
            lambda o=owner, q=question: o.delete(f"/organizations/{q.organization_id}/models/{q.model_id}"),
        ]

        answers = at_once(3, lambda n, acts=acts: acts[n]())

        question.refresh_from_db()
        assert {answer.status_code for answer in answers} <= {200, 204, 404, 409}
        assert question.status in ("declined", "ended")


def test_following_ten_times_at_once_is_one_row():
    company, client = factories.employer(), Api(factories.user())

    answers = at_once(10, lambda _: client.post(f"/organizations/{company.id}/follow"))

    assert statuses(answers) == {204: 10}
    assert Follow.objects.count() == 1


def test_twenty_models_in_one_request_four_times_at_once_and_by_themselves():
    """Each of the twenty answers once, whoever was first: an agency's two people, another agency, she herself."""
    agency, other = factories.agency(), factories.agency()
    models = roster(agency, 20)
    for model in models:
        factories.representation(by=other, of=model)
    people = [Api(agency.user), Api(factories.member(of=agency).user), Api(other.user), Api(other.user)]
    themselves = [Api(model.user) for model in models[:4]]
    casting = factories.casting()

    def act(n):
        if n < 4:
            return submit(people[n], casting, models if n % 2 else list(reversed(models)))
        return themselves[n - 4].post(f"/castings/{casting.id}/responses", {})

    answers = at_once(8, act)

    assert set(statuses(answers[:4])) == {200}
    assert set(statuses(answers[4:])) <= {201, 409}
    alone = statuses(answers[4:])[201]
    assert made(answers[:4]) == {"created": 20 - alone, "DUPLICATE_RESOURCE": 60 + alone}
    casting.refresh_from_db()
    assert casting.responses_count == Response.objects.filter(casting=casting).count() == 20


def test_a_month_holds_exactly_its_number_whoever_answers():
    """The free plan's three: of four castings by the agency and four by herself, at once."""
    agency = factories.agency()
    models = roster(agency, 3)
    castings = [factories.casting() for _ in range(8)]
    owner, herself = Api(agency.user), Api(models[0].user)

    def act(n):
        if n % 2:
            return herself.post(f"/castings/{castings[n].id}/responses", {})
        return submit(owner, castings[n], models)

    answers = at_once(8, act)

    alone = statuses(answers[1::2])
    together = [row for answer in answers[::2] for row in answer.json()["data"]["results"]]
    hers = sum(row["model_id"] == str(models[0].id) and row["status"] == "created" for row in together)
    assert alone[201] + hers == 3
    assert set(alone) <= {201, 403}
    for model in models:
        assert services.responses_this_month(model.user) == 3
    assert sum(Casting.objects.values_list("responses_count", flat=True)) == Response.objects.count() == 9


def test_a_model_who_leaves_the_roster_at_this_moment_is_answered_for_before_or_not_at_all():
    agency, casting = factories.agency(), factories.casting()
    (model,) = roster(agency, 1)
    owner, herself = Api(agency.user), Api(model.user)

    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            Representation.objects.update(status="ended")
            answer = aside.submit(at_once, 1, lambda _: submit(owner, casting, [model]))
            until_it_waits(answer)
        (late,) = answer.result(timeout=20)

    assert made([late]) == {"NOT_FOUND": 1}
    assert herself.get("/responses/my").json()["data"]["responses"] == []


def test_a_casting_is_not_drafted_while_an_agency_answers_it():
    """The answer waits for the casting, which is being drafted; it is refused as a whole then."""
    agency, casting = factories.agency(), factories.casting()
    (model,) = roster(agency, 1)
    owner = Api(agency.user)

    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            services.move(casting=casting, status="draft")
            answer = aside.submit(at_once, 1, lambda _: submit(owner, casting, [model]))
            until_it_waits(answer)
        (late,) = answer.result(timeout=20)

    assert late.status_code == 409
    assert not Response.objects.exists()


@pytest.mark.parametrize("closing", ["owner", "editor", "model"])
def test_accounts_that_close_while_all_goes_on_end_it(closing):
    """No one waits for ever: whatever was first, the account is closed and the others are answered."""
    for _ in range(3):
        agency = factories.agency()
        member, (model, *others) = factories.member(of=agency), roster(agency, 4)
        castings = [factories.casting(of=agency), factories.casting()]
        response = factories.response(to=castings[0])
        editor, owner = Api(member.user), Api(agency.user)
        leaving = {"owner": agency.user, "editor": member.user, "model": model.user}[closing]
        leaver = Api(leaving)
        acts = [
            lambda c=leaver: c.delete("/auth/me", {"password": factories.PASSWORD}),
            lambda e=editor, c=castings, m=[model, *others]: submit(e, c[1], m),
            lambda e=editor, r=response: e.patch(f"/responses/{r.id}/status", {"status": "accepted"}),
            lambda o=owner, a=agency, m=member: o.patch(f"/organizations/{a.id}/members/{m.id}", {"role": "admin"}),
            lambda a=agency: Api(factories.user()).post(f"/organizations/{a.id}/follow"),
        ]

        answers = at_once(len(acts), lambda n, acts=acts: acts[n]())

        assert answers[0].status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 204, 401, 403, 404, 409}
        leaving.refresh_from_db()
        assert leaving.closed_at is not None
        assert not Member.objects.filter(user=leaving).exists()
