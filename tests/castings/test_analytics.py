"""Figures: who gets which, and that they are what a count by hand gives, whatever happened in whatever order."""

from collections import Counter
from datetime import date, timedelta

import pytest

from billing.models import Plan
from castings.analytics import for_employer, for_model, rollup, standings
from castings.models import (
    Casting,
    CastingStatus,
    CastingView,
    CastingViewCount,
    CityStanding,
    Response,
    ResponseStatus,
)
from mwork import clock
from profiles.models import EmployerProfile, ModelProfile, ModelView, ModelViewCount
from tests import factories
from tests.castings.history import NOW, History
from tests.conftest import Api, data, error

PERIODS = (7, 30, 90)
BASIC_MODEL = {"level", "period", "date_from", "date_to", "profile_views", "responses", "acceptance_rate", "unread"}
ADVANCED_MODEL = {"daily", "views_by_city", "views_by_role", "city_place"}
BASIC_EMPLOYER = {"level", "period", "date_from", "date_to", "castings", "views", "responses", "accepted"}
ADVANCED_EMPLOYER = {"daily", "funnel", "by_city", "by_gender", "by_age", "views_by_city", "views_by_role"}


@pytest.mark.parametrize("who", ["model", "employer"])
def test_the_free_plan_has_none_and_says_so(request, who):
    client = request.getfixturevalue(who)

    refusal = error(client.get(f"/analytics/{who}?period=8"), 403, "SUBSCRIPTION_LIMIT")

    assert refusal["details"] == {"feature": ["analytics"], "limit": [0], "used": [0], "plan": ["FREE"]}


@pytest.mark.parametrize(
    ("who", "plan", "keys"),
    [
        ("model", "PRO", BASIC_MODEL),
        ("model", "BUSINESS", BASIC_MODEL | ADVANCED_MODEL),
        ("employer", "PRO", BASIC_EMPLOYER),
        ("employer", "BUSINESS", BASIC_EMPLOYER | ADVANCED_EMPLOYER),
    ],
)
def test_the_plan_decides_what_is_told(request, who, plan, keys):
    client = request.getfixturevalue(who)
    factories.subscribe(client.person, plan)

    figures = data(client.get(f"/analytics/{who}"))["analytics"]

    assert set(figures) == keys
    assert (figures["level"], figures["period"]) == ("basic" if plan == "PRO" else "advanced", 30)
    assert figures["date_to"] == clock.today().isoformat()
    assert figures["date_from"] == (clock.today() - timedelta(days=29)).isoformat()


def test_a_feature_is_asked_for_and_not_a_plans_name(model):
    factories.subscribe(model.person, "PRO")
    Plan.objects.filter(name="PRO").update(analytics="advanced")

    assert data(model.get("/analytics/model"))["analytics"]["level"] == "advanced"


@pytest.mark.parametrize("period", ["8", "0", "-7", "7.0", "x", "90000000000000000000"])
def test_another_period_is_refused(model, period):
    factories.pro(model.person)

    assert list(error(model.get(f"/analytics/model?period={period}"), 400, "VALIDATION_ERROR")["details"]) == ["period"]


@pytest.mark.parametrize(("role", "who"), [("model", "model"), ("employer", "employer"), ("agency", "employer")])
def test_without_a_profile_there_is_nothing_to_tell(db, role, who):
    client = Api(factories.pro(factories.user(role=role)))

    error(client.get(f"/analytics/{who}"), 409, "INVALID_STATE")


