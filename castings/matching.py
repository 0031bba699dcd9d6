"""How well a model and a casting go together: one table of weights, one score, the same from both sides.

Pure: facts in, a match out. `castings.ranking` says the same in SQL; a property test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass

from profiles.models import Experience

WEIGHTS = {
    "city": 30,
    "category": 25,
    "age": 20,
    "height": 15,
    "gender": 10,
    "experience": 10,
    "language": 10,
    "pay": 10,
}
# A degree is how far a criterion is met: 0 to WHOLE. What one side asks for and the other left unsaid is half met, so
# that silence counts neither for nor against; saying what fits always gains. What nobody asks for has no part at all.
WHOLE, TRAVELS, UNSAID, NONE = 100, 60, 50, 0
YEAR_OUTSIDE, CM_OUTSIDE = 10, 5  # what each takes from UNSAID, where a limit is missed
LEVEL_SHORT = 50
GOOD_PAY = 50_000  # tenge a day from which on pay could not fit better
# The languages that users can choose, by the names that models give them in any of the three, in lower case.
LANGUAGES = {
    "kk": ("kazakh", "казахский", "қазақ", "қазақша", "қазақ тілі", "kk"),
    "ru": ("russian", "русский", "орыс", "орысша", "орыс тілі", "ru"),
    "en": ("english", "английский", "ағылшын", "ағылшынша", "ағылшын тілі", "en"),
}


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What counts of a model; None or empty is unsaid. City and languages in lower case, age in full years."""

    city: str | None
    can_travel: bool
    categories: tuple[str, ...]
    age: int | None
    height: int | None
    gender: str | None
    experience: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CastingFacts:
    """What counts of a casting; None asks for nothing. `language` is its owner's, `pay` the upper end for all `days`,

    in tenge, None or below 0 when none is named.
    """

    city: str | None
    category: str | None
    gender: str | None
    min_age: int | None
    max_age: int | None
    min_height: int | None
    max_height: int | None
    experience: str | None
    language: str | None
    pay: int | None
    days: int


@dataclass(frozen=True, slots=True)
class Match:
    """`score` 0 to 100; `reasons` are the criteria that fit, `missing` those that don't or were left unsaid."""

    score: int
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


def match(model: ModelFacts, casting: CastingFacts) -> Match:
    """How well the two go together."""
    degrees = {name: degree(model, casting) for name, degree in DEGREES.items()}
    asked = {name: degree for name, degree in degrees.items() if degree is not None}
    return Match(
        score=weighted(asked),
        reasons=tuple(name for name, degree in asked.items() if degree > UNSAID),
        missing=tuple(name for name, degree in asked.items() if degree <= UNSAID),
    )


def weighted(degrees: dict[str, int]) -> int:
    """The mean of the degrees by their weights, rounded half up; 0 without any."""
    whole = sum(WEIGHTS[name] for name in degrees)
    reached = sum(WEIGHTS[name] * degree for name, degree in degrees.items())
    return (2 * reached + whole) // (2 * whole) if whole else 0


def spoken(language: str | None) -> tuple[str, ...]:
    """The names of a user's language."""
    return LANGUAGES.get(language or "", ())


def _city(model: ModelFacts, casting: CastingFacts) -> int:
    if not model.city or not casting.city:
        return UNSAID
    if model.city == casting.city:
        return WHOLE
    return TRAVELS if model.can_travel else NONE


def _category(model: ModelFacts, casting: CastingFacts) -> int | None:
    if not casting.category:
        return None
    if not model.categories:
        return UNSAID
    return WHOLE if casting.category in model.categories else NONE


def _age(model: ModelFacts, casting: CastingFacts) -> int | None:
    return _within(model.age, casting.min_age, casting.max_age, YEAR_OUTSIDE)


def _height(model: ModelFacts, casting: CastingFacts) -> int | None:
    return _within(model.height, casting.min_height, casting.max_height, CM_OUTSIDE)


def _within(value: int | None, least: int | None, most: int | None, step: int) -> int | None:
    if least is None and most is None:
        return None
    if value is None:
        return UNSAID
    outside = max(0 if least is None else least - value, 0 if most is None else value - most, 0)
    return WHOLE if outside == 0 else max(NONE, UNSAID - step * outside)


def _gender(model: ModelFacts, casting: CastingFacts) -> int | None:
    if not casting.gender:
        return None
    if not model.gender:
        return UNSAID
    return WHOLE if model.gender == casting.gender else NONE


def _experience(model: ModelFacts, casting: CastingFacts) -> int | None:
    if not casting.experience:
        return None
    if not model.experience:
        return UNSAID
    levels = list(Experience.values)
    short = levels.index(casting.experience) - levels.index(model.experience)
    return max(NONE, WHOLE - LEVEL_SHORT * max(short, 0))


def _language(model: ModelFacts, casting: CastingFacts) -> int | None:
    names = spoken(casting.language)
    if not names:
        return None
    if not model.languages:
        return UNSAID
    return WHOLE if any(language in names for language in model.languages) else NONE


def _pay(model: ModelFacts, casting: CastingFacts) -> int:
    if casting.pay is None or casting.pay < 0:
        return UNSAID
    good = GOOD_PAY * casting.days
    return min(casting.pay, good) * WHOLE // good


DEGREES: dict[str, Callable[[ModelFacts, CastingFacts], int | None]] = {
    "city": _city,
    "category": _category,
    "age": _age,
    "height": _height,
    "gender": _gender,
    "experience": _experience,
    "language": _language,
    "pay": _pay,
}
