"""The demo agency's team, its roster and who follows it; and who follows the other companies."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from mwork.market.companies import Company
from mwork.market.days import Days
from mwork.market.people import Model
from profiles.models import Follow, Member, Representation

PLACES = ("admin", "editor", "viewer")  # the first of them the known employer's
ROSTER = {"active": 8, "pending": 2, "declined": 1}
KNOWN_FOLLOWS = 2  # organizations that the known model follows: the known ones


@dataclass
class Organized:
    """All that is written."""

    members: list[Member] = field(default_factory=list)
    representations: list[Representation] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)


def draw(rng: Random, companies: list[Company], people: list[Model], days: Days) -> Organized:
    """Of the market's companies, the known employer and the known agency first, and models, the known one first."""
    drawn = Organized()
    if len(companies) > 1:
        agency = companies[1]
        colleagues = [companies[0], *companies[2:]]
        for role, company in zip(PLACES, colleagues, strict=False):
            since = _after(rng, max(agency.user.created_at, company.user.created_at), days)
            member = Member(organization_id=agency.profile.id, user_id=company.user.id, role=role, created_at=since)
            drawn.members.append(member)
        drawn.representations = _roster(rng, agency, people, days)
    for number, company in enumerate(companies):
        fans = rng.sample(people, min(len(people), int(rng.expovariate(1 / 6))))
        if number < KNOWN_FOLLOWS:
            fans = list({fan.user.id: fan for fan in [*people[:1], *fans]}.values())
        for fan in fans:
            since = _after(rng, max(company.user.created_at, fan.user.created_at), days)
            follow = Follow(organization_id=company.profile.id, user_id=fan.user.id, created_at=since)
            drawn.follows.append(follow)
    return drawn


def _roster(rng: Random, agency: Company, people: list[Model], days: Days) -> list[Representation]:
    """The known model and others, most of whom have agreed."""
    statuses = [status for status, count in ROSTER.items() for _ in range(count)]
    models = [*people[:1], *rng.sample(people[1:], min(len(people[1:]), len(statuses) - 1))]
    rows = []
    for status, model in zip(statuses, models, strict=False):
        asked = _after(rng, max(agency.user.created_at, model.user.created_at), days)
        answered = None if status == "pending" else asked + (days.midnight - asked) * rng.random()
        rows.append(
            Representation(
                organization_id=agency.profile.id, model_id=model.profile.id, status=status, created_at=asked,
                answered_at=answered,
            )
        )  # fmt: skip
    return rows


def _after(rng: Random, start, days: Days):
    """A moment after this one and before today."""
    return start + max(days.midnight - start, timedelta(minutes=1)) * rng.random()
