"""What every text here shares: three languages, two genders, one domain, one way to pick."""

import re
from random import Random

LANGUAGES = ("kk", "ru", "en")
DOMAIN = "demo.mwork.kz"  # of every demo user's address

_FORMS = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")


def source(seed: int, topic: str) -> Random:
    """A stream of random numbers of the topic's own: another number of castings leaves the people as they were."""
    return Random(f"{seed} {topic}")  # noqa: S311  a demo market is no secret


def gendered(text: str, gender: str) -> str:
    """The text with each `[masculine|feminine]` resolved."""
    return _FORMS.sub(lambda forms: forms[2 if gender == "female" else 1], text)


def weighted(rng: Random, weights: dict):
    """One key of the table, by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def capital(text: str) -> str:
    """The text with its first letter large and the others as they are."""
    return text[:1].upper() + text[1:]


def some(rng: Random, texts: list[str] | tuple[str, ...], most: int) -> list[str]:
    """From none to `most` different ones of the texts."""
    return rng.sample(texts, rng.randint(0, min(most, len(texts))))
