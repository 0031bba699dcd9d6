"""Saved searches: what may be kept, and that asking all searches about a row agrees with each one's list."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from castings import searches
from castings.models import Casting, SavedSearch
from profiles.models import Category, EmployerProfile, Experience, Gender, ModelProfile
from tests import factories
from tests.conftest import data, error

ROWS = 40  # that every drawn filter is tried on
EXAMPLE = {"name": "Лукбуки", "target": "castings", "filters": {"city": "Almaty", "min_age": 18}, "alert": "daily"}


def test_a_search_is_kept_as_it_was_written_and_deleted(model):
    kept = data(model.post("/searches", EXAMPLE), 201)["search"]

    assert {name: kept[name] for name in EXAMPLE} == EXAMPLE
    assert data(model.get("/searches"))["searches"] == [kept]
    assert model.delete(f"/searches/{kept['id']}").status_code == 204
    error(model.delete(f"/searches/{kept['id']}"), 404, "NOT_FOUND")
    assert data(model.get("/searches"))["pagination"]["total"] == 0


def test_a_search_needs_a_name_only(model):
    kept = data(model.post("/searches", {"name": "Все"}), 201)["search"]

    assert (kept["target"], kept["filters"], kept["alert"]) == ("castings", {}, "off")


def test_somebody_elses_search_is_not_found(model, employer):
    kept = factories.search(of=employer.person)

    error(model.delete(f"/searches/{kept.id}"), 404, "NOT_FOUND")
    assert data(model.get("/searches"))["searches"] == []


def test_models_are_searched_for_by_employers_only(model, employer, staff):
    body = {"name": "Модели", "target": "models", "filters": {"can_travel": True, "language": "English"}}

    data(employer.post("/searches", body), 201)
    for client in (model, staff):
        error(client.post("/searches", {**body, "filters": {"no": "such"}}), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("target", "filters", "named"),
    [
        ("castings", {"category": "cooking"}, ["category"]),
        ("castings", {"min_age": "many", "city": "Almaty"}, ["min_age"]),
        ("castings", {"min_age": 18.5, "max_age": -1}, ["max_age", "min_age"]),
        ("castings", {"min_age": 10**40}, ["min_age"]),
        ("castings", {"date_from": "2026-02-30", "creator_id": "x"}, ["creator_id", "date_from"]),
        ("castings", {"min_height": 170, "sort": "pay"}, ["min_height", "sort"]),
        ("castings", {"city": ["Almaty"], "gender": None, "search": {}}, ["city", "gender", "search"]),
        ("castings", {"city": "x" * 101, "gender": True}, ["city", "gender"]),
        ("models", {"can_travel": "perhaps", "experience": "expert"}, ["can_travel", "experience"]),
        ("models", {"pay_min": 5}, ["pay_min"]),
    ],
)
def test_a_bad_filter_is_named(employer, target, filters, named):
    refused = employer.post("/searches", {"name": "Поиск", "target": target, "filters": filters})

    details = error(refused, 400, "VALIDATION_ERROR")["details"]
    assert sorted(details) == [f"filters.{name}" for name in named]
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"target": "employers"}, "target"),
     ({"alert": "weekly"}, "alert"), ({"filters": []}, "filters"), ({"filters": None}, "filters")],
)  # fmt: skip
def test_a_bad_field_is_named(model, change, field):
    assert list(error(model.post("/searches", {**EXAMPLE, **change}), 400, "VALIDATION_ERROR")["details"]) == [field]


def test_names_are_unique_and_the_number_is_bounded(model, employer, monkeypatch):
    monkeypatch.setattr(searches, "MOST", 2)
    data(model.post("/searches", EXAMPLE), 201)
    error(model.post("/searches", EXAMPLE), 409, "DUPLICATE_RESOURCE")
    data(employer.post("/searches", EXAMPLE), 201)
    data(model.post("/searches", {**EXAMPLE, "name": "Вторая"}), 201)

    error(model.post("/searches", {**EXAMPLE, "name": "Третья"}), 409, "INVALID_STATE")


@pytest.fixture
def castings(db):
    """Castings around every limit that filters name."""
    rng = Random(3)
    bosses = User.objects.bulk_create(User(email=f"e{n}@many.kz", role="employer") for n in range(2))
    employers = EmployerProfile.objects.bulk_create(EmployerProfile(user=boss, company_name="С") for boss in bosses)
    rows = []
    for number in range(ROWS):
        ages, pays = sorted(rng.choices([0, 17, 18, 25, 30], k=2)), sorted(rng.choices([0, 10, 50_000], k=2))
        rows.append(
            Casting(
                employer=employers[number % 2], title=rng.choice(["Съёмка ТВ", "Показ_мод", "Lookbook 2027", "100%"]),
                description=rng.choice(["Ищем людей", "еще раз, в горах", "тв-ролик"]),
                city=rng.choice(["Almaty", "АСТАНА"]), category=rng.choice([None, *Category.values[:3]]),
                gender=rng.choice([None, *Gender.values]), min_age=rng.choice([None, ages[0]]),
                max_age=rng.choice([None, ages[1]]), pay_min=rng.choice([None, pays[0]]),
                pay_max=rng.choice([None, pays[1]]), status="active",
                shoot_date=datetime(2027, 3, rng.randint(1, 3), rng.choice([0, 18, 19, 20]), tzinfo=UTC),
            )
        )  # fmt: skip
    Casting.objects.bulk_create(rows)
    return list(Casting.objects.all())


@pytest.fixture
def models(db):
    rng, rows = Random(4), []
    users = User.objects.bulk_create(User(email=f"m{n}@many.kz", role="model") for n in range(ROWS))
    for user in users:
        born = date(rng.choice([1996, 2000, 2004, 2008]), rng.choice([2, 3, 11]), rng.choice([1, 25, 28]))
        rows.append(
            ModelProfile(
                user=user, name=rng.choice(["Айгерім Нұрланова", "Ёлка Тест"]), bio=rng.choice(["", "ТВ, каталоги"]),
                birth_date=date(2004, 2, 29) if rng.random() < 0.2 else born, city=rng.choice(["Almaty", "АСТАНА"]),
                gender=rng.choice(Gender.values), height=rng.choice([160, 170, 171]),
                categories=rng.sample(Category.values[:3], rng.randint(0, 2)), can_travel=rng.random() < 0.5,
                experience=rng.choice([None, *Experience.values]),
                languages=rng.sample(["Russian", "ҚАЗАҚША", "English"], rng.randint(0, 2)),
            )
        )  # fmt: skip
    ModelProfile.objects.bulk_create(rows)
    return list(ModelProfile.objects.all())


def some(**values):
    """Any of these filters, each with one of its values."""
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(of) for name, of in values.items()})


TEXTS = ["съемка", "ТВ", "показ_мод", "еще горах", "2027", "!!!", "100%", "о", "", "  "]
CASTING_FILTERS = {
    "city": ["almaty", "Астана", "Nowhere", ""], "category": Category.values[:3], "gender": Gender.values,
    "min_age": [0, 18, 25, 26], "max_age": [0, 17, 18, 30], "pay_min": [0, 10, 50_000, 50_001], "search": TEXTS,
    "date_from": ["2027-03-02", "2027-03-01T19:00:00Z", "0001-01-02"], "status": ["active", "completed"],
    "date_to": ["2027-03-02", "2027-03-02T19:00:00Z", "9999-12-30"],
}  # fmt: skip
MODEL_FILTERS = {
    "gender": Gender.values, "min_age": [0, 18, 22, 26, 150], "max_age": [17, 18, 22, 26, 150],
    "min_height": [160, 170, 172], "max_height": [159, 170, 250], "city": ["almaty", "Астана", "Nowhere"],
    "category": Category.values[:3], "experience": Experience.values, "language": ["russian", "Қазақша", "Latin"],
    "can_travel": [True, False], "search": ["айгерім", "елка", "тв", "нұрланова каталоги", "%"],
}  # fmt: skip
PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def listed(client, address: str, key: str, filters: dict) -> set[str]:
    query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in filters.items()}
    return {row["id"] for row in data(client.get(address, {**query, "limit": 100}))[key]}


@given(asked=st.lists(some(**CASTING_FILTERS), min_size=1, max_size=4), of_first=st.booleans())
@PROPERTY
def test_searches_find_the_castings_that_their_lists_show(api, castings, asked, of_first):
    owner = factories.user()
    if of_first:
        asked[0]["creator_id"] = str(castings[0].employer_id)
    kept = [(factories.search(of=owner, filters=filters), filters) for filters in asked]
    found = {casting.id: set(searches.finding_casting(casting).filter(user=owner)) for casting in castings}

    for search, filters in kept:
        by_search = {str(key) for key, finding in found.items() if search in finding}
        shown = listed(api, "/castings", "castings", filters)
        assert by_search == (shown if filters.get("status", "active") == "active" else set())


@given(asked=st.lists(some(**MODEL_FILTERS), min_size=1, max_size=4))
@PROPERTY
def test_searches_find_the_models_that_their_lists_show(api, models, asked):
    owner = factories.user(role="employer")
    kept = [(factories.search(of=owner, filters=filters, target="models"), filters) for filters in asked]
    found = {model.id: set(searches.finding_model(model).filter(user=owner)) for model in models}

    for search, filters in kept:
        by_search = {str(key) for key, finding in found.items() if search in finding}
        assert by_search == listed(api, "/profiles/models", "models", filters)


def test_every_filter_of_the_lists_is_drawn_above():
    drawn = {"castings": {*CASTING_FILTERS, "creator_id"}, "models": {*MODEL_FILTERS}}

    assert {target: set(known.base_filters) for target, known in searches.FILTERS.items()} == drawn
