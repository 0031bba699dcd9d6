from datetime import date, timedelta

import pytest
from django.utils import timezone

from mwork import clock
from profiles import services
from profiles.models import ModelProfile, ModelView
from tests import factories
from tests.conftest import Api, data, error

NEW = {"name": "Айгерім", "age": 23, "gender": "female", "height": 176, "city": "Almaty"}


@pytest.fixture
def newcomer(db):
    """A client signed in as a model without a profile."""
    return Api(factories.user())


def names(answer) -> list[str]:
    return [row["name"] for row in data(answer)["models"]]


def test_create_answers_the_whole_profile(newcomer):
    body = {
        **NEW,
        "bio": "Подиум, съёмки.",
        "weight": 55,
        "bust": 84,
        "measurements": {"waist": 61, "hips": 89},
        "languages": ["Kazakh", "Russian", "Kazakh"],
        "categories": ["fashion", "acting"],
    }

    made = data(newcomer.post("/profiles/models", body), 201)["model"]

    profile = ModelProfile.objects.get()
    assert made == {
        "id": str(profile.id),
        "user_id": str(newcomer.person.id),
        "name": "Айгерім",
        "age": 23,
        "gender": "female",
        "height": 176,
        "city": "Almaty",
        "categories": ["fashion", "acting"],
        "experience": None,
        "main_photo": None,
        "is_promoted": False,
        "rating": 0.0,
        "reviews_count": 0,
        "birth_date": clock.years_before(clock.today(), 23).isoformat(),
        "bio": "Подиум, съёмки.",
        "weight": 55,
        "measurements": {"bust": 84, "waist": 61, "hips": 89},
        "shoe_size": None,
        "clothing_size": "",
        "hair_color": "",
        "eye_color": "",
        "skin_tone": "",
        "country": "Kazakhstan",
        "languages": ["Kazakh", "Russian"],
        "can_travel": False,
        "photos": [],
        "work_experience": [],
        "completeness": 70,
        "missing": ["shoe_size", "clothing_size", "photos"],
        "promoted_until": None,
        "visibility": "public",
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }


def test_a_second_profile_is_a_duplicate(model):
    error(model.post("/profiles/models", NEW), 409, "DUPLICATE_RESOURCE")


@pytest.mark.parametrize("missing", list(NEW))
def test_create_names_a_missing_field(newcomer, missing):
    body = {name: value for name, value in NEW.items() if name != missing}

    assert list(error(newcomer.post("/profiles/models", body), 400, "VALIDATION_ERROR")["details"]) == [missing]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x"), ("name", "x" * 101), ("name", " a "), ("name", None), ("bio", "x" * 2001), ("age", 13),
        ("age", 100), ("age", "many"), ("age", True), ("gender", "cat"), ("height", 99), ("height", 251),
        ("height", 176.5), ("height", None), ("height", 10**30), ("weight", 29), ("weight", 201), ("bust", 39),
        ("waist", 29), ("hips", 201), ("shoe_size", 14), ("shoe_size", 61), ("city", "x"), ("city", "x" * 101),
        ("languages", [f"Language {n}" for n in range(21)]), ("languages", "Kazakh"), ("categories", ["cats"]),
        ("experience", "some"), ("visibility", "secret"), ("can_travel", "maybe"), ("birth_date", "2003-13-01"),
        ("birth_date", "1900-01-01"), ("birth_date", 7), ("birth_date", date.today().isoformat()),
    ],
)  # fmt: skip
def test_create_names_a_value_out_of_range(newcomer, field, value):
    refused = error(newcomer.post("/profiles/models", {**NEW, field: value}), 400, "VALIDATION_ERROR")

    assert {name.split(".")[0] for name in refused["details"]} == {field}
    assert not ModelProfile.objects.exists()


def test_update_keeps_missing_fields_and_clears_optional_ones_by_null(model):
    profile = model.person.model_profile
    services.change(profile, bio="Подиум", weight=55, languages=["Kazakh"], experience="beginner")
    address = f"/profiles/models/{profile.id}"

    kept = data(model.put(address, {"height": 177}))["model"]
    cleared = data(model.patch(address, {"bio": None, "weight": None, "languages": None, "experience": None}))["model"]

    assert (kept["height"], kept["bio"], kept["weight"]) == (177, "Подиум", 55)
    assert (cleared["bio"], cleared["weight"], cleared["languages"], cleared["experience"]) == ("", None, [], None)


def test_an_age_sent_back_as_shown_leaves_the_birth_date_alone(model):
    profile = model.person.model_profile
    born, address = profile.birth_date, f"/profiles/models/{profile.id}"

    assert data(model.patch(address, {"age": profile.age}))["model"]["birth_date"] == born.isoformat()

    changed = data(model.patch(address, {"age": profile.age + 1}))["model"]
    assert changed["age"] == profile.age + 1


