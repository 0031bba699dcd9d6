"""Filters that refuse what is not of their kind, instead of ignoring it or passing it on to the database."""

import re

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from mwork import search


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


class CityFilter(filters.CharFilter):
    """The city by its name, any case, in the model's city_key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 100, **kwargs})

    def filter(self, queryset, value):
        return queryset.filter(city_key=value.lower()) if value else queryset
