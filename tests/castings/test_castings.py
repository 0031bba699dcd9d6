from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from castings.models import Casting, CastingStatus
from profiles.models import EmployerProfile
from tests import factories
from tests.conftest import Api, data, error

NEW = {
    "title": "Съёмка лукбука",
    "description": "Ищем модель на день съёмок.",
    "city": "Almaty",
    "shoot_date": "2030-01-01T10:00:00Z",
}


def titles(answer) -> list[str]:
    return [row["title"] for row in data(answer)["castings"]]


@pytest.fixture
def own(employer):
    """The employer's active casting."""
    return factories.casting(of=employer.person.employer_profile)


def test_create_answers_the_whole_casting(employer):
    body = {**NEW, "pay_min": 50000, "pay_max": 100000, "requirements": {"gender": "female", "min_age": 18}}

    made = data(employer.post("/castings", body), 201)["casting"]

    assert made == {
        **body,
        "id": str(Casting.objects.get().id),
        "category": None,
        "address": "",
        "duration_days": 1,
        "status": "draft",
        "requirements": {
            "gender": "female", "min_age": 18, "max_age": None, "min_height": None, "max_height": None,
            "experience": None,
        },
        "creator": {
            "id": str(EmployerProfile.objects.get().id), "company_name": "Tengri Production", "avatar": None,
        },
        "cover": None,
        "responses_count": 0,
        "views_count": 0,
        "is_promoted": False,
        "is_saved": False,
        "my_response": None,
        "moderation": "none",
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }  # fmt: skip


def test_create_needs_an_employer_profile(db):
    error(Api(factories.user(role="employer")).post("/castings", NEW), 409, "INVALID_STATE")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "xx"), ("title", "x" * 201), ("title", None), ("description", ""), ("description", "x" * 5001),
        ("category", "cats"), ("city", "x"), ("shoot_date", "2020-01-01T10:00:00Z"), ("shoot_date", "soon"),
        ("shoot_date", None), ("duration_days", 0), ("duration_days", 366), ("pay_min", -1), ("pay_min", 1.5),
        ("pay_max", 10**12), ("status", "completed"), ("status", "cats"), ("requirements", "none"),
        ("requirements", {"min_age": "x"}), ("requirements", {"gender": "cat"}), ("requirements", {"experience": 7}),
        ("requirements", {"min_age": 30, "max_age": 20}), ("requirements", {"min_height": 180, "max_height": 170}),
    ],
)  # fmt: skip
def test_create_names_what_it_refuses(employer, field, value):
    refused = error(employer.post("/castings", {**NEW, field: value}), 400, "VALIDATION_ERROR")

    assert {name.split(".")[0] for name in refused["details"]} == {field}
    assert not Casting.objects.exists()


def test_pay_may_not_be_upside_down_in_one_write_or_in_two(employer, own):
    both = error(employer.post("/castings", {**NEW, "pay_min": 2, "pay_max": 1}), 400, "VALIDATION_ERROR")
    data(employer.patch(f"/castings/{own.id}", {"pay_max": 1000}))
    second = error(employer.patch(f"/castings/{own.id}", {"pay_min": 1001}), 400, "VALIDATION_ERROR")

    assert list(both["details"]) == list(second["details"]) == ["pay_max"]


def test_requirements_are_changed_one_by_one_and_cleared_by_null(employer, own):
    address = f"/castings/{own.id}"
    data(employer.patch(address, {"requirements": {"gender": "female", "min_age": 18, "max_age": 30}}))

    changed = data(employer.patch(address, {"requirements": {"min_age": 20, "gender": None}}))["casting"][
        "requirements"
    ]
    upside_down = error(employer.patch(address, {"requirements": {"min_age": 31}}), 400, "VALIDATION_ERROR")
    cleared = data(employer.patch(address, {"requirements": None}))["casting"]["requirements"]

    assert (changed["gender"], changed["min_age"], changed["max_age"]) == (None, 20, 30)
    assert list(upside_down["details"]) == ["requirements.max_age"]
    assert set(cleared.values()) == {None}


