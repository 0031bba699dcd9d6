"""Search and lists at 20 000 rows: an index serves them. The plan is what is asserted, not the clock."""

import json
from contextlib import contextmanager
from itertools import product
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from castings import candidates, ranking
from castings.models import Casting
from castings.views import ACTIVE, Castings
from mwork import clock, search
from mwork.api import pagination
from mwork.prepared import Statement
from profiles.models import Gender, ModelProfile
from profiles.views import LISTED, Models
from tests import factories
from tests.conftest import Api, data

ROWS = 20_000

MODELS = """
WITH people AS (
    INSERT INTO accounts_user
        (id, created_at, password, is_superuser, email, role, email_verified, language, ban_reason)
    SELECT gen_random_uuid(), now() - n * interval '1 minute', '', false, 'm' || n || '@example.kz', 'model', true,
        'ru', ''
    FROM generate_series(1, %s) n
    RETURNING id, created_at, email
)
INSERT INTO profiles_modelprofile
    (id, created_at, updated_at, user_id, name, bio, birth_date, gender, height, clothing_size, hair_color, eye_color,
     skin_tone, main_photo, city, country, languages, categories, can_travel, visibility, is_promoted,
     promoted_until, rating, reviews_count, views_count)
SELECT gen_random_uuid(), created_at, created_at, id, 'Модель ' || email, 'Подиум, каталоги, реклама',
    date '1990-01-01' + (random() * 7000)::int, (ARRAY['female', 'male'])[1 + (random() < 0.4)::int],
    150 + (random() * 45)::int, '', '', '', '', '', (ARRAY['Almaty', 'Astana', 'Shymkent'])[1 + (random() * 2)::int],
    'Kazakhstan', '{}', (ARRAY['fashion', 'runway', 'beauty', 'acting'])[1 + (random() * 3)::int:4], random() < 0.4,
    'public', random() < 0.02, now() + interval '1 day', 0, 0, 0
FROM people
"""

EMPLOYERS = """
INSERT INTO profiles_employerprofile
    (id, created_at, updated_at, user_id, company_name, description, website, contact_person, phone, city, country,
     logo, logo_thumbnail, is_verified, rating, reviews_count)
SELECT gen_random_uuid(), now(), now(), id, 'Company ' || email, '', '', '', '', '', 'Kazakhstan', '', '', false, 0, 0
FROM accounts_user LIMIT 200
"""

CASTINGS = """
WITH employers AS (SELECT array_agg(id) AS ids FROM profiles_employerprofile)
INSERT INTO castings_casting
    (id, created_at, updated_at, employer_id, title, description, city, address, shoot_date, duration_days, status,
     cover, cover_thumbnail, is_promoted, responses_count, views_count, moderation)
SELECT gen_random_uuid(), now() - n * interval '1 minute', now(), ids[1 + n %% 200], 'Кастинг ' || n,
    'Ищем людей на один день', (ARRAY['Almaty', 'Astana', 'Shymkent'])[1 + n %% 3], '',
    now() + n * interval '1 hour', 1, CASE WHEN n %% 3 = 0 THEN 'completed' ELSE 'active' END, '', '', false, 0, 0,
    'none'
FROM employers, generate_series(1, %s) n
"""


@pytest.fixture
def many_rows(db):
    """The rows, once for all questions: making them takes longer than asking."""
    make_rows()


def make_rows() -> None:
    with rebuilt(ModelProfile, "model_search"), rebuilt(Casting, "casting_search"), connection.cursor() as cursor:
        cursor.execute(MODELS, [ROWS])
        cursor.execute(EMPLOYERS)
        cursor.execute(CASTINGS, [ROWS])
        factories.model(name="Айгерім Нұрланова", bio="Съёмка на закате")
        factories.casting(title="Съёмка в горах")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not built while foreign keys wait
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def rebuilt(model, name: str):
    """Without this index in the block, and with it after: built at once it takes a tenth of the time."""
    index = next(index for index in model._meta.indexes if index.name == name)
    with connection.schema_editor() as editor:
        editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        editor.add_index(model, index)


def plan(queryset) -> list[dict]:
    """The nodes of the plan that PostgreSQL chooses, the outermost first."""
    return flat(json.loads(queryset.explain(format="json"))[0]["Plan"])


def flat(root: dict) -> list[dict]:
    nodes, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting.extend(node.get("Plans", []))
    return nodes


def of_page(root: dict) -> list[dict]:
    """Without those of the count that stands in the rows, which ends at 10 000."""
    plans = [node for node in root.get("Plans", []) if node["Parent Relationship"] != "InitPlan"]
    return flat({**root, "Plans": plans})