def test_nobody_else_may_change_a_profile(model, employer, staff, api):
    address = f"/profiles/models/{model.person.model_profile.id}"
    other = Api(factories.model().user)

    for stranger in (other, employer, staff):
        error(stranger.patch(address, {"height": 180}), 403, "PERMISSION_DENIED")
    error(api.patch(address, {"height": 180}), 401, "AUTH_REQUIRED")


def test_nobody_can_write_what_is_not_theirs_to_write(model):
    profile = model.person.model_profile
    forged = {
        "rating": 5,
        "reviews_count": 99,
        "is_promoted": True,
        "user_id": "x",
        "views_count": 7,
        "name": "Айгерім",
    }

    data(model.patch(f"/profiles/models/{profile.id}", forged))

    profile.refresh_from_db()
    assert (profile.rating, profile.reviews_count, profile.is_promoted, profile.views_count) == (0, 0, False, 0)


def test_the_birth_date_is_shown_to_its_owner_only(model, employer, api, staff):
    address = f"/profiles/models/{model.person.model_profile.id}"

    assert "birth_date" in data(model.get(address))["model"]
    for stranger in (employer, api, staff):
        assert "birth_date" not in data(stranger.get(address))["model"]


def test_visibility_decides_who_finds_whom(model, employer, staff, api):
    profile = model.person.model_profile
    address = f"/profiles/models/{profile.id}"
    seen = {}
    for visibility in ("public", "link_only", "hidden"):
        services.change(profile, visibility=visibility)
        statuses = [client.get(address).status_code for client in (api, employer, model, staff)]
        seen[visibility] = (statuses, len(names(model.get("/profiles/models"))))

    assert seen == {
        "public": ([200, 200, 200, 200], 1),
        "link_only": ([200, 200, 200, 200], 0),
        "hidden": ([404, 404, 200, 200], 0),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gender=female", ["Anna", "Aliya"]),
        ("gender=male", ["Timur"]),
        ("city=ALMATY", ["Anna", "Timur"]),
        ("city=алматы", []),
        ("min_height=176&max_height=180", ["Anna"]),
        ("category=fashion", ["Anna", "Timur"]),
        ("experience=experienced", ["Timur"]),
        ("language=kazakh", ["Anna"]),
        ("can_travel=true", ["Aliya"]),
        ("can_travel=false", ["Anna", "Timur"]),
        ("min_age=30", ["Timur"]),
        ("max_age=29", ["Anna", "Aliya"]),
        ("min_age=20&max_age=20", ["Anna"]),
        ("", ["Anna", "Timur", "Aliya"]),
        ("city=&gender=", ["Anna", "Timur", "Aliya"]),
        ("city=Almaty&gender=female", ["Anna"]),
    ],
)
def test_filters(api, query, found):
    today = clock.today()
    factories.model(name="Anna", height=176, birth_date=clock.years_before(today, 20), categories=["fashion", "acting"],
                    languages=["Kazakh", "Russian"])  # fmt: skip
    factories.model(name="Timur", gender="male", height=190, birth_date=clock.years_before(today, 30),
                    experience="experienced", categories=["fashion"])  # fmt: skip
    factories.model(name="Aliya", city="Astana", height=170, can_travel=True,
                    birth_date=clock.years_before(today, 20) + timedelta(days=1))  # fmt: skip

    assert sorted(names(api.get(f"/profiles/models?{query}"))) == sorted(found)


@pytest.mark.parametrize(
    "query",
    ["gender=cat", "min_age=x", "min_age=-1", "max_height=1.5", "category=cats", "experience=x", "can_travel=maybe",
     "min_height=99999999999999999999", "min_age=151", "city=" + "x" * 101, "search=" + "x" * 101],
)  # fmt: skip
def test_a_filter_of_the_wrong_kind_is_refused_by_name(api, query):
    refused = error(api.get(f"/profiles/models?{query}"), 400, "VALIDATION_ERROR")

    assert list(refused["details"]) == [query.split("=")[0]]


@pytest.mark.parametrize(
    "asked",
    ["айгерім", "АЙГЕРІМ", "Айгер", "нұрланова айгерім", "съёмка", "СЪЁМКА", "съемка", "СЪЕМКА", "съем айг", "lookbook",
     "LOOK", "ай", "  Айгерім   подиум "],
)  # fmt: skip
def test_search_finds_any_case_and_any_yo(api, asked):
    factories.model(name="Айгерім Нұрланова", bio="Съёмка, подиум, Lookbook.")
    factories.model(name="Timur", bio="Ничего похожего")

    assert names(api.get("/profiles/models", {"search": asked})) == ["Айгерім Нұрланова"]


@pytest.mark.parametrize("asked", ["айгерім тимур", "%", "_____", "'; DROP TABLE", "\\", "герімай", "!!!"])
def test_search_finds_nothing_where_there_is_nothing(api, asked):
    factories.model(name="Айгерім", bio="Подиум")

    assert names(api.get("/profiles/models", {"search": asked})) == []