@pytest.mark.parametrize("status", CastingStatus.values)
def test_a_draft_is_its_owners_and_staffs_only(employer, model, staff, api, status):
    casting = factories.casting(of=employer.person.employer_profile, status=status)

    seen = [client.get(f"/castings/{casting.id}").status_code for client in (employer, staff, model, api)]

    assert seen == ([200, 200, 404, 404] if status == "draft" else [200] * 4)


MOVES = {
    ("draft", "active"), ("draft", "cancelled"), ("active", "completed"), ("active", "cancelled"), ("active", "draft"),
}  # fmt: skip


@pytest.mark.parametrize("current", CastingStatus.values)
@pytest.mark.parametrize("wanted", CastingStatus.values)
def test_every_move(employer, current, wanted):
    casting = factories.casting(of=employer.person.employer_profile, status=current)

    answer = employer.patch(f"/castings/{casting.id}/status", {"status": wanted})

    casting.refresh_from_db()
    if current == wanted or (current, wanted) in MOVES:
        assert data(answer)["casting"]["status"] == casting.status == wanted
    else:
        error(answer, 409, "INVALID_STATE")
        assert casting.status == current


def test_a_casting_with_responses_does_not_become_a_draft_again(employer, own):
    factories.response(to=own)

    error(employer.patch(f"/castings/{own.id}/status", {"status": "draft"}), 409, "INVALID_STATE")


def test_a_draft_whose_date_has_passed_is_not_published(employer):
    casting = factories.casting(
        of=employer.person.employer_profile, status="draft", shoot_date=timezone.now() - timedelta(hours=1)
    )

    error(employer.patch(f"/castings/{casting.id}/status", {"status": "active"}), 409, "INVALID_STATE")


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_final_casting_is_not_changed(employer, status):
    casting = factories.casting(of=employer.person.employer_profile, status=status)

    error(employer.put(f"/castings/{casting.id}", {"title": "Другое название"}), 409, "INVALID_STATE")


def test_a_deleted_casting_leaves_every_list_but_the_responses_of_those_who_answered(employer, own, staff):
    response = factories.response(to=own)
    applicant = Api(response.applicant.user)
    data(applicant.post(f"/castings/{own.id}/save"), 201)

    assert employer.delete(f"/castings/{own.id}").status_code == 204

    for client in (employer, staff, applicant):
        error(client.get(f"/castings/{own.id}"), 404, "NOT_FOUND")
        assert titles(client.get("/castings")) == []
    assert titles(employer.get("/castings/my")) == titles(applicant.get("/castings/saved")) == []
    (kept,) = data(applicant.get("/responses/my"))["responses"]
    assert kept["casting"]["id"] == str(own.id)
    error(employer.delete(f"/castings/{own.id}"), 404, "NOT_FOUND")


def test_lists_show_active_castings_unless_asked_otherwise(employer, api, staff):
    for status in CastingStatus.values:
        factories.casting(title=f"own {status}", of=employer.person.employer_profile, status=status)
    factories.casting(title="other draft", status="draft")

    assert titles(api.get("/castings")) == ["own active"]
    assert titles(api.get("/castings?status=completed")) == ["own completed"]
    assert titles(api.get("/castings?status=draft")) == titles(staff.get("/castings?status=draft")) == []
    assert titles(employer.get("/castings?status=draft")) == ["own draft"]
    assert sorted(titles(employer.get("/castings/my"))) == sorted(f"own {status}" for status in CastingStatus.values)
    assert titles(employer.get("/castings/my?status=cancelled")) == ["own cancelled"]
    error(api.get("/castings?status=cats"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gender=female", ["any", "women"]),
        ("gender=male", ["any", "men"]),
        ("min_age=31", ["any", "men"]),
        ("max_age=19", ["any", "men"]),
        ("min_age=25&max_age=35", ["any", "men", "women"]),
        ("city=astana", ["men"]),
        ("category=fashion", ["women"]),
        ("pay_min=80000", ["women"]),
        ("pay_min=50000", ["men", "women"]),
        ("search=ЛУКБУК день", ["women"]),
        ("date_from=2030-01-02", ["men"]),
        ("date_to=2030-01-01", ["any", "women"]),
        ("date_from=2030-01-01&date_to=2030-01-01", ["any", "women"]),
        ("date_from=2030-01-01T18:59:59Z", ["men", "women"]),
        ("date_to=2030-01-01T05:00:00%2B05:00", ["any"]),
        ("creator_id=00000000-0000-7000-8000-000000000000", []),
    ],
)
def test_filters(api, query, found):
    # 18:59:59 UTC is the last second of 1 January in Almaty.
    factories.casting(title="any", description="Всё", shoot_date=datetime(2030, 1, 1, tzinfo=UTC))
    factories.casting(title="women", description="Лукбук за один день", gender="female", min_age=20, max_age=30,
                      category="fashion", pay_min=50000, pay_max=90000,
                      shoot_date=datetime(2030, 1, 1, 18, 59, 59, tzinfo=UTC))  # fmt: skip
    factories.casting(title="men", description="Реклама", gender="male", city="Astana", pay_min=50000,
                      shoot_date=datetime(2030, 1, 1, 19, tzinfo=UTC))  # fmt: skip

    assert sorted(titles(api.get(f"/castings?{query}"))) == sorted(found)