def indexes(nodes) -> set[str]:
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def scanned(nodes) -> set[str]:
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}


RECOMMENDED = ("-is_promoted", "-rating", "-created_at", "-id")
FILTERS = [{}, {"height__gte": 170}, {"city_key": "almaty", "gender": Gender.FEMALE, "height__gte": 170}]
PLAIN_ORDERS = {"model_by_rating": ("-rating", "-created_at", "-id"), "model_newest": ("-created_at", "-id")}
CASTING_ORDERS = [("-is_promoted", "-created_at", "-id"), ("-pay_top", "-created_at", "-id"), ("shoot_date", "id")]


@pytest.mark.django_db(transaction=True)
def test_indexes_serve_matching(subtests):
    """No big table is read from end to end, and nothing but the pool is sorted, whoever asks for what."""
    with connection.cursor() as cursor:
        # A page is seen by all only once the commits around its rows are on disk; before, no index answers alone.
        cursor.execute("SET synchronous_commit = on")
        with transaction.atomic():
            make_rows()
        cursor.execute("VACUUM ANALYZE")  # as in a database that runs for a while
        cursor.execute("RESET synchronous_commit")
    asked = [{}, {"city": "Astana", "gender": "female"}, {"category": "fashion", "min_height": 175, "max_height": 178},
             {"city": "Nowhere", "gender": "male", "min_age": 30, "max_age": 31, "min_height": 194}]  # fmt: skip
    for fields in asked:
        casting = factories.casting(**fields)
        query = candidates.models_query(casting, ranking.facts_of_casting(casting))
        with subtests.test("models for a casting", **fields):
            check_matching(query, "profiles_modelprofile")
    for fields in ({}, {"city": "Shymkent", "categories": ["fashion"], "can_travel": True}, {"city": "Nowhere"}):
        profile = factories.model(**fields)
        query = candidates.castings_query(profile, ranking.facts_of_model(profile, clock.today()))
        with subtests.test("castings for a model", **fields):
            check_matching(query, "castings_casting")

    for listing, table in ((LISTED, "profiles_modelprofile"), (ACTIVE, "castings_casting")):
        with subtests.test("a list is counted on an index alone", table=table):
            every = listing.compiled(False, (), ("-created_at", "-id"), False).every
            with candidates.reading_indexes() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {every.text({})} LIMIT 10001")
                nodes = flat(cursor.fetchone()[0][0]["Plan"])
            assert {node["Node Type"] for node in nodes if node.get("Relation Name") == table} == {"Index Only Scan"}


def kept_plan(statement: Statement, values: dict) -> list[dict]:
    """The nodes of the plan for whatever values, which a connection keeps."""
    template, params = statement.bound(values)
    places = {name: f"${number}" for number, name in enumerate(params, 1)}
    given = f"({', '.join(['%s'] * len(params))})" if params else ""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE kept AS {template % places} LIMIT 21")
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE kept{given}", [*params.values()])
        nodes = of_page(cursor.fetchone()[0][0]["Plan"])
        cursor.execute("DEALLOCATE kept")
        cursor.execute("RESET plan_cache_mode")
    return nodes


def check_matching(query: tuple[str, list], table: str) -> None:
    """The plan as it ran: classes beyond a full pool were never reached."""
    with candidates.reading_indexes() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query[0]}", query[1])
        nodes = [node for node in flat(cursor.fetchone()[0][0]["Plan"]) if node["Actual Loops"]]
    assert table not in scanned(nodes)
    sorted_rows = [child["Actual Rows"] for node in nodes if node["Node Type"] == "Sort" for child in node["Plans"]]
    assert max(sorted_rows, default=0) < ROWS / 10


HOT = [
    "/profiles/models",
    "/profiles/models?city=Almaty&gender=female&min_age=20&min_height=170",
    "/profiles/models?sort=newest&search=съёмка",
    "/castings",
    "/castings?city=Almaty&sort=pay",
    "/castings/{casting}",
    "/castings/{casting}/responses",
    "/chat/rooms",
    "/chat/rooms/{room}/messages",
    "/chat/unread",
]
LARGE = {"profiles_modelprofile", "castings_casting", "accounts_user"}