def test_a_view_is_recorded_with_the_viewers_role_and_city(api, model, employer):
    EmployerProfile.objects.update(city="Astana")
    casting = factories.casting(of=employer.person.employer_profile)
    with_views = [(f"/profiles/models/{model.person.model_profile.id}", (api, employer, employer, model), ModelView),
                  (f"/castings/{casting.id}", (api, model, model, employer), CastingView)]  # fmt: skip
    for path, clients, kind in with_views:
        for client in clients:
            data(client.get(path))
        viewer = clients[1].person
        seen = Counter(kind.objects.values_list("role", "city"))
        assert seen == Counter([("", ""), (viewer.role, "Almaty" if viewer.role == "model" else "Astana")])
        assert not kind.objects.filter(viewer__contains=str(viewer.id)).exists()
    factories.subscribe(model.person, "BUSINESS")

    figures = data(model.get("/analytics/model?period=7"))["analytics"]

    assert figures["profile_views"] == 2
    assert figures["views_by_role"] == [{"role": "anonymous", "views": 1}, {"role": "employer", "views": 1}]
    assert figures["views_by_city"] == [{"city": "Astana", "views": 1}, {"city": None, "views": 1}]
    assert figures["daily"][-1] == {"date": clock.today().isoformat(), "views": 2, "responses": 0, "accepted": 0}


def test_what_is_unread_is_told(model):
    factories.pro(model.person)
    room = factories.room(other=model.person)
    factories.message(to=room, by=room.other_than(model.person))
    factories.notification(user=model.person)

    assert data(model.get("/analytics/model"))["analytics"]["unread"] == {"messages": 1, "notifications": 2}


# --- a count by hand --------------------------------------------------------------------------------------


def in_period(period: int, day: date) -> bool:
    return clock.today(NOW) - timedelta(days=period) < day <= clock.today(NOW)


def brief(kind, subjects, period) -> list[tuple]:
    """(day, role, city, subject) of each view that counts, from the rows."""
    rows = kind.objects.filter(subject__in=subjects).values_list("day", "role", "city", "subject_id")
    return [row for row in rows if in_period(period, row[0])]


def standing(subset, period) -> list[Response]:
    return [
        response for response in subset.select_related("applicant", "casting")
        if response.status != "withdrawn" and in_period(period, clock.today(response.applied_at))
    ]  # fmt: skip


def by_city(views) -> Counter:
    return Counter(city.lower() or None for _day, _role, city, _subject in views)


def expected_series(views, responses, period) -> list[dict]:
    days = [clock.today(NOW) - timedelta(days=ago) for ago in reversed(range(period))]
    return [
        {
            "date": day,
            "views": sum(row[0] == day for row in views),
            "responses": sum(clock.today(each.applied_at) == day for each in responses),
            "accepted": sum(clock.today(each.applied_at) == day and each.status == "accepted" for each in responses),
        }
        for day in days
    ]


def assert_common(figures, views, responses, period):
    assert figures["daily"] == expected_series(views, responses, period)
    roles = Counter(role or "anonymous" for _day, role, _city, _subject in views)
    assert {row["role"]: row["views"] for row in figures["views_by_role"]} == roles
    cities = {row["city"] and row["city"].lower(): row["views"] for row in figures["views_by_city"]}
    assert cities == by_city(views)
    counts = [row["views"] for row in figures["views_by_city"]]
    assert counts == sorted(counts, reverse=True)


def assert_model(model: ModelProfile, period: int):
    figures = for_model.figures(model, period, advanced=True, at=NOW)
    views, responses = brief(ModelView, [model], period), standing(model.responses, period)
    statuses = Counter(response.status for response in responses)
    assert figures["profile_views"] == len(views)
    assert figures["responses"] == {
        "total": len(responses), **{name: statuses[name] for name in ResponseStatus.wire},
    }  # fmt: skip
    rate = round(statuses["accepted"] / len(responses), 4) if responses else None
    assert figures["acceptance_rate"] == rate
    assert_common(figures, views, responses, period)


def groups(responses, key) -> dict:
    every, accepted = (
        Counter(map(key, responses)),
        Counter(key(each) for each in responses if each.status == "accepted"),
    )
    return {value: (count, accepted[value]) for value, count in every.items()}


def grouped(rows, key) -> dict:
    return {row[key]: (row["responses"], row["accepted"]) for row in rows if row["responses"]}


