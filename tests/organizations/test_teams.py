"""Teams: invitations by letter, joining, roles, leaving."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from mwork.api.errors import NotFound
from notifications.models import Notification
from profiles import invitation_letters, invitation_tokens, teams
from profiles.models import EmployerProfile, Invitation, Member
from tests import factories
from tests.conftest import Api, data, error


@pytest.fixture
def agency(db):
    return factories.agency()


@pytest.fixture
def owner(agency):
    return Api(agency.user)


def places(agency) -> dict[str, str]:
    """Role by e-mail."""
    return dict(agency.members.values_list("user__email", "role"))


def token_in(letter) -> str:
    return unquote(re.search(r"/invitation\?token=(\S+)", letter.body)[1])


def test_every_profile_has_its_owner_in_the_team_however_it_came_to_be(db, employer):
    made = data(Api(factories.user(role=Role.AGENCY)).post("/profiles/employers", {"company_name": "Tengri"}), 201)
    person, other = factories.user(role=Role.EMPLOYER), factories.user(role=Role.EMPLOYER)
    written = EmployerProfile.objects.bulk_create([EmployerProfile(user=person, company_name="Altyn")])[0]

    assert places(EmployerProfile.objects.get(id=made["employer"]["id"])) != {}
    assert places(written) == {person.email: "owner"}

    factories.member(of=written, person=other, role="viewer")
    EmployerProfile.objects.filter(id=written.id).update(user=other)
    assert places(written) == {other.email: "owner"}


def test_an_invitation_comes_by_letter_and_is_accepted_by_its_reader_once(
    agency, owner, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = data(
            owner.post(f"/organizations/{agency.id}/invite", {"email": "Dana@Example.kz ", "role": "editor"}), 201
        )
    invitation = made["invitation"]
    assert (invitation["email"], invitation["role"]) == ("dana@example.kz", "editor")
    assert "token" not in str(invitation)
    (letter,) = mailoutbox
    assert letter.to == ["dana@example.kz"]
    assert agency.company_name in letter.subject
    token = token_in(letter)
    assert token not in str(Invitation.objects.values().get())

    dana = Api(factories.user(role=Role.EMPLOYER, email="dana@example.kz"))
    member = data(dana.post(f"/organizations/invitations/{token}/accept"))["member"]

    assert (member["role"], member["organization_id"], member["email"]) == ("editor", str(agency.id), "dana@example.kz")
    assert places(agency)["dana@example.kz"] == "editor"
    assert Notification.objects.get().kind == "member_joined"
    assert Notification.objects.get().user == agency.user
    error(dana.post(f"/organizations/invitations/{token}/accept"), 409, "INVALID_STATE")
    rows = data(dana.get(f"/organizations/{agency.id}/members"))["members"]
    assert [(row["role"], row["name"]) for row in rows] == [("owner", agency.company_name), ("editor", None)]
    (mine,) = data(dana.get("/organizations/my"))["organizations"]
    assert (mine["id"], mine["my_role"], mine["kind"]) == (str(agency.id), "editor", "agency")


def test_a_token_serves_only_the_address_it_was_sent_to_and_no_model(agency):
    invitation = factories.invitation(to=agency, email="dana@example.kz")
    address = f"/organizations/invitations/{invitation.token}/accept"
    someone_else, model = factories.user(role=Role.EMPLOYER), factories.user(role=Role.MODEL, email="dana@example.kz")

    error(Api(someone_else).post(address), 403, "PERMISSION_DENIED")
    error(Api(model).post(address), 403, "PERMISSION_DENIED")
    error(Api(model).post("/organizations/invitations/unknown/accept"), 404, "NOT_FOUND")
    assert Invitation.objects.get().accepted_at is None
    assert agency.members.count() == 1


def test_an_invitation_ends_after_seven_days(agency):
    invitation, dana = factories.invitation(to=agency), factories.user(role=Role.EMPLOYER, email="dana@example.kz")
    Invitation.objects.update(expires_at=timezone.now())

    error(Api(dana).post(f"/organizations/invitations/{invitation.token}/accept"), 409, "INVALID_STATE")
    assert invitation.expires_at - invitation.invited_at == timedelta(days=7)


def test_inviting_again_renews_the_link_and_voids_the_one_before(agency, owner, mailoutbox):
    first = factories.invitation(to=agency, role="editor")
    Invitation.objects.update(invited_at=timezone.now() - timedelta(minutes=2), sent_at=timezone.now())

    again = data(owner.post(f"/organizations/{agency.id}/invite", {"email": first.email, "role": "viewer"}), 200)

    renewed = Invitation.objects.get()
    assert again["invitation"]["id"] == str(first.id) == str(renewed.id)
    assert invitation_letters.send(renewed.id)
    assert token_in(mailoutbox[0]) == invitation_tokens.of(renewed) != first.token
    dana = Api(factories.user(role=Role.AGENCY, email=first.email))
    error(dana.post(f"/organizations/invitations/{first.token}/accept"), 404, "NOT_FOUND")
    member = data(dana.post(f"/organizations/invitations/{invitation_tokens.of(renewed)}/accept"))["member"]
    assert member["role"] == "viewer"


def test_inviting_twice_in_a_minute_sends_one_letter(agency, owner, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        data(owner.post(f"/organizations/{agency.id}/invite", {"email": "dana@example.kz", "role": "editor"}), 201)
        data(owner.post(f"/organizations/{agency.id}/invite", {"email": "dana@example.kz", "role": "viewer"}), 200)

    assert len(mailoutbox) == 1
    assert Invitation.objects.get().role == "viewer"


def test_an_expired_invitation_is_renewed_too(agency, owner):
    factories.invitation(to=agency)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    data(owner.post(f"/organizations/{agency.id}/invite", {"email": "dana@example.kz", "role": "viewer"}), 200)

    assert Invitation.objects.get().is_open()


def test_open_invitations_and_letters_a_day_are_bounded(agency, owner, monkeypatch):
    monkeypatch.setattr(teams, "MOST_OPEN", 2)
    monkeypatch.setattr(teams, "LETTERS_A_DAY", 3)
    invite = lambda name: owner.post(f"/organizations/{agency.id}/invite", {"email": f"{name}@a.kz", "role": "viewer"})  # noqa: E731

    first, _second = (data(invite(name), 201)["invitation"] for name in ("a", "b"))
    error(invite("c"), 409, "INVALID_STATE")
    assert owner.delete(f"/organizations/{agency.id}/invitations/{first['id']}").status_code == 204
    data(invite("c"), 201)
    rows = data(owner.get(f"/organizations/{agency.id}/invitations"))["invitations"]
    assert [row["email"] for row in rows] == ["c@a.kz", "b@a.kz"]
    Invitation.objects.update(accepted_at=timezone.now())
    error(invite("d"), 409, "INVALID_STATE")


def test_an_invitation_taken_back_is_dead(agency, owner):
    invitation = factories.invitation(to=agency)
    assert owner.delete(f"/organizations/{agency.id}/invitations/{invitation.id}").status_code == 204

    dana = Api(factories.user(role=Role.EMPLOYER, email=invitation.email))
    error(dana.post(f"/organizations/invitations/{invitation.token}/accept"), 409, "INVALID_STATE")
    error(owner.delete(f"/organizations/{agency.id}/invitations/{invitation.id}"), 404, "NOT_FOUND")


@pytest.mark.parametrize("body", [{}, {"email": "nobody", "role": "editor"}, {"email": "a@b.kz", "role": "owner"}])
def test_a_bad_invitation_names_the_field(agency, owner, body):
    refusal = error(owner.post(f"/organizations/{agency.id}/invite", body), 400, "VALIDATION_ERROR")
    assert set(refusal["details"]) <= {"email", "role"}


def test_invitations_are_locked_before_places_as_a_closing_account_locks_them(agency):
    """An admin who invites and closes her account at once would else wait for herself in a circle."""
    admin = factories.member(of=agency, role="admin").user
    invitation = factories.invitation(to=agency)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(hours=1))
    for act in (
        lambda: teams.invite(user=admin, organization=agency, email=invitation.email, role="viewer"),
        lambda: teams.revoke(user=admin, invitation=invitation),
    ):
        with CaptureQueriesContext(connection) as queries:
            act()
        locks = [
            query["sql"] for query in queries if "FOR UPDATE" in query["sql"] or "FOR NO KEY UPDATE" in query["sql"]
        ]
        tables = [re.search(r'FROM "(\w+)"', sql)[1] for sql in locks]
        assert tables == [kind._meta.db_table for kind in (EmployerProfile, Invitation, Member)]


def test_an_invitation_accepted_a_moment_ago_is_not_taken_back(agency, owner):
    invitation = factories.invitation(to=agency)
    Invitation.objects.update(accepted_at=timezone.now())

    with pytest.raises(NotFound):
        teams.revoke(user=owner.person, invitation=invitation)
    assert Invitation.objects.get().revoked_at is None


def test_a_member_is_not_invited_again(agency, owner):
    member = factories.member(of=agency)
    body = {"email": member.user.email, "role": "viewer"}
    error(owner.post(f"/organizations/{agency.id}/invite", body), 409, "DUPLICATE_RESOURCE")


def test_an_admin_changes_no_invitation_of_an_admin(agency, owner):
    admin = Api(factories.member(of=agency, role="admin").user)
    address, body = f"/organizations/{agency.id}/invite", {"email": "dana@example.kz", "role": "admin"}
    data(owner.post(address, body), 201)

    error(admin.post(address, {**body, "role": "viewer"}), 403, "PERMISSION_DENIED")

    Invitation.objects.update(invited_at=timezone.now() - timedelta(hours=1))
    error(admin.post(address, {**body, "role": "viewer"}), 403, "PERMISSION_DENIED")
    assert Invitation.objects.get().role == "admin"
    assert data(owner.post(address, {**body, "role": "viewer"}))["invitation"]["role"] == "viewer"


def test_roles_follow_the_ranks(agency, owner):
    """The owner gives every role; an admin those of editors and viewers; nobody touches the owner."""
    admin, other_admin = (factories.member(of=agency, role="admin") for _ in range(2))
    editor, viewer = factories.member(of=agency, role="editor"), factories.member(of=agency, role="viewer")
    root, team = agency.members.get(role="owner"), f"/organizations/{agency.id}/members"
    acting = {"owner": owner, **{row.role: Api(row.user) for row in (admin, editor, viewer)}}

    def change(who, member, role):
        return acting[who].patch(f"{team}/{member.id}", {"role": role}).status_code

    assert [change("owner", root, role) for role in ("admin", "viewer")] == [409, 409]
    assert [change("admin", member, "viewer") for member in (root, other_admin, admin, editor)] == [403, 403, 403, 200]
    assert change("admin", editor, "admin") == 403
    assert [change(who, viewer, "editor") for who in ("editor", "viewer")] == [403, 403]
    assert [change("owner", other_admin, "viewer"), change("owner", editor, "admin")] == [200, 200]
    roles = agency.members.values_list("role", flat=True)
    assert sorted(roles) == ["admin", "admin", "owner", "viewer", "viewer"]
    invite = f"/organizations/{agency.id}/invite"
    error(acting["admin"].post(invite, {"email": "a@b.kz", "role": "admin"}), 403, "PERMISSION_DENIED")
    data(acting["admin"].post(invite, {"email": "a@b.kz", "role": "editor"}), 201)


def test_members_leave_and_are_removed(agency, owner):
    admin, editor, viewer = (factories.member(of=agency, role=role) for role in ("admin", "editor", "viewer"))
    team = f"/organizations/{agency.id}/members"
    root = agency.members.get(role="owner")

    def remove(person, member):
        return Api(person).delete(f"{team}/{member.id}").status_code

    assert remove(viewer.user, editor) == 403
    assert remove(viewer.user, viewer) == 204
    assert remove(viewer.user, editor) == 403
    assert remove(admin.user, root) == 403
    assert remove(agency.user, root) == 409
    assert remove(admin.user, editor) == 204
    assert remove(admin.user, admin) == 204
    assert remove(agency.user, viewer) == 404
    assert list(agency.members.all()) == [root]


def test_a_team_is_its_members_business(agency, owner):
    other = factories.employer()
    error(Api(other.user).get(f"/organizations/{agency.id}/members"), 403, "PERMISSION_DENIED")
    foreign = factories.member(of=other)
    error(owner.patch(f"/organizations/{agency.id}/members/{foreign.id}", {"role": "viewer"}), 404, "NOT_FOUND")
    viewer = factories.member(of=agency, role="viewer")
    error(Api(viewer.user).get(f"/organizations/{agency.id}/invitations"), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("kind", ["account", "none"])
def test_the_letters_page_joins_by_a_button_with_or_without_an_account(agency, kind):
    invitation = factories.invitation(to=agency)
    if kind == "account":
        factories.user(role=Role.EMPLOYER, email=invitation.email, email_verified=True)
    client, address = Client(headers={"Accept-Language": "en"}), f"/invitation?token={invitation.token}"

    page = client.get(address)
    assert agency.company_name in page.content.decode()
    assert Member.objects.filter(role="editor").count() == 0
    done = client.post("/invitation", {"token": invitation.token, "password": factories.PASSWORD})

    assert done.status_code == 200, done.content.decode()
    joined = User.objects.get(email=invitation.email)
    assert places(agency) == {agency.user.email: "owner", joined.email: "editor"}
    assert joined.check_password(factories.PASSWORD)
    assert client.post("/invitation", {"token": invitation.token}).status_code == 400


def test_the_page_gives_no_place_to_an_account_whose_address_nobody_confirmed(agency):
    """It may be somebody else's, who registered with the address and waits for just this."""
    invitation = factories.invitation(to=agency)
    factories.user(role=Role.EMPLOYER, email=invitation.email)

    assert Client().post("/invitation", {"token": invitation.token}).status_code == 400
    assert agency.members.count() == 1


