"""Who may match, both ways: one query that reads little of either table, best first, at most MOST rows of it scored.

Those who meet the requirements are read in classes, the most promising first, each along an index, until MOST rows are
there; the score in SQL orders them. What two rows of one class still differ by is little.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import Block
from castings import matching, ranking, requirements
from castings.matching import CastingFacts, Match, ModelFacts
from castings.models import Casting, CastingStatus, Moderation, Response
from mwork import clock
from profiles.models import EmployerProfile, ModelProfile, Visibility

MOST = 500  # rows that are read and scored, and so the length of a whole list
MODELS = ("-is_promoted", "-rating", "-created_at", "-id")
CASTINGS = ("-is_promoted", "-created_at", "-id")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that fits. By `place` the best come first: by score, then as lists have them; it ends with the key."""

    id: UUID
    match: Match
    place: tuple


class Here(RawSQL):
    """This column's value is none of those that `_best` names as gone, looked up in a hash table."""

    def __init__(self, column: str):
        super().__init__(f"NOT ({column} IN (SELECT id FROM gone))", [], BooleanField())  # noqa: S608  a name of ours


def models_for(casting: Casting, *, reader=None, at: datetime | None = None) -> list[Candidate]:
    """The public models who fit this casting, without those between whom and its owner there is a block.

    A block with the `reader`, somebody of its team, counts as well. Needs the employer with the user.
    """
    day, facts = clock.today(at), ranking.facts_of_casting(casting)
    found = []
    for promoted, rating, _created, key, _score, *own in _rows(models_query(casting, facts, reader=reader, at=at)):
        match = matching.match(ranking.model_facts(*own, day=day), facts)
        found.append(Candidate(key, match, (-match.score, not promoted, -rating, -key.int)))
    return sorted(found, key=_place)


def castings_for(model: ModelProfile, at: datetime | None = None) -> list[Candidate]:
    """The open castings that this model fits and has not answered, without those of whom there is a block."""
    facts = ranking.facts_of_model(model, clock.today(at))
    found = []
    for promoted, _created, key, _score, *own in _rows(castings_query(model, facts, at)):
        match = matching.match(facts, CastingFacts(*own))
        found.append(Candidate(key, match, (-match.score, not promoted, -key.int)))
    return sorted(found, key=_place)


def models_query(casting: Casting, facts: CastingFacts, *, reader=None, at: datetime | None = None) -> tuple[str, list]:
    """The SQL of `models_for` and its parameters."""
    day = clock.today(at)
    listed = ModelProfile.objects.of_present_users(at).filter(visibility=Visibility.PUBLIC)
    fit = requirements.fitting(casting, day, among=listed.annotate(there=Here("user_id")).filter(there=True))
    score = ranking.score(ranking.model_columns(day), ranking.casting_values(facts))
    scored = ModelProfile.objects.annotate(score=score).values_list("score", *ranking.MODEL_FACTS)
    gone = _parted_from({casting.owner_id, *([reader.id] if reader else [])})
    return _best((fit.filter(each) for each in _classes_of_models(facts)), MODELS, scored, gone)


def castings_query(model: ModelProfile, facts: ModelFacts, at: datetime | None = None) -> tuple[str, list]:
    """The SQL of `castings_for` and its parameters."""
    at = at or timezone.now()
    answered = Response.objects.standing().filter(applicant=model)
    fit = requirements.asked_of(model, clock.today(at)).annotate(there=Here("employer_id"))
    fit = fit.filter(status=CastingStatus.ACTIVE, moderation__in=Moderation.shown, deleted_at=None)
    fit = fit.filter(shoot_date__gt=at, there=True)
    fit = fit.exclude(id__in=answered.values("casting_id"))
    score = ranking.score(ranking.model_values(facts), ranking.CASTING_COLUMNS)
    scored = Casting.objects.annotate(score=score).values_list("score", *ranking.CASTING_FACTS)
    parted = EmployerProfile.objects.filter(user__in=_parted_from({model.user_id})).values("id")
    gone = EmployerProfile.objects.of_absent_users(at).values("id").union(parted, all=True)
    return _best((fit.filter(each) for each in _classes_of_castings(facts)), CASTINGS, scored, gone)


def _parted_from(users: set[UUID]) -> QuerySet:
    """The ids of the users with whom one of these has a block, laid by either."""
    laid = Block.objects.filter(blocker__in=users).values("blocked_id")
    return laid.union(Block.objects.filter(blocked__in=users).values("blocker_id"), all=True)


def _classes_of_models(casting: CastingFacts) -> list[Q]:
    """Conditions that part the models: those of the city in the category, then who would travel, then the others."""
    here, fits = Q(city_key=casting.city), Q(categories__contains=[casting.category]) if casting.category else Q()
    first, second = here & fits, ~here & Q(can_travel=True) & fits
    return [first, second, ~first & ~second]


def _classes_of_castings(model: ModelFacts) -> list[Q]:
    """Conditions that part the castings: in her city and categories, then in one of the two, then the others."""
    here, hers = Q(city_key=model.city), Q()
    if model.categories:
        hers = Q(category__in=model.categories) | Q(category=None)
    first, second = here & hers, (~here & hers if model.can_travel or not model.categories else here & ~hers)
    return [first, second, ~first & ~second]


def _best(classes: Iterable[QuerySet], order: tuple[str, ...], scored: QuerySet, gone: QuerySet) -> tuple[str, list]:
    """The first MOST rows of these classes, each in this order, by their score; nothing is read beyond them.

    What the classes ask for is all in the indexes that serve them: rows themselves are read for the pool only.
    """
    gone_sql, params = gone.query.sql_with_params()
    parts, params = [], list(params)
    columns = [name.lstrip("-") for name in order]
    for rows in classes:
        try:
            sql, own = rows.order_by(*order).values_list(*columns)[:MOST].query.sql_with_params()
        except EmptyResultSet:  # Django knows that nothing can be in this class
            continue
        parts.append(f"({sql})")
        params += own
    sql, own = scored.filter(id=RawSQL("pool.id", []))[:1].query.sql_with_params()
    places = ", ".join(f"pool.{name} DESC" for name in columns)
    query = f"""
        WITH gone (id) AS MATERIALIZED ({gone_sql})
        SELECT {", ".join(f"pool.{name}" for name in columns)}, facts.*
        FROM ({" UNION ALL ".join(parts)} LIMIT {MOST}) AS pool CROSS JOIN LATERAL ({sql}) AS facts
        ORDER BY facts.score DESC, {places}"""  # noqa: S608  no value is in the text
    return query, [*params, *own]


@contextmanager
def reading_indexes() -> Iterator:
    """A cursor for these queries. They read indexes that are small enough to lie in memory: at the price of a disk's

    seeks, which the planner assumes by default, it would rather read a whole table.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1")
        yield cursor


def _rows(query: tuple[str, list]) -> list[tuple]:
    with reading_indexes() as cursor:
        cursor.execute(*query)
        return cursor.fetchall()


def _place(candidate: Candidate) -> tuple:
    return candidate.place
