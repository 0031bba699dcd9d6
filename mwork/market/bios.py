"""Bios put together from sentences that fit the person, so that hundreds do not read alike."""

from dataclasses import dataclass
from random import Random

from mwork.market import bios_en, bios_kk, bios_ru
from mwork.market.names import Name
from mwork.market.places import City
from mwork.market.words import gendered, some, weighted

BOOKS = {"kk": bios_kk, "ru": bios_ru, "en": bios_en}
ADULT, GRADUATE = 18, 23
LANGUAGES = {  # what somebody writes in, by the spelling of her name
    "kk": {"kk": 75, "ru": 20, "en": 5},
    "ru": {"ru": 85, "kk": 10, "en": 5},
    "en": {"en": 45, "ru": 35, "kk": 20},
}


@dataclass(frozen=True)
class Person:
    """What sentences are chosen by."""

    name: Name
    gender: str
    age: int
    city: City
    categories: list[str]
    experience: str | None
    first_year: int
    can_travel: bool


def language_of(rng: Random, person: Person) -> str:
    """Somebody's language; Russian's verbs would have to know a gender that "other" does not tell."""
    if person.gender == "other":
        return "en"
    language = weighted(rng, LANGUAGES[person.name.script])
    return "ru" if language == "kk" and person.name.group not in ("kazakh", "uyghur") else language


def write(rng: Random, person: Person, language: str) -> str:
    """A bio of one to nine sentences; empty for a few, as on any market."""
    book, manner = BOOKS[language], rng.random()
    if manner < 0.05:
        return ""
    opening, middle = rng.choice(book.OPENINGS), _middle(rng, person, book)
    rng.shuffle(middle)
    if manner < 0.2:
        sentences = [opening, *middle[:1]]
    else:
        sentences = [opening, *_occupation(rng, person, book), *middle, *some(rng, book.CLOSINGS, 1)]
    text = " ".join(sentences).format(
        first=person.name.first[language],
        at=person.city.at[language],
        of=person.city.of[language],
        year=person.first_year,
        job=rng.choice(book.JOBS),
        study=rng.choice(book.STUDIES),
    )
    return _sentence_case(gendered(text, person.gender))


def _middle(rng: Random, person: Person, book) -> list[str]:
    sentences = []
    if person.experience:
        sentences.append(rng.choice(book.EXPERIENCE[person.experience]))
    for category in some(rng, person.categories, 2):
        sentences.append(rng.choice(book.CATEGORIES[category]))
    if rng.random() < 0.65:
        one, two = rng.sample(book.HOBBIES, 2)
        sentences.append(rng.choice(book.LEISURE).replace("{one}", one).replace("{two}", two))
    sentences += some(rng, book.TRAITS, 1)
    if person.age >= ADULT and rng.random() < 0.5:
        sentences.append(rng.choice(book.TRAVELS if person.can_travel else book.STAYS))
    return sentences


def _occupation(rng: Random, person: Person, book) -> list[str]:
    """School for the young, studies or a profession for many of the others."""
    if person.age < ADULT:
        return [rng.choice(book.SCHOOL)]
    if rng.random() < 0.5:
        return []
    return [rng.choice(book.STUDENT if person.age < GRADUATE else book.WORKER)]


def _sentence_case(text: str) -> str:
    """Large letters after each end of a sentence: a field such as {study} may have stood first."""
    for end in (". ", "! "):
        text = end.join(part[:1].upper() + part[1:] for part in text.split(end))
    return text
