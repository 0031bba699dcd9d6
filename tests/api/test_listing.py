"""Lists whose SQL is compiled once: each request gets its own values, in the shape that the serializer documents."""

from datetime import date

import pytest

from mwork.api.listing import Listing
from profiles.filters import ModelFilter
from profiles.models import ModelProfile
from profiles.serializers import ModelShortSerializer
from profiles.views import LISTED
from tests import factories
from tests.conftest import data

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
    listing = Listing(ModelProfile.objects.listed, ModelFilter, ModelShortSerializer)

    assert listing.compiled.cache_info().maxsize == 512