def test_recommended_puts_promoted_first_then_rating_then_newest(api):
    now = timezone.now()
    factories.model(name="old", created_at=now - timedelta(days=2))
    factories.model(name="new", created_at=now)
    factories.model(name="rated", created_at=now - timedelta(days=3), rating=4.5)
    factories.model(
        name="promoted", created_at=now - timedelta(days=9), is_promoted=True, promoted_until=now + timedelta(1)
    )

    assert names(api.get("/profiles/models")) == ["promoted", "rated", "new", "old"]
    assert names(api.get("/profiles/models?sort=newest")) == ["new", "old", "rated", "promoted"]
    assert names(api.get("/profiles/models?sort=rating")) == ["rated", "new", "old", "promoted"]


def test_promoted_lists_those_in_time_and_their_earliest_end(api):
    now = timezone.now()
    assert data(api.get("/profiles/models/promoted")) == {"models": [], "promoted_until": None}
    for days in (3, 1):
        factories.model(name=f"{days} days", is_promoted=True, promoted_until=now + timedelta(days=days))
    factories.model(name="over", is_promoted=True, promoted_until=now - timedelta(seconds=1))

    answer = data(api.get("/profiles/models/promoted"))

    assert sorted(row["name"] for row in answer["models"]) == ["1 days", "3 days"]
    assert answer["promoted_until"][:19] == (now + timedelta(days=1)).isoformat()[:19]
    assert len(data(api.get("/profiles/models/promoted?limit=1"))["models"]) == 1
    error(api.get("/profiles/models/promoted?limit=0"), 400, "VALIDATION_ERROR")


def test_a_promotion_ends_with_its_time(db):
    over = factories.model(is_promoted=True, promoted_until=timezone.now())
    running = factories.model(is_promoted=True, promoted_until=timezone.now() + timedelta(days=1))

    assert services.end_promotions() == 1

    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.is_promoted, running.is_promoted) == (False, True)


def test_a_view_counts_once_per_viewer_and_day_and_never_the_owner(model, employer, api):
    profile = model.person.model_profile
    address = f"/profiles/models/{profile.id}"

    for client in (model, employer, employer, api, api):
        data(client.get(address))

    profile.refresh_from_db()
    assert (profile.views_count, ModelView.objects.count()) == (2, 2)
    assert ModelView.objects.record(subject_id=profile.id, viewer=str(employer.person.id), day=date(2030, 1, 1))
    profile.refresh_from_db()
    assert profile.views_count == 3


def test_the_first_generations_addresses_go_by_the_user(newcomer, employer, api):
    made = data(newcomer.post("/model-profiles", NEW), 201)["model"]

    assert data(api.get(f"/model-profiles/{newcomer.person.id}"))["model"]["id"] == made["id"]
    error(api.get(f"/model-profiles/{made['id']}"), 404, "NOT_FOUND")
    assert data(api.get(f"/employer-profiles/{employer.person.id}"))["employer"]["company_name"] == "Tengri Production"


def test_own_profile_is_404_until_one_is_made(newcomer, model, employer, staff):
    error(newcomer.get("/profiles/me"), 404, "NOT_FOUND")
    error(staff.get("/profiles/me"), 404, "NOT_FOUND")

    own = data(model.get("/profiles/me"))
    assert (own["role"], own["profile"]["birth_date"]) == ("model", "2003-05-14")
    assert data(employer.get("/profiles/me"))["profile"]["phone"] == "+77011234567"


def test_work_experience_is_added_changed_and_removed(model):
    address = f"/profiles/models/{model.person.model_profile.id}/experience"
    body = {"company": "KFW", "position": "Model", "start_date": "2024-04-20"}

    made = data(model.post(address, body), 201)["experience"]
    assert made == {"id": made["id"], **body, "end_date": None}

    refused = model.put(f"{address}/{made['id']}", {"end_date": "2024-04-19"})
    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["end_date"]
    changed = data(model.patch(f"{address}/{made['id']}", {"end_date": "2024-04-20"}))["experience"]
    assert changed["end_date"] == "2024-04-20"
    (shown,) = data(model.get("/profiles/me"))["profile"]["work_experience"]
    assert shown == changed
    assert model.delete(f"{address}/{made['id']}").status_code == 204
    error(model.delete(f"{address}/{made['id']}"), 404, "NOT_FOUND")


def test_work_experience_of_others_is_theirs(model):
    row = factories.work_experience(profile=factories.model())
    foreign = f"/profiles/models/{row.profile_id}/experience"

    error(model.post(foreign, {}), 403, "PERMISSION_DENIED")
    error(model.delete(f"{foreign}/{row.id}"), 403, "PERMISSION_DENIED")
    error(model.delete(f"/profiles/models/{model.person.model_profile.id}/experience/{row.id}"), 404, "NOT_FOUND")