def test_what_people_do_all_day_reads_no_large_table_from_end_to_end(many_rows, plans, subtests):
    employer = factories.employer()
    casting = factories.casting(of=employer)
    room = factories.room(one=factories.pro(employer.user))
    for n in range(5):
        factories.response(to=casting)
        factories.message(to=room, by=employer.user, content=f"{n}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for address in HOT:
        with CaptureQueriesContext(connection) as queries:
            data(Api(employer.user).get(address.format(casting=casting.id, room=room.id)))
        asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
        rows = [sql for sql in asked if not sql.startswith(("SELECT count(*)", "SELECT estimated_rows"))]
        for number, sql in enumerate(rows):
            with subtests.test("no scan, no sort of many", address=address, number=number):
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
                    nodes = of_page(cursor.fetchone()[0][0]["Plan"])
                assert not scanned(nodes) & LARGE
                assert all(node["Plan Rows"] < ROWS / 10 for node in nodes if node["Node Type"] == "Sort")


def test_indexes_serve_search_and_lists(many_rows, api, subtests, django_assert_num_queries, monkeypatch):
    for asked in ("айгерім", "АЙГЕРІМ нұрланова", "съёмка", "СЪЕМКА", "съем"):
        with subtests.test("model search walks the trigram index", asked=asked):
            found = ModelProfile.objects.listed().filter(search.matches(asked))
            nodes = plan(found.order_by(*RECOMMENDED)[:21])
            assert [profile.name for profile in found] == ["Айгерім Нұрланова"]
            assert "model_search" in indexes(nodes)
            assert "profiles_modelprofile" not in scanned(nodes)

    with subtests.test("casting search walks the trigram index"):
        found = Casting.objects.active().filter(search.matches("СЪЕМКА"))
        nodes = plan(found.order_by(*CASTING_ORDERS[0])[:21])
        assert [casting.title for casting in found] == ["Съёмка в горах"]
        assert "casting_search" in indexes(nodes)
        assert "castings_casting" not in scanned(nodes)

    for filters in FILTERS:
        with subtests.test("a page of models is a walk along an index without a sort", filters=filters):
            nodes = plan(ModelProfile.objects.listed().filter(**filters).order_by(*RECOMMENDED)[:21])
            assert indexes(nodes) & {"model_recommended", "model_recommended_by_city"}
            assert not [node for node in nodes if node["Node Type"] == "Sort"]

    for index, order in PLAIN_ORDERS.items():
        with subtests.test("so is one in another order", index=index):
            nodes = plan(ModelProfile.objects.listed().order_by(*order)[:21])
            assert index in indexes(nodes)
            assert not [node for node in nodes if node["Node Type"] == "Sort"]

    for order in CASTING_ORDERS:
        with subtests.test("a page of castings is a walk along an index without a sort", order=order):
            nodes = plan(Casting.objects.active().order_by(*order)[:21])
            assert not [node for node in nodes if node["Node Type"] == "Sort"]
            assert "castings_casting" not in scanned(nodes)

    orders = [(LISTED, order) for order in Models.orderings.values()]
    orders += [(ACTIVE, order) for order in Castings.orderings.values()]
    for listing, order in orders:
        first = listing.compiled(False, (), order, False)
        row = first.named(first.read(first.answer({"limit": 1}, is_fixed=True)[1])[0])
        values = {"user": uuid4(), "known_state": "", "known_count": ""}
        values |= {name: getattr(row, name) for name in first.order}
        for kind in product((False, True), repeat=2):
            with subtests.test("a kept plan walks an index without a sort", order=order, signed_in_and_by_cursor=kind):
                signed_in, by_cursor = kind
                nodes = kept_plan(listing.compiled(signed_in, (), order, by_cursor).rows, values)
                assert not [node for node in nodes if node["Node Type"] == "Sort"]
                assert not scanned(nodes) & {"profiles_modelprofile", "castings_casting"}

    with subtests.test("a total above the cap is an estimate, for one query more in a minute"):
        monkeypatch.setattr(pagination, "ESTIMATED_FOR", 1e9)  # a minute that does not end just now
        with django_assert_num_queries(2):
            page = api.get("/profiles/models").json()["data"]["pagination"]
        assert page["total_is_estimate"] is True
        assert 0.8 * ROWS < page["total"] < 1.2 * ROWS
        with django_assert_num_queries(1):
            assert api.get("/profiles/models").json()["data"]["pagination"] == page
        monkeypatch.setattr(pagination, "ESTIMATED_FOR", 1e-6)  # and one that is over
        with django_assert_num_queries(2):
            assert api.get("/profiles/models").json()["data"]["pagination"] == page
        exact = api.get("/profiles/models?search=айгерім").json()["data"]["pagination"]
        assert exact["total"] == 1
        assert "total_is_estimate" not in exact
