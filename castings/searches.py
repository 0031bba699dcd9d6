"""Searches that users keep: the same filters as the lists, read by the same FilterSets; and which of them find a row.

A row is asked of all searches at once: what it holds stands in one query over the searches' columns.
"""

from datetime import datetime
from functools import reduce
from operator import and_
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.forms import Form
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet

from accounts.permissions import EMPLOYERS
from castings.filters import PublicCastingFilter
from castings.models import Casting, SavedSearch, Target
from mwork import clock, search
from mwork.api.errors import Duplicate, Forbidden, InvalidState
from profiles.filters import AmongFolded, ModelFilter
from profiles.models import ModelProfile

MOST = 30  # searches that one user keeps
FILTERS: dict[str, type[FilterSet]] = {Target.CASTINGS: PublicCastingFilter, Target.MODELS: ModelFilter}


@transaction.atomic
def save(*, user, name: str, target: str, filters: dict, cleaned: dict, alert: str) -> SavedSearch:
    """Keep a search. `cleaned` is what the target's FilterSet made of the filters.

    Raises Forbidden (models are for employers), Duplicate (the name), InvalidState (MOST are kept).
    """
    require_right(user, target)
    # Of two searches saved at once the second waits here, and then counts the first one.
    get_user_model().objects.select_for_update(no_key=True).get(id=user.id)
    own = SavedSearch.objects.filter(user=user)
    if own.filter(name=name).exists():
        raise Duplicate(_("You have a search of this name already."))
    if own.count() >= MOST:
        raise InvalidState(_("At most %(most)s searches can be kept: delete one first.") % {"most": MOST})
    row = SavedSearch(user=user, name=name, target=target, filters=filters, alert=alert)
    take_apart(row, cleaned)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # a writer that took no lock
        raise Duplicate from error
    return row


def form(target: str, texts: dict[str, str]) -> Form:
    """The form of the list's own FilterSet over these filters, as a query would write them."""
    rows = Casting.objects.none() if target == Target.CASTINGS else ModelProfile.objects.none()
    return FILTERS[target](texts, queryset=rows).form


def require_right(user, target: str) -> None:
    """Castings are for everybody, models for employers; Forbidden otherwise."""
    if target == Target.MODELS and user.role not in EMPLOYERS:
        raise Forbidden(_("Only employers and agencies keep searches of models."))


def take_apart(row: SavedSearch, cleaned: dict) -> None:
    """Fill the columns that are asked from what a FilterSet has cleaned; what was left empty asks for nothing."""
    terms = {name: value for name, value in cleaned.items() if value not in (None, "")}
    row.city_key = terms.pop("city", "").lower()
    row.category = terms.pop("category", "")
    text = terms.pop("search", None)
    row.words = None if text is None else [search.as_stored(word) for word in search.words(text)]
    for name, end in (("date_from", 0), ("date_to", 1)):
        if name in terms:
            terms[name] = _microseconds(terms[name][end])
    if "language" in terms:
        terms["language"] = terms["language"].lower()
    row.terms = {name: str(value) if isinstance(value, UUID) else value for name, value in terms.items()}


def finding_casting(casting: Casting):
    """The searches whose list of castings would show this one; its status apart, which its list has to be asked for."""
    held = [
        _any_or(city_key=["", casting.city_key], category=["", casting.category or ""]),
        _unless(casting.gender is None, "gender", casting.gender),
        _unless(casting.max_age is None, "min_age__lte", casting.max_age),
        _unless(casting.min_age is None, "max_age__gte", casting.min_age),
        _term("pay_min__lte", casting.pay_top),
        _term("date_from__lte", _microseconds(casting.shoot_date)),
        _term("date_to__gte", _microseconds(casting.shoot_date)),
        _term("creator_id", str(casting.employer_id)),
        _term("status", casting.status),
        _words_in(casting.search_text),
    ]
    return SavedSearch.objects.filter(reduce(and_, held), target=Target.CASTINGS)


def finding_model(profile: ModelProfile, at: datetime | None = None):
    """The searches whose list of models would show this one."""
    age = profile.age_on(clock.today(at))
    spoken = Cast(Value(profile.languages, ArrayField(TextField())), ArrayField(TextField()))
    held = [
        _any_or(city_key=["", profile.city_key], category=["", *profile.categories]),
        _term("gender", profile.gender),
        _term("min_age__lte", age),
        _term("max_age__gte", age),
        _term("min_height__lte", profile.height),
        _term("max_height__gte", profile.height),
        _term("experience", profile.experience or ""),
        _term("can_travel", profile.can_travel),
        Q(terms__language__isnull=True) | Q(AmongFolded(KeyTextTransform("language", "terms"), spoken)),
        _words_in(profile.search_text),
    ]
    return SavedSearch.objects.filter(reduce(and_, held), target=Target.MODELS)


def _any_or(**held: list[str]) -> Q:
    return Q(**{f"{name}__in": values for name, values in held.items()})


def _term(lookup: str, value) -> Q:
    """Not asked for, or met by what the row holds."""
    return Q(**{f"terms__{lookup.partition('__')[0]}__isnull": True}) | Q(**{f"terms__{lookup}": value})


def _unless(open_to_all: bool, lookup: str, value) -> Q:
    return Q() if open_to_all else _term(lookup, value)


class _AllIn(Func):
    """Every one of an array's words stands in the text; of no word at all none does."""

    output_field = BooleanField()

    def __init__(self, text: str):
        super().__init__(Value(text), F("words"))

    def as_sql(self, compiler, connection, **_):
        (text, params), (words, _none) = (compiler.compile(each) for each in self.source_expressions)
        found = f"bool_and(strpos({text}, word) > 0)"
        return f"(SELECT coalesce({found}, false) FROM unnest({words}) AS word)", params  # noqa: S608  compiled parts


def _words_in(text: str) -> Q:
    return Q(words__isnull=True) | Q(_AllIn(text))


def _microseconds(moment: datetime) -> int:
    """Since 1970, as a number that JSON keeps and compares exactly."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
