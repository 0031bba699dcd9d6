"""Filters that refuse what is not of their kind, instead of ignoring it or passing it on to the database."""

import re
from functools import cache, lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django_filters import rest_framework as filters
from django_filters.constants import EMPTY_VALUES
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mwork import search
from mwork.prepared import Slot, derived


class FilterBackend(filters.DjangoFilterBackend):
    """Reads each filter's own field, without the form that django-filter makes of them for every request."""

    def filter_queryset(self, request, queryset, view):
        kind = self.get_filterset_class(view, queryset)
        if kind is None:
            return queryset
        known = filters_of(kind, queryset.model)
        for name, value in cleaned(known, request.query_params).items():
            queryset = known[name].filter(queryset, value)
        return queryset


@cache
def filters_of(kind: type[filters.FilterSet], model: type[Model]) -> dict[str, filters.Filter]:
    """One set of the filters for all requests: what they do depends on nothing but queryset and value."""
    return kind(queryset=QuerySet(model)).filters


REMEMBERED = 100  # characters: longer texts are not asked for again


@lru_cache(4096)
def _value(field: forms.Field, text: str) -> object:
    """What the field makes of the text, which nobody may change: people ask for the same few cities and ages."""
    return field.clean(text)


def cleaned(known: dict[str, filters.Filter], query) -> dict[str, object]:
    """What the query asks of these filters, by name, checked; without those it leaves out or empty.

    ValidationError (400) names every filter whose value is not of its kind.
    """
    found, refused = {}, {}
    for name, each in known.items():
        text = query.get(name) or ""
        if not text and not each.extra.get("required"):
            continue
        try:
            value = _value(each.field, text) if len(text) <= REMEMBERED else each.field.clean(text)
        except ValidationError as error:
            refused[name] = error.messages
        else:
            if value not in EMPTY_VALUES:
                found[name] = value
    if refused:
        raise serializers.ValidationError(refused)
    return found


class WholeNumberField(forms.IntegerField):
    """Plain ASCII digits; Python would take `1_8` and `١٨` too."""

    def to_python(self, value):
        if value and not re.fullmatch(r"-?[0-9]{1,20}", value.strip()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


@extend_schema_field(OpenApiTypes.INT)
class WholeNumberFilter(filters.Filter):
    field_class = WholeNumberField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"min_value": 0, "max_value": 2_000_000_000, **kwargs})


@extend_schema_field(OpenApiTypes.BOOL)
class TruthFilter(filters.TypedChoiceFilter):
    """`true` or `false`; anything else is an error."""

    def __init__(self, *args, **kwargs):
        choices = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=choices, coerce=lambda text: text == "true", **kwargs)


class SearchFilter(filters.CharFilter):
    """Every word of the text, any case, in the model's search_text."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 100, **kwargs})

    def filter(self, queryset, value):
        return queryset.filter(search.matches(value)) if value else queryset

    def parts(self, value: str) -> list[str]:
        return search.parts(value)

    def filter_by_parts(self, queryset, parts: list[Slot]):
        return queryset.filter(search.holds(parts))


class CityFilter(filters.CharFilter):
    """The city by its name, any case, in the model's city_key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 100, **kwargs})

    def filter(self, queryset, value):
        return queryset.filter(city_key=derived(value, str.lower)) if value else queryset
