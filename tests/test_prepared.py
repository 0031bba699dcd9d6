"""Queries that are compiled once give what the queryset gives, for whatever values they are asked with."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from castings.models import Casting
from mwork.prepared import (
    OFTEN,
    TEXTS,
    Caller,
    Prepared,
    PreparedRows,
    PreparedUpdate,
    Slot,
    Statement,
    asking,
    literal,
)
from profiles.models import ModelProfile
from tests import factories
from tests.conftest import data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_kept")]


def everything(row) -> dict:
    """What was loaded of a row, its relations and annotations among it."""
    loaded = {name: value for name, value in vars(row).items() if name != "_state"}
    return loaded | {name: everything(other) for name, other in row._state.fields_cache.items() if other is not None}


def test_rows_are_those_of_the_queryset_with_relations_and_annotations():
    user = factories.model().user
    castings = [factories.casting(title=f"Casting {n}") for n in range(3)]
    answer = factories.response(to=castings[1], by=user.model_profile)

    def asked(who, city):
        return Casting.objects.active().for_list(who).filter(city_key=city).order_by("id")

    prepared = Prepared(lambda slot: asked(Caller("user"), slot("city")))
    expected = list(asked(user, "almaty"))

    found = prepared.all(user=user.id, city="almaty")

    assert [everything(row) for row in found] == [everything(row) for row in expected]
    assert found[1].my_response == {"id": str(answer.id), "status": "pending"}
    assert prepared.all(user=factories.user().id, city="almaty")[1].my_response is None
    assert prepared.all(user=user.id, city="astana") == []


def test_it_is_compiled_once_and_asked_in_one_query():
    one, other = factories.model(), factories.model()
    made = []
    prepared = Prepared(lambda slot: made.append(1) or ModelProfile.objects.filter(id=slot("id")))

    with CaptureQueriesContext(connection) as queries:
        assert [prepared.first(id=one.id), prepared.first(id=other.id)] == [one, other]

    assert (len(made), len(queries)) == (1, 2)
    assert prepared.exists(id=one.id)
    assert not prepared.exists(id=one.user_id)
    assert prepared.first(id=one.user_id) is None


KEPT = "SELECT generic_plans + custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE %s"


def kept(pattern: str) -> list[tuple[int, int]]:
    """How often each statement like this was asked by the plan that our connection keeps of it, and for any values."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [pattern])
        return cursor.fetchall()


def test_a_connection_keeps_the_plan_of_a_lookup():
    profiles = [factories.model() for _ in range(8)]
    prepared = Prepared(lambda slot: ModelProfile.objects.filter(id=slot("id"), views_count__lt=424_242))

    for profile in profiles:
        assert prepared.first(id=profile.id) == profile

    assert kept("%424242%") == [(8, 3)]  # PostgreSQL plans five times before it trusts a plan for all


def test_a_connection_keeps_the_plan_of_a_list_without_filters(api):
    factories.model()
    for _ in range(8):
        data(api.get("/profiles/models"))

    assert kept("%capped%ORDER BY%LIMIT 21") == [(8, 3)]  # only the known count is a value, which no plan depends on


def test_of_a_filtered_list_it_keeps_the_plans_for_values_that_are_asked_often(api):
    """One plan for all values would walk the wrong index for some."""

    def found(**filters) -> list[str]:
        return [row["name"] for row in data(api.get("/profiles/models", filters))["models"]]

    factories.model(name="Дана", height=171)
    factories.model(name="Алия", height=172)
    for height in range(120, 135):
        assert len(found(min_height=height)) == 2
    for _ in range(OFTEN):
        assert (found(min_height=171), found(max_height=171)) == (["Алия", "Дана"], ["Дана"])
    assert kept("%capped%") == []

    assert found(min_height=171) == ["Алия", "Дана"]

    factories.model(name="Салтанат", height=173)
    assert found(min_height=171) == ["Салтанат", "Алия", "Дана"]
    assert kept("%capped%LIMIT 21 OFFSET 0") == [(2, 0)]
    for _ in range(OFTEN):
        assert len(found(min_height=171)) == 3
    assert kept("%capped%LIMIT 21 OFFSET 0") == [(7, 2)]  # by now it plans no more
    assert len(found(max_height=171)) == 1
    assert len(kept("%capped%LIMIT 21 OFFSET 0")) == 2


def test_what_is_asked_between_many_others_is_not_often():
    for number in range(3 * OFTEN):
        assert not asking("again and again").again()
        for other in range(TEXTS):
            assert not asking(f"{number} {other}").again()

    assert [asking("again and again").again() for _ in range(OFTEN + 1)] == [False] * OFTEN + [True]


