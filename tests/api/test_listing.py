"""Lists whose SQL is compiled once: each request gets its own values, in the shape that the serializer documents."""

from datetime import UTC, date, datetime

import pytest

from castings.models import Casting, SavedCasting
from mwork.api import filters
from mwork.api.listing import Columns
from profiles.filters import ModelFilter
from profiles.models import ModelProfile
from profiles.serializers import ModelShortSerializer
from profiles.views import LISTED
from tests import factories
from tests.conftest import Api, data

QUERIES = [{"min_height": 171}, {"city": "ALMATY", "min_age": 20}, {"category": "fashion", "can_travel": "true"},
           {"language": "Қазақша", "experience": "beginner", "max_age": 40}, {"gender": "male", "max_height": 190},
           {"sort": "rating"}, {"sort": "newest", "limit": 2, "offset": 1}, {"search": "айгерім"}]  # fmt: skip


@pytest.fixture
def models(db):
    for n in range(12):
        factories.model(
            name=f"Айгерім {n}" if n % 3 else "Тимур", height=165 + n, city=("Almaty", "Astana")[n % 2],
            gender=("female", "male")[n % 3 == 0], birth_date=date(1980 + 2 * n, 2, 28), can_travel=n % 2 == 0,
            languages=["қазақша"] if n % 2 else [], categories=["fashion"] if n % 4 else [], rating=n % 3,
            experience=(None, "beginner")[n % 2], main_photo=f"photos/{n}.webp" if n % 2 else "",
        )  # fmt: skip


def test_rows_are_what_the_serializer_makes_of_them(api, models):
    shown = data(api.get("/profiles/models?limit=100"))["models"]

    rows = [ModelProfile.objects.get(id=row["id"]) for row in shown]
    assert len(shown) == 12
    assert shown == [{**ModelShortSerializer(row).data, "user_id": str(row.user_id)} for row in rows]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_shape_that_is_compiled_asks_what_a_fresh_one_asks(api, models, query):
    """The same list of a listing of its own, which has compiled nothing for other values before."""
    others = {name: "4" if name.endswith(("age", "height")) else value for name, value in query.items()}
    api.get("/profiles/models", others)

    answer = data(api.get("/profiles/models", query))

    LISTED.compiled.cache_clear()
    assert data(api.get("/profiles/models", query)) == answer
    assert answer["models"], "nothing found proves nothing"


@pytest.mark.parametrize(
    ("address", "total"), [("/profiles/models", 12), ("/profiles/models?max_height=170", 6), ("/castings", 1)]
)
def test_a_page_beyond_the_last_row_tells_how_many_there_are(api, models, address, total):
    factories.casting()
    beyond = address + "&?"["?" not in address] + "offset=50"

    pages = [data(api.get(each))["pagination"] for each in (address, beyond)]

    assert [page["total"] for page in pages] == [total, total]
    assert data(api.get(beyond))["pagination"]["has_more"] is False
    assert data(api.get("/profiles/models?max_height=100&offset=50"))["pagination"]["total"] == 0


def test_a_cursor_walks_all_rows_once_in_each_order(api, models):
    for sort in ("recommended", "newest", "rating"):
        whole = data(api.get(f"/profiles/models?sort={sort}&limit=100"))["models"]
        walked, cursor = [], ""
        while cursor is not None:
            page = data(api.get(f"/profiles/models?sort={sort}&limit=5&cursor={cursor}"))
            walked, cursor = walked + page["models"], page["pagination"]["next_cursor"]
        assert walked == whole


@pytest.mark.django_db
def test_the_shapes_that_are_kept_are_bounded():
    listing = Columns(lambda user: ModelProfile.objects.listed(), ModelShortSerializer, ModelFilter)

    assert listing.compiled.cache_info().maxsize == 128


CASTING_QUERIES = [{}, {"status": "completed"}, {"city": "ALMATY", "pay_min": 5}, {"gender": "male", "sort": "pay"},
                   {"min_age": 21, "max_age": 40}, {"category": "fashion", "sort": "shoot_date", "limit": 2},
                   {"date_from": "2030-01-02", "date_to": "2030-01-03"}, {"search": "лукбук"}]  # fmt: skip


@pytest.mark.parametrize(("spaces", "remembered"), [(1, 1), (1_000, 0)])
def test_long_texts_of_filters_are_understood_and_not_kept(api, models, spaces, remembered):
    """A client that pads its texts would fill the process's memory."""
    filters._value.cache_clear()

    padded = data(api.get("/profiles/models", {"city": f"Almaty{' ' * spaces}"}))["models"]

    assert filters._value.cache_info().currsize == remembered
    assert padded == data(api.get("/profiles/models", {"city": "Almaty"}))["models"]


@pytest.mark.parametrize("who", ["nobody", "model", "owner"])
@pytest.mark.parametrize("query", CASTING_QUERIES, ids=str)
def test_castings_that_are_compiled_are_those_that_are_not(db, query, who):
    """The organization's own list is asked anew each time."""
    company, model = factories.employer(), factories.model()
    for n in range(6):
        factories.casting(
            of=company, title=f"Лукбук {n}", city=("Almaty", "Astana")[n % 3 == 0], pay_min=n + 3, pay_max=n + 5,
            category=("fashion", None)[n % 2], gender=("female", None)[n % 2], min_age=18 + n, max_age=25 + n,
            status="completed" if n == 5 else "active", shoot_date=datetime(2030, 1, 1 + n // 2, 10, tzinfo=UTC),
            cover="c.webp" if n % 2 else "",
        )  # fmt: skip
    factories.response(by=model, to=Casting.objects.first())
    SavedCasting.objects.create(user=model.user, casting=Casting.objects.last())
    caller = {"nobody": Api(), "model": Api(model.user), "owner": Api(company.user)}[who]
    others = {**query, "city": "Oral", "gender": "other", "pay_min": 1} if len(query) > 1 else query
    caller.get("/castings", {name: others[name] for name in query})

    found = data(caller.get("/castings", {**query, "creator_id": company.id}))
    anew = data(caller.get(f"/organizations/{company.id}/castings", query))

    assert found == anew
    assert found["castings"], "nothing found proves nothing"
    if cursor := found["pagination"]["next_cursor"]:
        further = {**query, "cursor": cursor, "limit": 100}
        rest = data(caller.get("/castings", further))
        assert rest == data(caller.get(f"/organizations/{company.id}/castings", further))
        assert rest["castings"]