@pytest.mark.parametrize(
    "query",
    [
        "gender=x",
        "min_age=x",
        "pay_min=-1",
        "date_from=soon",
        "date_to=2030-13-01",
        "creator_id=7",
        "category=x",
        "sort=x",
    ],
)
def test_a_filter_of_the_wrong_kind_is_refused_by_name(api, query):
    refused = error(api.get(f"/castings?{query}"), 400, "VALIDATION_ERROR")

    assert list(refused["details"]) == [query.split("=")[0]]


def test_orders(api):
    now = timezone.now()
    rows = {
        "low": {"pay_max": 10, "days": 3},
        "open": {"pay_min": 50, "days": 1},
        "unpaid": {"days": 2},
        "high": {"pay_min": 60, "pay_max": 100, "days": 9},
        "promoted": {"pay_min": 1, "days": 5, "is_promoted": True, "promoted_until": now + timedelta(days=1)},
    }
    for age, (title, fields) in enumerate(rows.items()):
        days = fields.pop("days")
        factories.casting(
            title=title, created_at=now - timedelta(hours=age), shoot_date=now + timedelta(days=days), **fields
        )

    assert titles(api.get("/castings")) == ["promoted", "low", "open", "unpaid", "high"]
    assert titles(api.get("/castings?sort=pay")) == ["high", "open", "low", "promoted", "unpaid"]
    assert titles(api.get("/castings?sort=shoot_date")) == ["open", "unpaid", "low", "promoted", "high"]


def test_saving_is_idempotent_and_shows_in_lists(model, own):
    address = f"/castings/{own.id}/save"

    assert [model.post(address).status_code for _ in range(2)] == [201, 200]

    (saved,) = data(model.get("/castings/saved"))["castings"]
    assert saved["is_saved"] is True
    assert data(model.get("/castings"))["castings"][0]["is_saved"] is True
    assert [model.delete(address).status_code for _ in range(2)] == [204, 204]
    assert titles(model.get("/castings/saved")) == []


def test_a_foreign_draft_is_not_there_to_save_or_answer(model):
    draft = factories.casting(status="draft")

    for address in (f"/castings/{draft.id}/save", f"/castings/{draft.id}/responses"):
        error(model.post(address), 404, "NOT_FOUND")


def test_anonymous_rows_carry_nothing_personal(api, own):
    row = data(api.get(f"/castings/{own.id}"))["casting"]

    assert {"is_saved", "my_response"}.isdisjoint(row)


def test_my_response_is_shown_to_her_alone(own):
    response = factories.response(to=own)
    other = Api(factories.model().user)

    own_row = data(Api(response.applicant.user).get(f"/castings/{own.id}"))["casting"]

    assert own_row["my_response"] == {"id": str(response.id), "status": "pending"}
    assert data(other.get(f"/castings/{own.id}"))["casting"]["my_response"] is None


def test_views_are_counted_once_per_viewer_and_day(own, employer, model, api):
    for client in (employer, model, model, api):
        data(client.get(f"/castings/{own.id}"))

    own.refresh_from_db()
    assert own.views_count == 2


def test_the_shoot_date_is_echoed_in_utc(employer):
    made = data(employer.post("/castings", {**NEW, "shoot_date": "2030-01-01T15:00:00+05:00"}), 201)["casting"]

    assert made["shoot_date"] == "2030-01-01T10:00:00Z"
