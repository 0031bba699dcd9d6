"""Does a model fit what a casting asks for? Of two rows, by `unmet`; of all models, as a query, by `fitting`; of all

castings, by `asked_of`. One rule, told three times: a property test holds them together.
"""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from castings.models import Casting, CastingQuerySet
from mwork import clock
from profiles.models import Experience, ModelProfile, ModelProfileQuerySet


def unmet(casting: Casting, model: ModelProfile, day: date) -> dict[str, list[str]]:
    """The requirements that the model does not meet on this day, by their names; empty when she fits.

    What she left unsaid counts as fitting.
    """
    age, height = model.age_on(day), model.height
    misfits = {
        "gender": casting.gender and casting.gender != model.gender,
        "min_age": casting.min_age is not None and age < casting.min_age,
        "max_age": casting.max_age is not None and age > casting.max_age,
        "min_height": casting.min_height is not None and height < casting.min_height,
        "max_height": casting.max_height is not None and height > casting.max_height,
        "experience": casting.experience
        and model.experience
        and not Experience(model.experience).covers(casting.experience),
    }
    texts = {
        "gender": _("The casting is for another gender."),
        "min_age": _("Asked for: %(limit)s years or older."),
        "max_age": _("Asked for: %(limit)s years or younger."),
        "min_height": _("Asked for: %(limit)s cm or taller."),
        "max_height": _("Asked for: %(limit)s cm or shorter."),
        "experience": _("More experience is asked for."),
    }
    return {name: [texts[name] % {"limit": getattr(casting, name)}] for name, misfit in misfits.items() if misfit}


def fitting(casting: Casting, day: date, among: ModelProfileQuerySet | None = None) -> ModelProfileQuerySet:
    """The models of whom `unmet` finds nothing on this day, among these; without banned ones and closed accounts among

    all.
    """
    rows = ModelProfile.objects.of_present_users() if among is None else among
    asked = {
        "gender": casting.gender,
        "birth_date__lte": None if casting.min_age is None else clock.years_before(day, casting.min_age),
        "birth_date__gt": None if casting.max_age is None else clock.years_before(day, casting.max_age + 1),
        "height__gte": casting.min_height,
        "height__lte": casting.max_height,
    }
    rows = rows.filter(**{lookup: value for lookup, value in asked.items() if value not in (None, "")})
    if casting.experience:
        enough = [level for level in Experience if level.covers(casting.experience)]
        rows = rows.filter(Q(experience__isnull=True) | Q(experience="") | Q(experience__in=enough))
    return rows


def asked_of(model: ModelProfile, day: date) -> CastingQuerySet:
    """The castings of any status for which `unmet` finds nothing in the model on this day."""
    age = model.age_on(day)
    rows = Casting.objects.filter(
        _open("gender__in", ["", model.gender]),
        _open("min_age__lte", age),
        _open("max_age__gte", age),
        _open("min_height__lte", model.height),
        _open("max_height__gte", model.height),
    )
    if model.experience:
        enough = [level for level in Experience if Experience(model.experience).covers(level)]
        rows = rows.filter(_open("experience__in", ["", *enough]))
    return rows


def _open(lookup: str, value) -> Q:
    """What is asked for is this, or nothing."""
    return Q(**{f"{lookup.partition('__')[0]}__isnull": True}) | Q(**{lookup: value})
