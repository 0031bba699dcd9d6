"""Employers and agencies: accounts, pages, plans."""

import re
from dataclasses import dataclass
from random import Random

from accounts.models import User
from billing.models import Subscription
from mwork.market import names, places, plans
from mwork.market.company_texts import CATEGORIES, DESCRIPTIONS, ENDINGS, WORDS
from mwork.market.days import Days
from mwork.market.words import DOMAIN, capital, weighted
from profiles.models import EmployerProfile

KINDS = {"production": 16, "brand": 18, "beauty": 11, "event": 12, "shop": 15, "studio": 12, "sport": 8, "agency": 20}
LANGUAGES = {"ru": 55, "kk": 32, "en": 13}
OPERATORS = ("700", "701", "702", "705", "707", "747", "771", "775", "776", "777", "778")
KNOWN = {  # of the printed sign-ins, by role: name, kind, plan
    "employer": ("Alatau Production", "production", "PRO"),
    "agency": ("Umai Model Agency", "agency", "BUSINESS"),
}


@dataclass
class Company:
    """An employer with all that is written for it; `promotions` is how many castings its plan may still promote."""

    user: User
    profile: EmployerProfile
    subscription: Subscription | None
    categories: list[str]
    promotions: int


class Registry:
    """Draws companies, no two of one name."""

    def __init__(self, rng: Random, days: Days, offered: plans.Plans, password: str):
        self._rng, self._days, self._plans, self._password = rng, days, offered, password
        self._taken = {name for name, _, _ in KNOWN.values()}

    def draw(self, number: int) -> Company:
        """A random employer or agency."""
        rng = self._rng
        kind, city = weighted(rng, KINDS), places.draw(rng)
        name = self._free_name(kind, city)
        plan = weighted(rng, {"FREE": 70, "PRO": 18, "BUSINESS": 12})
        role = "agency" if kind == "agency" else "employer"
        language = weighted(rng, LANGUAGES)
        return self._company(f"{slug(name)}{number}@{DOMAIN}", role, name, kind, city, plan, language)

    def known(self, role: str, email: str) -> Company:
        """The employer or the agency of the printed sign-in, in Almaty."""
        name, kind, plan = KNOWN[role]
        company = self._company(email, role, name, kind, places.BY_NAME["Almaty"], plan, "ru")
        company.user.email_verified = company.profile.is_verified = True
        return company

    def _company(self, email, role, name, kind, city: places.City, plan, language) -> Company:
        rng = self._rng
        joined = self._days.ago(rng, rng.randint(220, 800))
        user = User(
            email=email,
            password=self._password,
            role=role,
            email_verified=rng.random() < 0.9,
            language=language,
            created_at=joined,
        )
        year = self._days.today.year - rng.randint(3, 14)
        text = rng.choice(DESCRIPTIONS[kind][language])
        contact = names.draw(rng, rng.choice(["female", "male"]))
        profile = EmployerProfile(
            user_id=user.id,
            company_name=name,
            description=capital(text.format(name=name, at=city.at[language], of=city.of[language], year=year)),
            website=f"https://{slug(name)}.example.com" if rng.random() < 0.7 else "",
            contact_person=contact.full,
            # Subscribers' numbers do not begin with 000, so nobody's phone rings.
            phone=f"+7{rng.choice(OPERATORS)}000{rng.randrange(10_000):04d}",
            city=city.name,
            is_verified=rng.random() < 0.45,
            created_at=joined,
        )
        promotions = rng.randint(1, 3) if self._plans.promotes(plan) else 0
        return Company(user, profile, self._plans.subscribe(rng, user, plan, self._days), CATEGORIES[kind], promotions)

    def _free_name(self, kind: str, city: places.City) -> str:
        """A name nobody has yet: with the city, then with a number when the plain ones are gone."""
        plain = f"{self._rng.choice(WORDS)} {self._rng.choice(ENDINGS[kind])}"
        name, count = plain, 1
        while name in self._taken:
            name = f"{plain} {city.name}" if count == 1 else f"{plain} {city.name} {count}"
            count += 1
        self._taken.add(name)
        return name


def slug(name: str) -> str:
    """The name as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
