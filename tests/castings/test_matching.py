"""Matching: the score by its properties, its twin in SQL, who is found, and how the two lists answer."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from accounts.models import Block, Language, User
from castings import candidates, matching, ranking, requirements
from castings.matching import CastingFacts, ModelFacts
from castings.models import Casting, Response
from mwork import clock
from profiles.models import Category, EmployerProfile, Experience, Gender, ModelProfile
from tests import factories
from tests.conftest import Api, data, error

SPOKEN = ["russian", "казахский", "english", "korean", "қазақша"]


def maybe(*values):
    return st.sampled_from([None, *values])


def limits(low: int, high: int):
    """Two ends that are not upside down, each of which may be open."""
    ends = st.tuples(st.none() | st.integers(low, high), st.none() | st.integers(low, high))
    return ends.filter(lambda pair: None in pair or pair[0] <= pair[1])


model_facts = st.builds(
    ModelFacts,
    city=maybe("almaty", "astana", ""),
    can_travel=st.booleans(),
    categories=st.lists(st.sampled_from(Category.values), max_size=3, unique=True).map(tuple),
    age=st.none() | st.integers(14, 99),
    height=st.none() | st.integers(100, 250),
    gender=maybe(*Gender.values),
    experience=maybe(*Experience.values),
    languages=st.lists(st.sampled_from(SPOKEN), max_size=3, unique=True).map(tuple),
)


@st.composite
def casting_facts(draw):
    (min_age, max_age), (min_height, max_height) = draw(limits(14, 60)), draw(limits(140, 200))
    return CastingFacts(
        city=draw(maybe("almaty", "astana")), category=draw(maybe(*Category.values)),
        gender=draw(maybe(*Gender.values)), min_age=min_age, max_age=max_age, min_height=min_height,
        max_height=max_height, experience=draw(maybe(*Experience.values)), language=draw(maybe(*Language.values)),
        pay=draw(st.none() | st.integers(-1, 2_000_000_000)), days=draw(st.integers(1, 365)),
    )  # fmt: skip


def best(casting: CastingFacts) -> ModelFacts:
    """A model who has all that this casting could ask for."""
    return ModelFacts(
        city=casting.city or "almaty", can_travel=True,
        categories=(casting.category,) if casting.category else ("fashion",),
        age=casting.min_age or casting.max_age or 20, height=casting.min_height or casting.max_height or 170,
        gender=casting.gender or "female", experience="experienced",
        languages=tuple(matching.spoken(casting.language)[:1]) or ("russian",),
    )  # fmt: skip


@given(model=model_facts, casting=casting_facts())
@settings(max_examples=300, deadline=None)
def test_a_score_is_bounded_and_names_each_criterion_that_is_asked_for_once(model, casting):
    match = matching.match(model, casting)

    named = [*match.reasons, *match.missing]
    assert 0 <= match.score <= 100
    assert len(named) == len(set(named))
    asked = {name for name, degree in matching.DEGREES.items() if degree(model, casting) is not None}
    assert set(named) == asked
    assert {"city", "pay"} <= asked <= set(matching.WEIGHTS)


@given(model=model_facts, casting=casting_facts(), name=st.sampled_from([*ModelFacts.__slots__]))
@settings(max_examples=500, deadline=None)
def test_improving_one_fact_of_the_model_never_lowers_the_score(model, casting, name):
    improved = replace(model, **{name: getattr(best(casting), name)})

    assert matching.match(improved, casting).score >= matching.match(model, casting).score


@given(model=model_facts, casting=casting_facts(), near=st.integers(0, 60), far=st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_whoever_is_nearer_to_the_limits_never_scores_less(model, casting, near, far):
    near, far = sorted((near, far))
    for name, low, high in (("age", "min_age", "max_age"), ("height", "min_height", "max_height")):
        low, high = getattr(casting, low), getattr(casting, high)
        for edge, sign in ((low, -1), (high, 1)):
            if edge is not None:
                scores = [
                    matching.match(replace(model, **{name: edge + sign * by}), casting).score for by in (near, far)
                ]
                assert scores[0] >= scores[1]


@given(model=model_facts, casting=casting_facts(), more=st.integers(0, 2_000_000_000))
@settings(max_examples=200, deadline=None)
def test_more_pay_never_lowers_the_score(model, casting, more):
    pays = sorted((more, casting.pay or 0))
    scores = [matching.match(model, replace(casting, pay=pay)).score for pay in pays if pay >= 0]

    assert scores == sorted(scores)


@given(casting=casting_facts())
@settings(max_examples=200, deadline=None)
def test_whoever_has_it_all_reaches_the_top_and_silence_lies_between_yes_and_no(casting):
    assume(casting.experience != "beginner")
    casting = replace(casting, pay=matching.GOOD_PAY * casting.days)
    everything = best(casting)
    nothing = ModelFacts(
        city="elsewhere", can_travel=False, categories=("none",), gender="none", experience="beginner",
        languages=("latin",), age=0 if casting.min_age else 1000, height=0 if casting.min_height else 1000,
    )  # fmt: skip
    silence = ModelFacts(None, False, (), None, None, None, None, ())
    scores = [matching.match(model, casting).score for model in (nothing, silence, everything)]

    assert scores == sorted(scores)
    assert scores[2] == (100 if casting.city else matching.match(replace(everything, city=None), casting).score)


def test_the_criteria_are_the_weights_in_both_forms():
    assert list(matching.WEIGHTS) == list(matching.DEGREES) == list(ranking.DEGREES)


@pytest.fixture
def crowd(db):
    """Models and castings of all sorts, drawn with every fact that may be absent absent at times."""
    rng = Random(8)
    users = User.objects.bulk_create(User(email=f"m{n}@crowd.kz", role="model") for n in range(120))
    models = [
        ModelProfile(
            user=user, name="М", gender=rng.choice(Gender.values), height=rng.randint(150, 200),
            birth_date=date(rng.randint(1985, 2010), rng.choice([2, 11]), rng.choice([24, 25, 26, 28])),
            city=rng.choice(["Almaty", "АСТАНА", "Shymkent"]), can_travel=rng.random() < 0.5,
            categories=rng.sample(Category.values, rng.randint(0, 3)),
            experience=rng.choice([None, "", *Experience.values]),
            languages=rng.sample(["Russian", "Казахский", "English", "Қазақша", "Korean"], rng.randint(0, 3)),
        )
        for user in users
    ]  # fmt: skip
    ModelProfile.objects.bulk_create(models)
    bosses = User.objects.bulk_create(
        User(email=f"e{n}@crowd.kz", role="employer", language=language) for n, language in enumerate(Language.values)
    )
    employers = EmployerProfile.objects.bulk_create(EmployerProfile(user=boss, company_name="С") for boss in bosses)
    castings = []
    for number in range(60):
        ages, heights = sorted((rng.randint(14, 40), rng.randint(14, 40))), sorted((rng.randint(150, 200), 175))
        pay = rng.choice([None, 0, 10_000, 49_999, 400_000, 2_000_000_000])
        castings.append(
            Casting(
                employer=employers[number % 3], title="Т", description="Т", shoot_date=timezone.now() + timedelta(9),
                city=rng.choice(["almaty", "Астана", "Shymkent"]), status="active", duration_days=rng.choice([1, 365]),
                category=rng.choice([None, *Category.values]), gender=rng.choice([None, None, *Gender.values]),
                min_age=rng.choice([None, ages[0]]), max_age=rng.choice([None, ages[1]]),
                min_height=rng.choice([None, heights[0]]), max_height=rng.choice([None, heights[1]]),
                experience=rng.choice([None, None, *Experience.values]), pay_max=pay,
            )
        )  # fmt: skip
    Casting.objects.bulk_create(castings)
    return list(ModelProfile.objects.all()), list(Casting.objects.select_related("employer__user"))


def test_sql_and_python_agree_from_both_sides(crowd):
    models, castings = crowd
    for day in (date(2026, 11, 25), date(2028, 2, 29), date(2027, 2, 28)):
        facts = {model.id: ranking.facts_of_model(model, day) for model in models}
        for casting in castings[::3]:
            wanted = {key: matching.match(own, ranking.facts_of_casting(casting)).score for key, own in facts.items()}
            score = ranking.score(ranking.model_columns(day), ranking.casting_values(ranking.facts_of_casting(casting)))
            assert dict(ModelProfile.objects.annotate(score=score).values_list("id", "score")) == wanted
        for model in models[::10]:
            wanted = {
                casting.id: matching.match(facts[model.id], ranking.facts_of_casting(casting)).score
                for casting in castings
            }
            score = ranking.score(ranking.model_values(facts[model.id]), ranking.CASTING_COLUMNS)
            assert dict(Casting.objects.annotate(score=score).values_list("id", "score")) == wanted


@given(model=model_facts, casting=casting_facts())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_python_agree_when_anything_is_unsaid(db, model, casting):
    User.objects.exists() or factories.user()
    score = ranking.score(ranking.model_values(model), ranking.casting_values(casting))

    assert User.objects.annotate(score=score).values_list("score", flat=True)[0] == matching.match(model, casting).score


def test_both_lists_hold_exactly_those_who_fit_best_first(crowd):
    models, castings = crowd
    today = clock.today()
    fits = {(m.id, c.id) for m in models for c in castings if not requirements.unmet(c, m, today)}
    scores = {}
    for casting in castings:
        found = candidates.models_for(casting)
        scores |= {(each.id, casting.id): each.match for each in found}
        assert [each.match.score for each in found] == sorted((each.match.score for each in found), reverse=True)
    assert set(scores) == fits
    for model in models:
        found = candidates.castings_for(model)
        assert {(model.id, each.id) for each in found} == {pair for pair in fits if pair[0] == model.id}
        # From the casting's side it was the same.
        assert [scores[model.id, each.id] for each in found] == [each.match for each in found]
        assert [each.match.score for each in found] == sorted((each.match.score for each in found), reverse=True)


def test_what_meets_the_requirements_is_met_in_the_match_too(crowd):
    models, castings = crowd
    today = clock.today()
    for casting in castings:
        for model in models:
            missing = set(requirements.unmet(casting, model, today))
            sides = (ranking.facts_of_model(model, today), ranking.facts_of_casting(casting))
            whole = {name for name in ("gender", "age", "height") if matching.DEGREES[name](*sides) in (None, 100)}
            assert ("gender" in whole) == ("gender" not in missing)
            assert ("age" in whole) == (not missing & {"min_age", "max_age"})
            assert ("height" in whole) == (not missing & {"min_height", "max_height"})
            if "experience" not in missing:
                assert matching.DEGREES["experience"](*sides) in (None, 50, 100)


def test_a_pool_that_is_full_holds_the_most_promising(crowd, monkeypatch):
    monkeypatch.setattr(candidates, "MOST", 8)
    casting = factories.casting(city="Almaty", category="fashion")
    here = [factories.model(city="almaty", categories=["fashion"], rating=3) for _ in range(8)]
    factories.model(city="Astana", categories=["fashion"], rating=5)

    casting = Casting.objects.select_related("employer__user").get(id=casting.id)
    rows = ModelProfile.objects.filter(city_key="almaty", categories__contains=["fashion"])
    assert rows.count() >= 8
    found = candidates.models_for(casting)

    assert {each.id for each in found} <= set(rows.values_list("id", flat=True))
    assert {each.id for each in here} & {each.id for each in found}


@pytest.fixture
def pair(db):
    """A model in Almaty and an open casting that she fits."""
    casting = factories.casting(category="fashion", pay_max=90_000, gender="female", min_height=170)
    profile = factories.model(categories=["fashion"], languages=["Russian"])
    return Api(profile.user), profile, Api(casting.employer.user), casting


def test_the_match_is_the_same_from_both_sides(pair):
    model, profile, owner, casting = pair

    (recommended,) = data(model.get("/castings/recommended"))["castings"]
    (matched,) = data(owner.get(f"/castings/{casting.id}/matches"))["models"]

    assert (recommended["id"], matched["id"]) == (str(casting.id), str(profile.id))
    assert recommended["match"] == matched["match"] == {
        "score": 100, "reasons": ["city", "category", "height", "gender", "language", "pay"], "missing": [],
    }  # fmt: skip
    assert (matched["is_invited"], matched["has_responded"], recommended["my_response"]) == (False, False, None)


def test_what_is_missing_is_named(pair):
    model, profile, _owner, _casting = pair
    data(model.patch(f"/profiles/models/{profile.id}", {"city": "Astana", "languages": [], "categories": ["runway"]}))

    (row,) = data(model.get("/castings/recommended"))["castings"]

    assert row["match"]["missing"] == ["city", "category", "language"]
    # height 15, gender 10 and pay 10 whole, language half of 10, out of 100
    assert row["match"]["score"] == 40


def test_recommended_leaves_out_what_she_may_not_or_need_not_answer(pair):
    model, profile, _owner, casting = pair
    factories.casting(status="draft")
    factories.casting(shoot_date=timezone.now() - timedelta(hours=1))
    factories.casting(gender="male")
    blocking, blocked, banned = factories.casting(), factories.casting(), factories.casting()
    Block.objects.create(blocker=blocking.employer.user, blocked=profile.user)
    Block.objects.create(blocker=profile.user, blocked=blocked.employer.user)
    call_command("ban", banned.employer.user.email, verbosity=0)
    answered = factories.casting()
    data(model.post(f"/castings/{answered.id}/responses"), 201)
    deleted = factories.casting()
    Casting.objects.filter(id=deleted.id).update(deleted_at=timezone.now())

    assert [row["id"] for row in data(model.get("/castings/recommended"))["castings"]] == [str(casting.id)]

    response = Response.objects.get()
    assert model.delete(f"/responses/{response.id}").status_code == 204
    found = {row["id"] for row in data(model.get("/castings/recommended"))["castings"]}
    assert found == {str(casting.id), str(answered.id)}


def test_matches_leave_out_whom_the_owner_shall_not_meet(pair):
    _model, profile, owner, casting = pair
    factories.model(height=160)
    for visibility in ("hidden", "link_only"):
        factories.model(visibility=visibility)
    blocking, blocked, banned = factories.model(), factories.model(), factories.model()
    Block.objects.create(blocker=blocking.user, blocked=owner.person)
    Block.objects.create(blocker=owner.person, blocked=blocked.user)
    call_command("ban", banned.user.email, verbosity=0)
    factories.response(to=casting, by=profile)

    (row,) = data(owner.get(f"/castings/{casting.id}/matches"))["models"]

    assert (row["id"], row["has_responded"]) == (str(profile.id), True)


def test_pages_of_a_ranked_list_join_without_gap_or_repeat(pair):
    model, _profile, _owner, _casting = pair
    for number in range(6):
        factories.casting(city="Almaty" if number % 2 else "Astana", category=None)
    whole = data(model.get("/castings/recommended?limit=100"))
    assert whole["pagination"] == {"total": 7, "limit": 100, "offset": 0, "has_more": False, "next_cursor": None}

    walked, cursor, pages = [], "", 0
    while cursor is not None:
        page = data(model.get("/castings/recommended", {"limit": 2, "cursor": cursor}))
        walked += [row["id"] for row in page["castings"]]
        cursor, pages = page["pagination"]["next_cursor"], pages + 1
        if pages == 1:  # what comes in at the top does not shift the rest
            factories.casting(category="fashion", pay_max=90_000)

    assert walked == [row["id"] for row in whole["castings"]]
    assert pages == 4
    offset = data(model.get("/castings/recommended?limit=3&offset=1"))
    assert (len(offset["castings"]), offset["pagination"]["total"], offset["pagination"]["has_more"]) == (3, 8, True)


def test_a_cursor_of_another_list_is_refused(pair):
    model, _profile, owner, casting = pair
    factories.model()
    factories.casting()
    other = data(owner.get(f"/castings/{casting.id}/matches?limit=1"))["pagination"]["next_cursor"]
    plain = data(model.get("/castings?limit=1"))["pagination"]["next_cursor"]

    for cursor in (other, plain, "nonsense", other[:-3]):
        refused = model.get("/castings/recommended", {"cursor": cursor})
        assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["cursor"]


def test_a_model_without_a_profile_is_told_to_make_one(db):
    error(Api(factories.user()).get("/castings/recommended"), 409, "INVALID_STATE")


def test_responses_are_ordered_by_match_and_each_shows_it(pair):
    _model, profile, owner, casting = pair
    far = factories.model(city="Astana", categories=["fashion"], languages=["Russian"])
    farther = factories.model(city="Astana", categories=["runway"], languages=["Russian"])
    for each in (profile, farther, far):
        factories.response(to=casting, by=each)
    address = f"/castings/{casting.id}/responses?sort=match"

    rows = data(owner.get(address))["responses"]

    assert [row["applicant"]["id"] for row in rows] == [str(each.id) for each in (profile, far, farther)]
    assert [row["match"]["score"] for row in rows] == [100, 70, 45]
    assert rows[1]["match"]["missing"] == ["city"]
    walked, cursor = [], ""
    while cursor is not None:
        page = data(owner.get(f"{address}&limit=1&cursor={cursor}"))
        walked += page["responses"]
        cursor = page["pagination"]["next_cursor"]
    assert walked == rows
    newest = data(owner.get(f"/castings/{casting.id}/responses"))["responses"]
    assert [row["applicant"]["id"] for row in newest] == [str(each.id) for each in (far, farther, profile)]