def test_queries_are_logged_with_their_values():
    profile = factories.model()
    prepared = Prepared(lambda slot: ModelProfile.objects.filter(id=slot("id")))

    with CaptureQueriesContext(connection) as queries:
        prepared.first(id=profile.id)

    assert str(profile.id).replace("-", "") in queries[0]["sql"].replace("-", "")


AWKWARD = ["100% %s %(name)s", "it's \\ 'quoted'", 'a "word"', "line\nbreak", "қазақша"]


@pytest.mark.parametrize("text", AWKWARD)
def test_texts_come_through_in_slots_and_as_constants(text):
    profile = factories.model(name=text, bio=text, city="Oral")
    factories.model(name="Another", bio=text)
    in_slots = Prepared(lambda slot: ModelProfile.objects.filter(name=slot("text"), bio=slot("text")))
    constant = PreparedRows(
        lambda slot: ModelProfile.objects.filter(name=text, city=slot("city")).values_list("id", "bio")
    )
    written = Statement(*ModelProfile.objects.filter(name=Slot("text"), bio=text).values("id").query.sql_with_params())

    assert in_slots.all(text=text) == [profile]
    assert constant.all(city="Oral") == [(profile.id, text)]
    assert constant.all(city="Astana") == []
    with connection.cursor() as cursor:
        cursor.execute(written.text({"text": text}))
        assert cursor.fetchall() == [(profile.id,)]


@pytest.mark.parametrize(("value", "written"), [(1, "1"), (True, "true"), ("1", "'1'"), (-1, " -1"), (1.0, "1.0")])
def test_values_that_are_equal_are_each_written_as_what_they_are(value, written):
    assert [literal(each) for each in (True, 1, "1", value)] == ["true", "1", "'1'", written]


def test_a_value_is_worked_out_once_however_often_it_is_asked_for():
    profile, made = factories.model(name="Аружан", bio="Аружан"), []
    slot = Slot("name").derived(lambda name: made.append(name) or name.title())
    prepared = Prepared(lambda _: ModelProfile.objects.filter(name=slot, bio=slot))

    assert prepared.all(name="аружан") == [profile]
    assert made == ["аружан"]


def test_rows_are_as_many_as_are_asked_for_by_a_few_plans():
    profiles = [factories.model(city="Oral", height=170 + n) for n in range(3)]
    prepared = Prepared(
        lambda slot: ModelProfile.objects.filter(city=slot("city"), views_count__lt=535_353).order_by("height")
    )

    for limit in range(1, 102):
        assert prepared.all(city="Oral", limit=limit) == profiles[:limit]
    assert prepared.all(city="Oral") == profiles
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%535353%"])
        assert cursor.fetchone() == (4,)


def test_what_is_prefetched_is_asked_for_these_rows():
    profile = factories.model()
    photo = factories.photo(profile=profile)
    prepared = Prepared(lambda slot: ModelProfile.objects.filter(id=slot("id")).prefetch_related("photos"))

    with CaptureQueriesContext(connection) as queries:
        assert [*prepared.first(id=profile.id).photos.all()] == [photo]

    assert len(queries) == 2


def test_a_lock_needs_a_transaction(transactional_db):
    profile = factories.model()
    prepared = Prepared(lambda slot: ModelProfile.objects.select_for_update().filter(id=slot("id")))

    with transaction.atomic():
        assert prepared.first(id=profile.id) == profile
    with pytest.raises(transaction.TransactionManagementError):
        prepared.first(id=profile.id)


def test_an_update_tells_how_many_rows_it_has_changed():
    one, other = factories.model(views_count=3), factories.model(views_count=3)
    update = PreparedUpdate(
        lambda slot: (
            ModelProfile.objects.filter(user=slot("user_id")).order_by("id"),
            {"name": slot("name"), "views_count": F("views_count") + 1},
        )
    )

    assert update(user_id=one.user_id, name="Аружан") == 1
    assert update(user_id=other.user_id, name="Дана") == 1
    assert update(user_id=one.id, name="Никто") == 0

    rows = ModelProfile.objects.order_by("name").values_list("name", "views_count")
    assert list(rows) == [("Аружан", 4), ("Дана", 4)]


def test_a_moment_cannot_be_compiled_in():
    prepared = Prepared(lambda slot: Casting.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)))

    with pytest.raises(ImproperlyConfigured, match="the same for ever"):
        prepared.all()
