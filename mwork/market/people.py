"""Models: accounts, profiles, earlier jobs, and who looked at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from billing.models import Subscription
from mwork import clock
from mwork.market import bios, bodies, careers, names, places, plans, views
from mwork.market.days import Days
from mwork.market.words import DOMAIN, weighted
from profiles.models import ModelProfile, ModelView, WorkExperience

GENDERS = {"female": 64, "male": 34, "other": 2}
AGES = {16: 2, 17: 4, 18: 11, 19: 12, 20: 12, 21: 11, 22: 10, 23: 9, 24: 8, 25: 7, 26: 6, 27: 5, 28: 4}
AGES |= dict.fromkeys(range(29, 36), 1.6) | dict.fromkeys(range(36, 46), 0.7)
CATEGORIES = {
    "female": {"fashion": 30, "commercial": 26, "editorial": 16, "runway": 14, "beauty": 20, "fitness": 8, "promo": 14,
               "acting": 10},
    "male": {"fashion": 22, "commercial": 28, "editorial": 10, "runway": 12, "beauty": 3, "fitness": 20, "promo": 12,
             "acting": 16},
}  # fmt: skip
TALL = {"female": 170, "male": 180}  # who is smaller does not walk shows
LEVELS = {"beginner": 45, "intermediate": 38, "experienced": 12, None: 5}
SPOKEN = {
    "kazakh": [("Kazakh", 0.97), ("Russian", 0.9), ("English", 0.45), ("Turkish", 0.12)],
    "russian": [("Russian", 1), ("Kazakh", 0.35), ("English", 0.4)],
    "korean": [("Russian", 1), ("Korean", 0.4), ("Kazakh", 0.3), ("English", 0.45)],
    "uyghur": [("Uyghur", 0.95), ("Russian", 0.95), ("Kazakh", 0.75), ("English", 0.3)],
    "german": [("Russian", 1), ("German", 0.4), ("Kazakh", 0.25), ("English", 0.4)],
}
WRITTEN = {"kk": "Kazakh", "ru": "Russian", "en": "English"}
SHOWN = {"public": 94, "link_only": 3, "hidden": 3}
KNOWN_AGE = 23
KNOWN = {  # the model of the printed sign-in
    "name": "Аружан Серікова", "gender": "female", "city": "Almaty",
    "bio": (
        "Меня зовут Аружан, живу в Алматы. Снимаюсь в лукбуках и рекламе, люблю показы молодых дизайнеров. "
        "Учусь на архитектора, поэтому в кадре думаю о линии и свете. На съёмку приезжаю вовремя."
    ),
    "height": 175, "weight": 56, "bust": 85, "waist": 62, "hips": 90, "shoe_size": 39, "clothing_size": "S",
    "hair_color": "black", "eye_color": "brown", "skin_tone": "fair", "languages": ["Kazakh", "Russian", "English"],
    "categories": ["fashion", "commercial", "runway"], "experience": "intermediate", "can_travel": True,
}  # fmt: skip


@dataclass
class Model:
    """A model with all that is written for her; `since` is when she could first answer a casting on her plan."""

    user: User
    profile: ModelProfile
    work: list[WorkExperience]
    views: list[ModelView]
    subscription: Subscription | None
    since: datetime
    quota: int


class People:
    """Draws models. `viewers` are the users who may have looked at their pages."""

    def __init__(self, rng: Random, days: Days, offered: plans.Plans, password: str, viewers: Sequence[views.Viewer]):
        self._rng, self._days, self._plans, self._password, self._viewers = rng, days, offered, password, viewers

    def draw(self, number: int) -> Model:
        """A random model."""
        rng, days = self._rng, self._days
        person, age_days = _person(rng, days)
        language = bios.language_of(rng, person)
        name = person.name
        user = User(
            email=f"{name.latin.lower().replace(' ', '.')}{number}@{DOMAIN}",
            password=self._password,
            role="model",
            email_verified=rng.random() < 0.85,
            language=language,
            created_at=days.ago(rng, min(700, int(rng.expovariate(1 / 150)) + 2)),
        )
        profile = ModelProfile(
            user_id=user.id,
            name=name.full,
            bio=bios.write(rng, person, language),
            birth_date=clock.years_before(days.today, person.age) - timedelta(days=age_days),
            gender=person.gender,
            city=person.city.name,
            languages=_languages(rng, name.group, language),
            categories=person.categories,
            experience=person.experience,
            can_travel=person.can_travel,
            visibility=weighted(rng, SHOWN),
            created_at=user.created_at,
            announced_at=user.created_at,  # in the demo market everybody has heard of her
            **bodies.draw(rng, person.gender, name.group),
        )
        plan = weighted(rng, {"FREE": 80, "PRO": 15, "BUSINESS": 5})
        return self._complete(user, profile, plan, days.today.year - person.first_year)

    def known(self, email: str) -> Model:
        """The model of the printed sign-in: a full profile on a plan that leaves room for more responses."""
        joined = self._days.ago(self._rng, 200)
        user = User(email=email, password=self._password, role="model", email_verified=True, created_at=joined)
        born = clock.years_before(self._days.today, KNOWN_AGE) - timedelta(days=140)
        profile = ModelProfile(user_id=user.id, birth_date=born, created_at=joined, announced_at=joined, **KNOWN)
        return self._complete(user, profile, "PRO", years=3)

    def _complete(self, user: User, profile: ModelProfile, plan: str, years: int) -> Model:
        """With earlier jobs, the plan and what it promotes, and the views of the profile's page."""
        rng, days = self._rng, self._days
        subscription = self._plans.subscribe(rng, user, plan, days)
        if subscription and self._plans.promotes(plan) and profile.visibility == "public":
            profile.promote_by_plan(subscription.expires_at, days.midnight)
        seen = views.draw(rng, ModelView, profile.id, self._viewers, user.created_at, days)
        profile.views_count = len(seen)
        return Model(
            user=user,
            profile=profile,
            work=careers.draw(rng, profile, user.language, years, days),
            views=seen,
            subscription=subscription,
            since=subscription.started_at if subscription else user.created_at,
            quota=self._plans.responses(plan),
        )


def _person(rng: Random, days: Days) -> tuple[bios.Person, int]:
    """Who she is, and the days since her last birthday."""
    gender = weighted(rng, GENDERS)
    age = weighted(rng, AGES)
    experience = "beginner" if age < bios.ADULT else weighted(rng, LEVELS)
    if experience == "experienced" and age < 21:
        experience = "intermediate"
    least, most = {"intermediate": (1, 3), "experienced": (3, 9)}.get(experience, (0, 1))
    years = min(rng.randint(least, most), age - 16)
    person = bios.Person(
        name=names.draw(rng, gender),
        gender=gender,
        age=age,
        city=places.draw(rng),
        categories=_categories(rng, gender),
        experience=experience,
        first_year=days.today.year - years,
        can_travel=age >= bios.ADULT and rng.random() < 0.55,
    )
    return person, rng.randrange(365)


def _languages(rng: Random, group: str, written: str) -> list[str]:
    """What somebody of this group speaks; the language of her own bio always."""
    return [spoken for spoken, share in SPOKEN[group] if spoken == WRITTEN[written] or rng.random() < share]


def _categories(rng: Random, gender: str) -> list[str]:
    """From one to three, in the order of the choices."""
    weights = CATEGORIES.get(gender, CATEGORIES["female"])
    drawn = {weighted(rng, weights) for _ in range(rng.randint(1, 3))}
    return [category for category in weights if category in drawn]
