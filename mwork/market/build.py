"""Writes a whole market: draws it part by part and stores it in batches."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import models

from accounts.models import Report, User
from billing.models import PaidPeriod, Payment, Subscription
from castings.models import Casting, CastingView, Invitation, Response, Review, SavedCasting, SavedSearch
from chat.models import Membership, Message, Room
from mwork import clock, storage
from mwork.market import castings, chats, complaints, frauds, organizations, plans, reviews, wishes
from mwork.market.answers import Answered, Crowd
from mwork.market.casting_texts import EASY_TEXT, EASY_TITLE
from mwork.market.companies import Company, Registry
from mwork.market.days import Days
from mwork.market.people import Model, People
from mwork.market.pictures import Gallery
from mwork.market.sign_ins import EMAILS, PASSWORD
from mwork.market.views import Viewer
from mwork.market.words import source, weighted
from profiles.models import (
    EmployerProfile,
    Follow,
    Member,
    ModelProfile,
    ModelView,
    Photo,
    Representation,
    WorkExperience,
)

BATCH = 250  # people or castings drawn before they are written
ROWS = 2000  # rows of one INSERT
# What the companies of the printed sign-ins show: something in every status.
EMPLOYER_STATUSES = ("active", "draft", "completed", "cancelled", "active", "active", "completed", "active")
AGENCY_STATUSES = ("active", "completed", "active", "draft")
EVERY_STATUS = ("accepted", "pending", "viewed", "shortlisted", "rejected", "withdrawn")

Tell = Callable[[int, int], None]
Part = tuple[Callable[[list], None], list]  # rows, and what writes them


@dataclass(frozen=True)
class Size:
    models: int
    employers: int
    castings: int

    @property
    def total(self) -> int:
        return self.models + self.employers + self.castings


def fill(
    size: Size,
    seed: int,
    now: datetime,
    tell: Tell,
    *,
    with_pictures: bool = False,
    may: Callable[[], bool] = lambda: True,
) -> bool:
    """Write the market of this size and seed; all of it or nothing.

    `tell(done, total)` hears of the progress. `may` is asked first in the transaction: False stops it all. Accounts of
    the printed sign-ins are among those counted, the administrator's is not. The whole of a market with pictures is
    in memory before any of it is written.
    """
    parts, gallery, total = _draw(size, seed, now), Gallery(), size.total
    if with_pictures:
        parts = list(parts)
        shown = (rows for write, rows in parts if _is_counted(write))
        gallery.order(chain.from_iterable(shown), seed)
        total += len(gallery.orders)
        gallery.fill(lambda done: tell(done, total))
    with storage.kept_if_committed(storage.public(), *gallery.names):
        if allowed := may():
            _write_all(parts, gallery, lambda done: tell(done, total), now, seed)
    if not allowed:
        gallery.empty()
    return allowed


def _draw(size: Size, seed: int, now: datetime) -> Iterator[Part]:
    """Companies, then models, then castings, drawn as they are asked for."""
    days, offered, password = Days(now), plans.Plans(), make_password(PASSWORD)
    companies, people = [], []
    registry = Registry(source(seed, "companies"), days, offered, password)
    for batch in _batches(_companies(registry, size.employers)):
        companies += batch
        yield _write_companies, batch
    viewers = [
        Viewer(company.user.id, clock.today(company.user.created_at), company.user.role, company.profile.city)
        for company in companies
    ]
    crew = People(source(seed, "people"), days, offered, password, viewers)
    for batch in _batches(_people(crew, size.models)):
        people += batch
        yield _write_models, batch
    yield _write_organizations, [organizations.draw(source(seed, "organizations"), companies, people, days)]
    answered = _castings(source(seed, "castings"), companies, people, size.castings, days)
    yield _write_searches, _searches(source(seed, "searches"), companies, people)
    told = _talked(source(seed, "chats"), answered, companies, people, days)
    told = _reviewed(source(seed, "reviews"), told, companies, people, days)
    for batch in _batches(_invited(source(seed, "invitations"), told, people, days)):
        yield _write_castings, batch


def _write_all(parts: Iterable[Part], gallery: Gallery, tell: Callable[[int], None], now: datetime, seed: int) -> None:
    User.objects.create(
        email=EMAILS["admin"],
        password=make_password(PASSWORD),
        role="admin",
        is_superuser=True,
        email_verified=True,
        created_at=Days(now).ago(source(seed, "admin"), 900),
    )
    written = len(gallery.orders)
    for write, rows in parts:
        write(rows)
        written += len(rows) if _is_counted(write) else 0
        tell(written)
    reviews.rate()
    _write(Photo, gallery.photos)
    frauds.draw(source(seed, "frauds"))
    _write(Report, complaints.draw(source(seed, "reports"), now))


def _is_counted(write: Callable) -> bool:
    """Are these rows of the size that was asked for, and shown in pictures? Others hang on them."""
    return write not in (_write_organizations, _write_searches)


def _companies(registry: Registry, count: int) -> Iterator[Company]:
    """So many companies, the two known ones first."""
    known = (registry.known(role, EMAILS[role]) for role in ("employer", "agency"))
    return islice(chain(known, map(registry.draw, range(3, count + 1))), count)


def _people(crew: People, count: int) -> Iterator[Model]:
    """So many models, the known one first."""
    known = (crew.known(EMAILS["model"]) for _ in range(1))
    return islice(chain(known, map(crew.draw, range(2, count + 1))), count)


def _castings(rng: Random, companies: list[Company], people: list[Model], count: int, days: Days) -> Iterator[Answered]:
    """So many castings with what happened to them. The first is the one where responses have every status."""
    crowd = Crowd(rng, people, days)
    for number, (company, status) in enumerate(islice(_openings(rng, companies), count)):
        if number == 0:
            casting = castings.easy(company, EASY_TITLE, EASY_TEXT, days)
            yield crowd.answer(casting, company.user.language, EVERY_STATUS)
        else:
            casting = castings.draw(rng, company, status, days)
            castings.promote(company, casting)
            yield crowd.answer(casting, company.user.language)


def _talked(
    rng: Random, castings: Iterator[Answered], companies: list[Company], people: list[Model], days: Days
) -> Iterator[Answered]:
    """The same, each with what was said in the rooms that accepted responses opened."""
    employers = {company.profile.id: company.user for company in companies}
    models = {model.profile.id: model.user.id for model in people}
    for answered in castings:
        user = employers[answered.casting.employer_id]
        answered.talks = [
            chats.draw(rng, response, user.id, models[response.applicant_id], user.language, days)
            for response in answered.responses
            if response.status == "accepted"
        ]
        yield answered


def _reviewed(
    rng: Random, castings: Iterator[Answered], companies: list[Company], people: list[Model], days: Days
) -> Iterator[Answered]:
    """The same, each with what the two sides said of each other once it was done."""
    employers = {company.profile.id: company.user for company in companies}
    models = {model.profile.id: model for model in people}
    for answered in castings:
        casting = answered.casting
        done = [response for response in answered.responses if response.status == "accepted"]
        for response in done if casting.status == "completed" else []:
            employer, model = employers[casting.employer_id], models[response.applicant_id]
            answered.reviews += reviews.draw(rng, casting, response, employer, model, days)
        yield answered


def _invited(rng: Random, castings: Iterator[Answered], people: list[Model], days: Days) -> Iterator[Answered]:
    """The same, each with whom it invited."""
    for answered in castings:
        told = {response.applicant_id for response in answered.responses if response.status != "withdrawn"}
        answered.invited = wishes.invite(rng, answered.casting, told, people, days)
        yield answered


def _searches(rng: Random, companies: list[Company], people: list[Model]) -> list[SavedSearch]:
    """What people look for; the known ones always do."""
    rows = [wishes.search_of_company(rng, company, certain=place < 2) for place, company in enumerate(companies)]
    rows += [wishes.search_of_model(rng, model, certain=place == 0) for place, model in enumerate(people)]
    return list(chain.from_iterable(rows))


def _openings(rng: Random, companies: list[Company]) -> Iterator[tuple[Company, str]]:
    """Who makes the next casting, in which status: the known companies first, then anybody, a few of them often."""
    for company, statuses in zip(companies, (EMPLOYER_STATUSES, AGENCY_STATUSES), strict=False):
        for status in statuses:
            yield company, status
    others = companies[2:] or companies
    busy = [rng.paretovariate(1.4) for _ in others]
    while True:
        yield rng.choices(others, busy)[0], weighted(rng, castings.STATUSES)


def _write_companies(batch: list[Company]) -> None:
    _write(User, (company.user for company in batch))
    _write(EmployerProfile, (company.profile for company in batch))
    _write_subscriptions([(company.user, company.subscription) for company in batch if company.subscription])


def _write_searches(rows: list[SavedSearch]) -> None:
    _write(SavedSearch, rows)


def _write_models(batch: list[Model]) -> None:
    _write(User, (model.user for model in batch))
    _write(ModelProfile, (model.profile for model in batch))
    _write_subscriptions([(model.user, model.subscription) for model in batch if model.subscription])
    _write(WorkExperience, chain.from_iterable(model.work for model in batch))
    _write(ModelView, chain.from_iterable(model.views for model in batch))
    for model in batch:  # written and never asked for again
        model.work, model.views = [], []


def _write_organizations(drawn: list[organizations.Organized]) -> None:
    for organized in drawn:
        _write(Member, organized.members)
        _write(Representation, organized.representations)
        _write(Follow, organized.follows)


def _write_subscriptions(batch: list[tuple[User, Subscription]]) -> None:
    """With the payments behind them, the oldest first: their numbers come from the database."""
    _write(Subscription, (subscription for _, subscription in batch))
    offered = plans.Plans()
    paid = [pair for user, subscription in batch for pair in offered.paid(user, subscription)]
    paid.sort(key=lambda pair: pair[0].paid_at)
    _write(Payment, (payment for payment, _ in paid))
    _write(PaidPeriod, (period for _, period in paid))


def _write_castings(batch: list[Answered]) -> None:
    _write(Casting, (answered.casting for answered in batch))
    _write(Response, chain.from_iterable(answered.responses for answered in batch))
    _write(CastingView, chain.from_iterable(answered.views for answered in batch))
    _write(Invitation, chain.from_iterable(answered.invited for answered in batch))
    _write(SavedCasting, chain.from_iterable(answered.saved for answered in batch))
    _write(Review, chain.from_iterable(answered.reviews for answered in batch))
    talks = [talk for answered in batch for talk in answered.talks]
    _write(Room, (talk.room for talk in talks))  # each names its last message, which the commit looks for
    _write(Membership, chain.from_iterable(talk.members for talk in talks))
    _write(Message, chain.from_iterable(talk.messages for talk in talks))


def _write(kind: type[models.Model], rows: Iterable[models.Model]) -> None:
    kind.objects.bulk_create(rows, batch_size=ROWS)


def _batches(rows: Iterator) -> Iterator[list]:
    """The rows in lists of BATCH (itertools.batched comes with Python 3.12)."""
    while batch := list(islice(rows, BATCH)):
        yield batch
