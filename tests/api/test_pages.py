"""Pages by offset and by cursor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.conftest import data, error


@pytest.fixture
def seven(db):
    """Seven models, some promoted, some rated, two of the same moment."""
    now = timezone.now()
    for n in range(7):
        factories.model(
            name=f"Model {n}",
            rating=(0, 4.5, 4.8)[n % 3],
            is_promoted=n in (2, 5),
            promoted_until=now + timedelta(days=1),
            created_at=now - timedelta(hours=n // 2),
        )


def page(api, query):
    answer = data(api.get(f"/profiles/models?{query}"))
    return [row["name"] for row in answer["models"]], answer["pagination"]


def test_a_page_by_offset_tells_its_place(api, seven):
    names, place = page(api, "limit=3&offset=3")

    assert len(names) == 3
    assert place == {
        "total": 7,
        "limit": 3,
        "offset": 3,
        "has_more": True,
        "next_cursor": place["next_cursor"],
    }
    assert page(api, "limit=3&offset=6")[1] == {
        "total": 7,
        "limit": 3,
        "offset": 6,
        "has_more": False,
        "next_cursor": None,
    }
    assert page(api, "offset=100")[0] == []


@pytest.mark.parametrize("sort", ["recommended", "newest", "rating"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_cursor_walks_every_row_once_in_the_same_order(api, seven, sort, limit):
    everything, _place = page(api, f"sort={sort}&limit=100")

    walked, place = page(api, f"sort={sort}&limit={limit}")
    while place["next_cursor"]:
        names, place = page(api, f"sort={sort}&limit={limit}&cursor={place['next_cursor']}")
        walked += names
        assert (place["total"], place["offset"]) == (None, None)

    assert walked == everything


def test_a_row_that_comes_meanwhile_neither_repeats_nor_hides_others(api, seven):
    first, place = page(api, "sort=newest&limit=3")

    factories.model(name="Newcomer")

    rest, _place = page(api, f"sort=newest&limit=100&cursor={place['next_cursor']}")
    assert sorted(first + rest) == [f"Model {n}" for n in range(7)]


def test_a_cursor_of_another_order_is_refused(api, seven):
    _names, place = page(api, "sort=newest&limit=3")

    refused = api.get(f"/profiles/models?sort=rating&cursor={place['next_cursor']}")

    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["cursor"]


def test_castings_by_cursor(api):
    for n in range(5):
        factories.casting(title=f"Casting {n}", pay_max=(None, 10, 10, 20, None)[n])
    for sort in ("newest", "pay", "shoot_date"):
        whole = [row["title"] for row in data(api.get(f"/castings?sort={sort}"))["castings"]]
        walked, cursor = [], ""
        while cursor is not None:
            answer = data(api.get(f"/castings?sort={sort}&limit=2&cursor={cursor}"))
            walked += [row["title"] for row in answer["castings"]]
            cursor = answer["pagination"]["next_cursor"]

        assert walked == whole
