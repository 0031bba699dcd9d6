"""The score of `castings.matching` in SQL, made from the same weights: for rows of models, or of castings.

Each side is either columns or the values of one row, so one expression serves both directions.
"""

import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Expression, F, Func, IntegerField, TextField, Value
from django.db.models.functions import Cast

from castings.matching import (
    CM_OUTSIDE,
    GOOD_PAY,
    LANGUAGES,
    LEVEL_SHORT,
    NONE,
    TRAVELS,
    UNSAID,
    WEIGHTS,
    WHOLE,
    YEAR_OUTSIDE,
    CastingFacts,
    ModelFacts,
)
from castings.models import Casting
from mwork import clock
from profiles.models import Experience, ModelProfile

Side = dict[str, Expression]
NAME = re.compile(r"\$(\w+)")


def _within(value: str, least: str, most: str, step: int) -> str:
    outside = f"greatest({least} - {value}, {value} - {most}, 0)"
    return (
        f"CASE WHEN {value} IS NULL THEN {UNSAID} WHEN {outside} = 0 THEN {WHOLE} "
        f"ELSE greatest({NONE}, {UNSAID} - {step} * {outside}) END"
    )


def _array(texts: Iterable[str]) -> str:
    """Of constants of our own, none of which holds a quote."""
    return "ARRAY[" + ", ".join(f"'{text}'" for text in texts) + "]"


LEVELS = _array(Experience.values)
NAMES = " ".join(f"WHEN '{code}' THEN {_array(names)}" for code, names in LANGUAGES.items())
# Criterion → when it has a part, and its degree then. $names stand for the two sides' facts.
DEGREES = {
    "city": ("true", f"""CASE WHEN coalesce($model_city, '') = '' OR coalesce($city, '') = '' THEN {UNSAID}
        WHEN $model_city = $city THEN {WHOLE} WHEN $can_travel THEN {TRAVELS} ELSE {NONE} END"""),
    "category": ("coalesce($category, '') <> ''", f"""CASE WHEN cardinality($categories) = 0 THEN {UNSAID}
        WHEN $category = ANY ($categories) THEN {WHOLE} ELSE {NONE} END"""),
    "age": ("coalesce($min_age, $max_age) IS NOT NULL", _within("$age", "$min_age", "$max_age", YEAR_OUTSIDE)),
    "height": (
        "coalesce($min_height, $max_height) IS NOT NULL",
        _within("$height", "$min_height", "$max_height", CM_OUTSIDE),
    ),
    "gender": ("coalesce($gender, '') <> ''", f"""CASE WHEN coalesce($model_gender, '') = '' THEN {UNSAID}
        WHEN $model_gender = $gender THEN {WHOLE} ELSE {NONE} END"""),
    "experience": ("coalesce($experience, '') <> ''", f"""CASE WHEN coalesce($model_experience, '') = '' THEN {UNSAID}
        ELSE greatest({NONE}, {WHOLE} - {LEVEL_SHORT} * greatest(0,
            array_position({LEVELS}, $experience::text) - array_position({LEVELS}, $model_experience::text))) END"""),
    "language": (f"CASE $language {NAMES} END IS NOT NULL", f"""CASE WHEN cardinality($languages) = 0 THEN {UNSAID}
        WHEN CASE $language {NAMES} END && lower($languages::text)::text[] THEN {WHOLE} ELSE {NONE} END"""),
    "pay": ("true", f"""CASE WHEN coalesce($pay, -1) < 0 THEN {UNSAID}
        ELSE least($pay, {GOOD_PAY} * $days) * {WHOLE} / ({GOOD_PAY} * $days) END"""),
}  # fmt: skip
REACHED = " + ".join(f"CASE WHEN {asked} THEN {WEIGHTS[name]} * {degree} ELSE 0 END"
                     for name, (asked, degree) in DEGREES.items())  # fmt: skip
ASKED = " + ".join(f"CASE WHEN {asked} THEN {WEIGHTS[name]} ELSE 0 END" for name, (asked, _) in DEGREES.items())