def assert_employer(employer, period: int):
    figures = for_employer.figures(employer, period, advanced=True, at=NOW)
    own = Casting.objects.filter(employer=employer, deleted_at=None)
    views = brief(CastingView, own, period)
    responses = standing(Response.objects.filter(casting__in=own), period)
    statuses = Counter(own.values_list("status", flat=True))
    assert figures["castings"] == {"total": own.count(), **{name: statuses[name] for name in CastingStatus.values}}
    accepted = sum(response.status == "accepted" for response in responses)
    assert (figures["views"], figures["responses"], figures["accepted"]) == (len(views), len(responses), accepted)
    assert_common(figures, views, responses, period)
    assert figures["funnel"] == [
        {
            "id": casting.id,
            "title": casting.title,
            "status": casting.status,
            "views": sum(row[3] == casting.id for row in views),
            "responses": sum(each.casting_id == casting.id for each in responses),
            "shortlisted": sum(
                each.casting_id == casting.id and each.status in ("shortlisted", "accepted") for each in responses
            ),
            "accepted": sum(each.casting_id == casting.id and each.status == "accepted" for each in responses),
        }
        for casting in own.exclude(status="draft").order_by("-created_at", "-id")
    ]
    cities = {city.lower(): count for city, count in grouped(figures["by_city"], "city").items()}
    assert cities == groups(responses, lambda each: each.applicant.city.lower())
    assert grouped(figures["by_gender"], "gender") == groups(responses, lambda each: each.applicant.gender)
    ages = groups(
        responses, lambda each: for_employer.age_band(each.applicant.birth_date, clock.today(each.applied_at))
    )
    assert grouped(figures["by_age"], "age") == ages


@pytest.mark.parametrize("seed", range(3))
def test_figures_equal_a_count_by_hand(db, seed):
    """Views on random days, also late ones, sent and withdrawn responses, decisions, roll-ups and refills between."""
    history = History(seed)
    for _ in range(3):
        for _ in range(20):
            history.happen()
        for period in PERIODS:
            for model in history.models:
                assert_model(model, period)
            for employer in history.employers:
                assert_employer(employer, period)
    assert ModelViewCount.objects.exists()
    assert CastingViewCount.objects.exists()


@pytest.mark.parametrize("seed", range(3))
def test_places_equal_a_count_by_hand(db, seed):
    history = History(seed)
    for _ in range(12):
        history.view()
    rollup.roll_up(NOW)
    as_of = clock.today(NOW) - timedelta(days=1)

    for period in PERIODS:
        first = as_of - timedelta(days=period - 1)
        seen = {
            model.id: model.views.filter(day__range=(first, as_of)).count() for model in history.models
        }  # fmt: skip
        for model in history.models:
            place = for_model.city_place(model, period)
            rivals = [other for other in history.models
                      if other.city.lower() == model.city.lower() and other.visibility == "public"]  # fmt: skip
            if model.visibility == "hidden":
                assert place is None
                continue
            before = sum(seen[other.id] > seen[model.id] for other in rivals)
            assert place == {
                "city": model.city, "place": 1 + before, "of": len(rivals), "views": seen[model.id], "as_of": as_of,
            }  # fmt: skip


def test_whoever_is_not_listed_any_more_or_moved_has_no_place(db):
    stays, moves, hides = (factories.model() for _ in range(3))
    rollup.roll_up(NOW)
    ModelProfile.objects.filter(id=moves.id).update(city="Astana")
    ModelProfile.objects.filter(id=hides.id).update(visibility="hidden")
    for profile in (stays, moves, hides):
        profile.refresh_from_db()

    assert for_model.city_place(stays, 7)["of"] == 3
    assert for_model.city_place(moves, 7) is None
    assert for_model.city_place(hides, 7) is None

    rollup.roll_up(NOW + timedelta(days=1))
    assert (for_model.city_place(stays, 7)["of"], for_model.city_place(moves, 7)["of"]) == (1, 1)
    assert not CityStanding.objects.filter(profile=hides).exists()
    assert standings.rank(clock.today(NOW) - timedelta(days=2)) == 0  # nobody goes back to an earlier day
