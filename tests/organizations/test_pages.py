"""An organization's page, its followers, and what becomes of it when people leave or are banned."""

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Role
from castings.models import Response
from notifications import announcements
from notifications.models import Notification, Preferences
from profiles.models import Follow, Invitation, Member, Representation
from tests import factories
from tests.conftest import Api, data, error


def test_the_page_shows_what_a_client_needs(db, model):
    agency = factories.agency(city="Almaty")
    factories.member(of=agency)
    factories.casting(of=agency)
    factories.casting(of=agency, status="draft")
    factories.representation(by=agency)
    factories.follow(of=agency, by=model.person)

    public = data(Api().get(f"/organizations/{agency.id}"))["organization"]
    hers = data(model.get(f"/organizations/{agency.id}"))["organization"]
    owners = data(Api(agency.user).get(f"/organizations/{agency.id}"))["organization"]

    assert public == {
        "id": str(agency.id), "user_id": str(agency.user_id), "kind": "agency", "company_name": "Tengri Models",
        "description": "", "website": "", "city": "Almaty", "country": "Kazakhstan", "logo": None,
        "is_verified": False, "rating": 0, "reviews_count": 0, "active_castings": 1, "followers_count": 1,
        "members_count": 2, "models_count": 1, "created_at": public["created_at"],
    }  # fmt: skip
    assert hers == {**public, "is_following": True, "my_role": None}
    assert (owners["is_following"], owners["my_role"]) == (False, "owner")


def test_following_is_idempotent_and_listed(db, model):
    company = factories.employer()
    address = f"/organizations/{company.id}/follow"

    assert [model.post(address).status_code for _ in range(2)] == [204, 204]
    (row,) = data(model.get("/organizations/following"))["organizations"]
    assert (row["id"], row["kind"]) == (str(company.id), "employer")
    assert [model.delete(address).status_code for _ in range(2)] == [204, 204]
    assert data(model.get("/organizations/following"))["organizations"] == []
    for method in (model.post, model.delete):
        error(method("/organizations/00000000-0000-7000-8000-000000000000/follow"), 404, "NOT_FOUND")


def test_followers_hear_of_a_casting_once_whether_they_fit_or_not(db):
    company = factories.employer()
    fits, small, unknown = factories.model(height=180), factories.model(height=160), factories.model(height=180)
    fan, quiet, banned, parted = (factories.user(role=Role.EMPLOYER) for _ in range(4))
    colleague = factories.member(of=company).user
    for person in (fits.user, small.user, fan, quiet, banned, parted, colleague):
        factories.follow(of=company, by=person)
    Preferences.objects.create(user=quiet, new_casting=False)
    call_command("ban", banned.email, verbosity=0)
    Api(parted).post(f"/users/{company.user_id}/block")
    factories.follow(by=factories.user())
    casting = factories.casting(of=company, min_height=175)

    told = announcements.announce(casting.id, size=1)

    rows = Notification.objects.exclude(kind="account_banned")
    kinds = {row.user: row.kind for row in rows}
    assert kinds == {
        fits.user: "new_casting", unknown.user: "new_casting", small.user: "followed_casting", fan: "followed_casting",
    }  # fmt: skip
    assert told == casting.announcement.told == rows.count() == 4
    assert announcements.announce(casting.id) == 0
    row = Notification.objects.get(user=fan)
    assert (row.type, row.data["name"], row.actor) == ("new_casting", company.company_name, company.user)


def test_a_dead_worker_leaves_followers_to_the_next_one_and_nobody_hears_twice(db):
    company = factories.employer()
    fans = [factories.follow(of=company).user for _ in range(5)]
    models = [factories.model() for _ in range(3)]
    casting = factories.casting(of=company)
    for _ in range(4):  # four batches of one, then the worker dies
        announcements._batch(casting.id, casting.created_at, 1)

    announcements.announce(casting.id, size=2)

    readers = list(Notification.objects.values_list("user", flat=True))
    assert sorted(readers) == sorted([person.id for person in fans] + [profile.user_id for profile in models])


@pytest.fixture
def whole(db):
    """An agency with everything that an organization may have."""
    agency = factories.agency()
    factories.member(of=agency)
    factories.invitation(to=agency)
    factories.representation(by=agency)
    factories.follow(of=agency)
    factories.casting(of=agency)
    return agency


ADDRESSES = ("", "/castings", "/members", "/models")


def test_a_banned_owners_organization_disappears_and_comes_back(whole):
    member = Api(whole.members.get(role="editor").user)
    call_command("ban", whole.user.email, verbosity=0)

    for address in ADDRESSES:
        error(member.get(f"/organizations/{whole.id}{address}"), 404, "NOT_FOUND")
    error(member.get(f"/castings/{whole.castings.get().id}"), 404, "NOT_FOUND")
    assert data(member.get("/castings/my"))["castings"] == data(member.get("/organizations/my"))["organizations"] == []
    error(member.post("/castings", {"organization_id": str(whole.id)}), 404, "NOT_FOUND")
    follower = Api(whole.follows.get().user)
    assert data(follower.get("/organizations/following"))["organizations"] == []

    call_command("unban", whole.user.email, verbosity=0)
    data(member.get(f"/organizations/{whole.id}"))


def test_an_organization_whose_owner_closes_the_account_disappears_with_all_that_hangs_on_it(whole):
    member = Api(whole.members.get(role="editor").user)
    casting, invitation = whole.castings.get(), Invitation.objects.get()
    answer = factories.response(agency=whole, submitted_by=whole.user)

    assert Api(whole.user).delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    for address in ADDRESSES:
        error(member.get(f"/organizations/{whole.id}{address}"), 404, "NOT_FOUND")
    error(member.patch(f"/castings/{casting.id}", {"title": "Новое"}), 404, "NOT_FOUND")
    assert not Member.objects.exclude(organization__user=answer.casting.employer.user).exists()
    assert [kind.objects.count() for kind in (Invitation, Representation, Follow)] == [0, 0, 0]
    answer.refresh_from_db()
    assert (answer.agency, answer.submitted_by) == (None, None)
    dana = Api(factories.user(role=Role.EMPLOYER, email=invitation.email))
    error(dana.post(f"/organizations/invitations/{invitation.id}/accept"), 404, "NOT_FOUND")


def test_a_closed_account_leaves_teams_rosters_and_followed_organizations(whole):
    member = whole.members.get(role="editor").user
    model = whole.representations.get().model
    factories.follow(of=whole, by=model.user)
    factories.invitation(to=factories.agency(), email=member.email)
    answer = factories.response(agency=whole, submitted_by=member)

    for person in (member, model.user):
        assert Api(person).delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    assert list(whole.members.values_list("role", flat=True)) == ["owner"]
    assert not Invitation.objects.filter(email=member.email).exists()
    assert not Representation.objects.exists()
    assert not Follow.objects.filter(user=model.user).exists()
    assert Response.objects.get(id=answer.id).submitted_by is None
    assert Response.objects.get(id=answer.id).agency == whole


def test_staff_look_at_teams_invitations_and_rosters_in_the_admin(whole):
    staff = Client()
    staff.force_login(factories.user(role=Role.ADMIN, is_superuser=True))
    pages = {
        "employerprofile": whole,
        "invitation": Invitation.objects.get(),
        "representation": Representation.objects.get(),
    }
    for name, row in pages.items():
        for address in ("", f"{row.pk}/change/"):
            assert staff.get(f"/admin/profiles/{name}/{address}").status_code == 200
