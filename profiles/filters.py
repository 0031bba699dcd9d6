"""What lists of models may be asked for."""

from datetime import date

from django.db.models import BooleanField, F, Func, Value
from django_filters import rest_framework as filters

from mwork import clock
from mwork.api.filters import CityFilter, SearchFilter, TruthFilter, WholeNumberFilter
from mwork.prepared import Slot, derived
from profiles.models import Category, Experience, Gender


def _years_ago(years: int) -> date:
    return clock.years_before(clock.today(), years)


class AmongFolded(Func):
    """`value IN (SELECT lower(unnest(array)))`: a folded text is one of an array's, in any case."""

    template = "%(expressions)s)))"
    arg_joiner = " IN (SELECT lower(unnest("
    output_field = BooleanField()


class ModelFilter(filters.FilterSet):
    gender = filters.ChoiceFilter(choices=Gender)
    min_age = WholeNumberFilter(method="at_least_age", max_value=150)
    max_age = WholeNumberFilter(method="at_most_age", max_value=150)
    min_height = WholeNumberFilter(field_name="height", lookup_expr="gte", help_text="cm")
    max_height = WholeNumberFilter(field_name="height", lookup_expr="lte", help_text="cm")
    city = CityFilter(help_text="Any case")
    category = filters.ChoiceFilter(choices=Category, field_name="categories", method="holds")
    experience = filters.ChoiceFilter(choices=Experience)
    language = filters.CharFilter(method="speaks", max_length=50, help_text="Any case")
    can_travel = TruthFilter()
    search = SearchFilter(help_text="All words, in name and bio, any case, ё as е")

    def at_least_age(self, queryset, name, value):
        return queryset.filter(birth_date__lte=derived(value, _years_ago))

    def at_most_age(self, queryset, name, value):
        return queryset.filter(birth_date__gt=derived(value, lambda years: _years_ago(years + 1)))

    def holds(self, queryset, name, value):
        return queryset.filter(**{f"{name}__contains": [value]})

    def speaks(self, queryset, name, value):
        folded = derived(value, str.lower)
        return queryset.filter(AmongFolded(folded if isinstance(folded, Slot) else Value(folded), F("languages")))
