"""The second net: a list costs the same number of queries with one row, with three and with thirty."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Block, Session
from castings.models import SavedCasting, SavedSearch
from profiles.models import Invitation
from tests import factories
from tests.conftest import Api, data


@pytest.fixture
def caller(db):
    """Somebody for whom every list can be filled."""
    return {
        "model": Api(factories.model().user),
        "employer": Api(factories.employer().user),
        "nobody": Api(),
    }


def models(people):
    factories.work_experience(profile=factories.model())


def photos(people):
    factories.photo(profile=people["model"].person.model_profile)


def castings(people):
    factories.casting(of=factories.employer())


def own_castings(people):
    factories.casting(of=people["employer"].person.employer_profile)


def saved(people):
    SavedCasting.objects.create(user=people["model"].person, casting=factories.casting())


def own_responses(people):
    factories.response(by=people["model"].person.model_profile)


def received(people):
    casting = people["employer"].person.employer_profile.castings.first() or factories.casting(
        of=people["employer"].person.employer_profile
    )
    factories.response(to=casting)
    people["casting"] = casting


def invited(people):
    factories.casting_invitation(of=people["model"].person.model_profile)


def inviting(people):
    people["casting"] = people.get("casting") or factories.casting(of=people["employer"].person.employer_profile)
    factories.casting_invitation(to=people["casting"])


def matched(people):
    people["casting"] = people.get("casting") or factories.casting(of=people["employer"].person.employer_profile)
    factories.model()


def kept_searches(people):
    SavedSearch.objects.create(user=people["model"].person, name=str(SavedSearch.objects.count()))


def blocks(people):
    Block.objects.create(blocker=people["model"].person, blocked=factories.employer().user)


def reported(people):
    factories.report(by=people["model"].person)


def payments(people):
    factories.payment(user=people["model"].person)


def sessions(people):
    factories.access_token(people["model"].person)


def rooms(people):
    room = factories.room(one=factories.pro(factories.employer().user), other=people["model"].person)
    factories.message(to=room, by=room.other_than(people["model"].person))


def messages(people):
    room = people.get("room") or factories.room(other=people["model"].person)
    people["room"] = room
    file = factories.attachment(owner=room.first)
    factories.message(to=room, by=room.first, attachment_ids=[file.id])


def followed(people):
    factories.follow(of=factories.employer(), by=people["model"].person)


def teams(people):
    factories.member(of=factories.employer(), person=people["employer"].person)


def members(people):
    factories.member(of=organization(people), person=factories.employer().user)


def invitations(people):
    number = organization(people).invitations.count()
    Invitation.objects.create(
        organization=organization(people), email=f"{number}@example.kz", role="viewer", digest=str(number),
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def organization(people):
    """An agency in whose team the employer is an admin."""
    if "organization" not in people:
        people["organization"] = factories.agency()
        factories.member(of=people["organization"], person=people["employer"].person, role="admin")
    return people["organization"]


def organization_castings(people):
    factories.casting(of=organization(people))


def roster(people):
    factories.representation(by=organization(people))


def representations(people):
    factories.representation(of=people["model"].person.model_profile)


def received_from_agencies(people):
    received(people)
    people["casting"].responses.update(agency=organization(people))


def notifications(people):
    factories.notification(user=people["model"].person)


def reviews(people):
    """Of the employer, half of them by models, half by people who have left or hide; the odd one is answered."""
    employer = people["employer"].person.employer_profile
    author = factories.model(visibility="hidden" if employer.reviews.count() % 2 else "public")
    factories.review(author=author.user, employer=employer, reply="Спасибо!")


def answered_castings(people):
    casting = factories.casting(of=factories.pro(people["employer"].person).employer_profile)
    factories.response(to=casting)
    factories.view(of=casting)


def looks(people):
    profile = factories.pro(people["model"].person).model_profile
    factories.response(by=profile)
    factories.view(of=profile)


# address, who asks, the key of the rows, what makes one more row, queries for the page: session and user included, and
# count and rows are one where the SQL is compiled
LISTS = [
    ("/profiles/models", "nobody", "models", models, 1),
    ("/profiles/models", "model", "models", models, 2),
    ("/profiles/models?search=айгерім&gender=female&city=Almaty", "model", "models", models, 2),
    ("/profiles/models/promoted", "nobody", "models", models, 1),
    ("/photos?profile_id={profile}", "nobody", "photos", photos, 3),
    ("/castings", "nobody", "castings", castings, 1),
    ("/castings", "model", "castings", castings, 2),
    ("/castings?search=лукбук&sort=pay", "model", "castings", castings, 2),
    ("/castings/my", "employer", "castings", own_castings, 3),
    ("/castings/saved", "model", "castings", saved, 3),
    ("/responses/my", "model", "responses", own_responses, 2),
    ("/castings/{casting}/responses", "employer", "responses", received, 3),
    ("/castings/{casting}/responses?sort=match", "employer", "responses", received, 4),
    ("/castings/recommended", "model", "castings", castings, 7),
    ("/castings/{casting}/matches", "employer", "models", matched, 7),
    ("/castings/{casting}/invitations", "employer", "invitations", inviting, 4),
    ("/invitations/my", "model", "invitations", invited, 3),
    ("/searches", "model", "searches", kept_searches, 3),
    ("/responses?casting_id={casting}", "employer", "responses", received, 3),
    ("/reviews?target_type=employer&target_id={employer}", "nobody", "reviews", reviews, 3),
    ("/reviews?target_type=employer&target_id={employer}", "model", "reviews", reviews, 4),
    ("/organizations/{employer}/reviews", "model", "reviews", reviews, 4),
    ("/castings/{casting}/responses?status=pending", "employer", "responses", received_from_agencies, 3),
    ("/castings/my?status=active", "employer", "castings", organization_castings, 3),
    ("/organizations/{organization}/castings", "nobody", "castings", organization_castings, 3),
    ("/organizations/{organization}/castings", "employer", "castings", organization_castings, 4),
    ("/organizations/{organization}/members", "employer", "members", members, 5),
    ("/organizations/{organization}/invitations", "employer", "invitations", invitations, 4),
    ("/organizations/{organization}/models", "nobody", "models", roster, 3),
    ("/organizations/{organization}/models", "employer", "models", roster, 4),
    ("/organizations/representations", "model", "representations", representations, 3),
    ("/organizations/following", "model", "organizations", followed, 3),
    ("/organizations/my", "employer", "organizations", teams, 3),
    ("/chat/rooms", "model", "rooms", rooms, 4),
    ("/chat/rooms/{room}/messages", "model", "messages", messages, 4),
    ("/chat/rooms/{room}/messages?after_seq=0", "model", "messages", messages, 4),
    ("/chat/search?q=здравствуйте", "model", "messages", messages, 4),
    ("/chat/unread", "model", "rooms", rooms, 2),
    ("/users/blocked", "model", "users", blocks, 4),
    ("/reports/my", "model", "reports", reported, 3),
    ("/auth/sessions", "model", "sessions", sessions, 3),
    ("/payments", "model", "payments", payments, 3),
    ("/notifications", "model", "notifications", notifications, 4),
    ("/notifications?unread_only=true", "model", "notifications", notifications, 4),
    ("/subscriptions/plans", "nobody", "plans", lambda people: None, 1),
]


def ask(people, address, who, key):
    """The rows of the page and the queries it took."""
    rows = {
        "casting": people.get("casting"),
        "room": people.get("room"),
        "organization": people.get("organization"),
        "profile": people["model"].person.model_profile,
        "employer": people["employer"].person.employer_profile,
    }
    names = {name: row and row.id for name, row in rows.items()}
    Session.objects.update(last_seen_at=timezone.now())  # written once a minute, and making the rows may take one
    with CaptureQueriesContext(connection) as queries:
        rows = data(people[who].get(address.format(**names)))[key]
    return rows, [query["sql"] for query in queries]


@pytest.mark.parametrize(("address", "who", "key", "add", "budget"), LISTS, ids=[f"{a}-{w}" for a, w, *_ in LISTS])
def test_a_list_costs_the_same_whatever_its_length(caller, address, who, key, add, budget):
    lengths = []
    for rows in (1, 2, 27):
        for _ in range(rows):
            add(caller)
        joiner = "&" if "?" in address else "?"
        page, queries = ask(caller, f"{address}{joiner}limit=100", who, key)
        lengths.append(len(page))
        assert len(queries) == budget, "\n".join(queries)

    if address not in ("/subscriptions/plans", "/profiles/models/promoted"):
        assert lengths == sorted(set(lengths)), "the list must have grown, or the test proves nothing"


@pytest.mark.parametrize(("who", "add", "budget"), [("model", looks, 8), ("employer", answered_castings, 7)])
@pytest.mark.parametrize("plan", ["PRO", "BUSINESS"])
def test_figures_cost_the_same_however_much_there_is(caller, who, add, budget, plan):
    costs = set()
    for rows in (1, 2, 30):
        for _ in range(rows):
            add(caller)
        factories.subscribe(caller[who].person, plan)
        with CaptureQueriesContext(connection) as queries:
            data(caller[who].get(f"/analytics/{who}"))
        costs.add(len(queries))

    advanced = {"model": 1, "employer": 7}[who] if plan == "BUSINESS" else 0
    assert costs == {budget + advanced}


@pytest.mark.parametrize(
    ("address", "key", "add"), [("/profiles/models", "models", models), ("/castings", "castings", castings)]
)
def test_a_page_by_cursor_asks_for_no_count(caller, address, key, add):
    for _ in range(3):
        add(caller)
    cursor = data(caller["model"].get(f"{address}?limit=1"))["pagination"]["next_cursor"]

    _rows, first = ask(caller, f"{address}?limit=1", "model", key)
    rows, queries = ask(caller, f"{address}?limit=1&cursor={cursor}", "model", key)

    assert len(rows) == 1
    assert [sum("count(*)" in sql for sql in each) for each in (first, queries)] == [1, 0]