class Formula(Func):
    """SQL in which $names stand for expressions, each as often as it is named."""

    output_field = IntegerField()

    def __init__(self, sql: str, **parts: Expression):
        super().__init__(*parts.values())
        self.sql, self.names = sql, tuple(parts)

    def as_sql(self, compiler, connection, **_):
        parts = dict(zip(self.names, map(compiler.compile, self.source_expressions), strict=True))
        params: list = []

        def fill(mark: re.Match) -> str:
            sql, own = parts[mark[1]]
            params.extend(own)
            return sql

        return f"({NAME.sub(fill, self.sql)})", params


def score(model: Side, casting: Side) -> Formula:
    """The score of the two, 0 to 100: `matching.match(…).score`."""
    return Formula(f"(2 * ({REACHED}) + ({ASKED})) / (2 * ({ASKED}))", **model, **casting)


def model_columns(day: date, prefix: str = "") -> Side:
    """The facts of ModelProfile rows on this day; `prefix` leads to them."""
    return {
        "model_city": F(f"{prefix}city_key"),
        "can_travel": F(f"{prefix}can_travel"),
        "categories": F(f"{prefix}categories"),
        "age": age(F(f"{prefix}birth_date"), day),
        "height": F(f"{prefix}height"),
        "model_gender": F(f"{prefix}gender"),
        "model_experience": F(f"{prefix}experience"),
        "languages": F(f"{prefix}languages"),
    }


def model_values(facts: ModelFacts) -> Side:
    return {
        "model_city": _text(facts.city),
        "can_travel": Cast(Value(facts.can_travel), ModelProfile._meta.get_field("can_travel")),
        "categories": _texts(facts.categories),
        "age": _number(facts.age),
        "height": _number(facts.height),
        "model_gender": _text(facts.gender),
        "model_experience": _text(facts.experience),
        "languages": _texts(facts.languages),
    }


# The columns that hold the facts, in the order of the two classes' fields; an age is made of the birth date.
MODEL_FACTS = ("city_key", "can_travel", "categories", "birth_date", "height", "gender", "experience", "languages")
CASTING_FACTS = (
    "city_key", "category", "gender", "min_age", "max_age", "min_height", "max_height", "experience",
    "employer__user__language", "pay_top", "duration_days",
)  # fmt: skip
CASTING_COLUMNS: Side = {
    field.name: F(column) for field, column in zip(fields(CastingFacts), CASTING_FACTS, strict=True)
}


def casting_values(facts: CastingFacts) -> Side:
    numbers = ("min_age", "max_age", "min_height", "max_height", "pay", "days")
    return {name: (_number if name in numbers else _text)(getattr(facts, name)) for name in CASTING_COLUMNS}


def model_facts(city, can_travel, categories, birth_date, height, gender, experience, languages, *, day) -> ModelFacts:
    """The facts in a row of MODEL_FACTS, on this day."""
    return ModelFacts(
        city, can_travel, tuple(categories), clock.years_between(birth_date, day), height, gender, experience,
        tuple(language.lower() for language in languages),
    )  # fmt: skip


def facts_of_model(profile: ModelProfile, day: date) -> ModelFacts:
    """What counts of this model on this day."""
    return model_facts(*(getattr(profile, name) for name in MODEL_FACTS), day=day)


def facts_of_casting(casting: Casting) -> CastingFacts:
    """What counts of this casting; needs its employer with the user."""
    return CastingFacts(*(attrgetter(name.replace("__", "."))(casting) for name in CASTING_FACTS))


def age(born: Expression, day: date) -> Formula:
    """Full years on this day, as clock.years_between counts them."""
    month_and_day = "extract(month FROM $born)::int * 100 + extract(day FROM $born)::int"
    passed = day.month * 100 + day.day
    return Formula(
        f"{day.year} - extract(year FROM $born)::int - CASE WHEN {month_and_day} > {passed} THEN 1 ELSE 0 END",
        born=born,
    )


def _text(value: str | None) -> Cast:
    return Cast(Value(value, CharField()), TextField())


def _texts(values: tuple[str, ...]) -> Cast:
    return Cast(Value(list(values), ArrayField(TextField())), ArrayField(TextField()))


def _number(value: int | None) -> Cast:
    return Cast(Value(value, IntegerField()), IntegerField())
