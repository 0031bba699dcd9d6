"""The list of models counts anew only when what it counts has changed, and then always, whoever changed it and how."""

import re
import time
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import moderation
from accounts.models import User
from mwork.api import listing
from profiles.filters import ModelFilter
from profiles.models import ListedState, ModelProfile
from profiles.views import LISTED, Models
from tests import factories
from tests.conftest import Api, data
from tests.races import at_once
from tests.test_search_plans import flat

ADDRESS = "/profiles/models?min_height=170"
EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON) "


def total(address: str = ADDRESS) -> int:
    return data(Api().get(address))["pagination"]["total"]


def counted_anew() -> bool:
    """Was it counted by PostgreSQL for the next request?"""
    with CaptureQueriesContext(connection) as queries:
        total()
    (asked,) = queries
    with connection.cursor() as cursor:
        cursor.execute(EXPLAIN + asked["sql"])
        ((plan,),) = cursor.fetchall()
    (loops,) = (node["Actual Loops"] for node in flat(plan[0]["Plan"]) if is_capped_count(node))
    return loops > 0


def is_capped_count(node: dict) -> bool:
    return node["Node Type"] == "Aggregate" and node["Plans"][0]["Node Type"] == "Limit"


@pytest.fixture
def three(db) -> list[ModelProfile]:
    return [factories.model(name=f"Айгерім {n}", height=170 + n, city="Almaty") for n in range(3)]


def test_what_has_not_changed_is_not_counted_again(three):
    assert [counted_anew(), counted_anew()] == [True, False]

    factories.model(height=180)

    assert [counted_anew(), counted_anew()] == [True, False]
    assert total() == 4


def test_views_and_reviews_change_nothing_that_is_counted(three):
    before = counted_anew(), total()

    ModelProfile.objects.update(views_count=7, rating=4.5, reviews_count=2, updated_at=timezone.now())

    assert before == (True, 3)
    assert not counted_anew()


def ban(profile, **fields):
    moderation.ban(user=profile.user, actor=None, reason="x", **fields)


CHANGES = {
    "another row": lambda profile: factories.model(height=190),
    "rows that are made at once": lambda profile: ModelProfile.objects.bulk_create(
        ModelProfile(user=factories.user(), name="x", birth_date="2000-01-01", gender="male", height=170, city="Oral")
        for _ in range(2)
    ),
    "a row less": lambda profile: profile.delete(),
    "all hidden": lambda profile: ModelProfile.objects.update(visibility="hidden"),
    "another height": lambda profile: ModelProfile.objects.filter(id=profile.id).update(height=160),
    "a ban": ban,
    "a closed account": lambda profile: User.objects.filter(id=profile.user_id).update(closed_at=timezone.now()),
    "an emptied table": lambda profile: connection.cursor().execute(
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE profiles_modelprofile CASCADE"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_total_follows_each_change(three, change):
    beyond = f"{ADDRESS}&offset=50"
    assert [total(), total(beyond)] == [3, 3]

    change(three[1])

    listing_says = total()
    assert listing_says != 3
    assert listing_says == total(beyond) == ModelProfile.objects.listed().filter(height__gte=170).count()


def test_the_total_follows_the_end_of_a_ban_which_nobody_writes(three):
    until = timezone.now() + timedelta(seconds=0.5)
    ban(three[0], until=until)
    ban(three[1], until=until + timedelta(days=1))
    assert [total(), counted_anew()] == [1, False]

    time.sleep(max((until - timezone.now()).total_seconds(), 0) + 0.01)

    assert total() == 2


def test_pages_of_one_list_share_their_count(three):
    assert total() == 3
    with CaptureQueriesContext(connection) as queries:
        assert total(f"{ADDRESS}&limit=1&offset=1") == 3
        assert total(f"{ADDRESS}&offset=100") == 3
    assert listing.counted.cache_info().currsize == 1
    assert ListedState.objects.count() == 1
    assert len(queries) == 3  # beyond the last row the count is asked by itself


def test_a_number_that_was_rolled_back_does_not_come_again(three):
    """A counter would: what was counted inside would be taken for what stands there after two changes more."""
    with transaction.atomic():
        factories.model(height=180)
        assert total() == 4
        transaction.set_rollback(True)

    CHANGES["rows that are made at once"](three[0])

    assert total() == 5


def test_the_trigger_watches_every_column_that_a_filter_reads(db):
    asked = {
        "gender": "male", "min_age": "18", "max_age": "30", "min_height": "160", "max_height": "190", "city": "Oral",
        "category": "fashion", "experience": "beginner", "language": "kk", "can_travel": "true", "search": "aa",
    }  # fmt: skip
    assert set(asked) == set(ModelFilter.base_filters)
    shape = tuple((name, len(value) if isinstance(value, list) else 0) for name, value in LISTED.asked(asked).items())
    read = set(re.findall(r'"(\w+)"', LISTED.compiled(False, shape, Models.orderings["newest"], False).every.sql))

    made_of = {"city_key": {"city"}, "search_text": {"name", "bio"}}  # what PostgreSQL generates
    read = set.union(*(made_of.get(column, {column}) for column in read - {"profiles_modelprofile", "id", "pk"}))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_trigger JOIN pg_attribute ON attrelid = tgrelid AND attnum = ANY (tgattr)"
            " WHERE tgname = 'listed_changed'"
        )
        watched = {name for (name,) in cursor.fetchall()}

    assert watched == read


@pytest.mark.django_db(transaction=True)
def test_those_who_change_profiles_wait_for_nobody_and_are_counted_when_they_commit():
    first, second = factories.model(height=180), factories.model(height=180)
    assert total() == 2
    all_wrote, all_was_read, one_is_read = (Barrier(count, timeout=10) for count in (3, 3, 2))
    first_committed = Barrier(2, timeout=10)

    def act(number: int) -> list[int]:
        if number == 2:
            all_wrote.wait()
            totals = [total()]
            all_was_read.wait()
            first_committed.wait()
            totals.append(total())
            one_is_read.wait()
            return totals
        with transaction.atomic():
            ModelProfile.objects.filter(id=(first, second)[number].id).update(height=160)
            all_wrote.wait()  # who waited for the other would never come here
            all_was_read.wait()
            if number == 1:
                one_is_read.wait()
        if number == 0:
            first_committed.wait()
        return []

    *_, totals = at_once(3, act)

    assert [*totals, total()] == [2, 1, 0]
    assert ListedState.objects.count() == 2  # each has written its own row


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_while_others_write_counts_what_is_committed():
    writers, each = 3, 12
    done = [0] * writers

    def act(number: int):
        if number < writers:
            for _ in range(each):
                factories.model(height=180)
                done[number] += 1
            return []
        seen = []
        while sum(done) < writers * each:
            least = sum(done)
            seen.append((least, total(), sum(done) + writers))
        return seen

    seen = [each for found in at_once(writers + 3, act) for each in found]

    assert [found for found in seen if not found[0] <= found[1] <= found[2]] == []
    assert len({found[1] for found in seen}) > 3
    assert total() == writers * each