@pytest.mark.parametrize("password", ["short", "12345678901"])
def test_the_page_refuses_a_weak_password(agency, password):
    invitation = factories.invitation(to=agency)

    assert Client().post("/invitation", {"token": invitation.token, "password": password}).status_code == 400
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize("token", ["", "x", "\x00"])
def test_the_page_of_a_token_that_is_none_says_so(db, token):
    assert Client().get("/invitation", {"token": token}).status_code == 200
    assert Client().post("/invitation", {"token": token}).status_code == 400


def test_a_letter_that_was_left_behind_is_found_and_sent_once(agency, mailoutbox):
    invitation = factories.invitation(to=agency)
    later = timezone.now() + timedelta(minutes=2)

    assert invitation_letters.waiting() == []
    assert invitation_letters.waiting(later) == [invitation.id]
    assert [invitation_letters.send(invitation.id) for _ in range(2)] == [True, False]
    assert (len(mailoutbox), invitation_letters.waiting(later)) == (1, [])


def test_a_full_team_takes_nobody(agency, monkeypatch):
    monkeypatch.setattr(teams, "MOST_MEMBERS", 2)
    factories.member(of=agency)
    invitation = factories.invitation(to=agency)
    dana = Api(factories.user(role=Role.EMPLOYER, email=invitation.email))

    error(dana.post(f"/organizations/invitations/{invitation.token}/accept"), 409, "INVALID_STATE")
