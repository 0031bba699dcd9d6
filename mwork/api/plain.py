"""Serializers of lists that are read all day, without what DRF asks of every field of every row.

A serializer builds its fields anew for every answer, and asks each of them for each row how to find its value and how
to write it. `Plain` works that out once per class. Values go on as they are: ids and moments become text where JSON is
written (mwork.api.renderers), which does it faster.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from operator import attrgetter
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

# What needs no more than to be found. Of these very classes: one made of them may write in a way of its own.
AS_THEY_ARE = (
    serializers.BooleanField, serializers.CharField, serializers.ChoiceField, serializers.DateTimeField,
    serializers.IntegerField, serializers.URLField, serializers.UUIDField,
)  # fmt: skip
Getter = Callable[[Any], Any]


class Plain(serializers.Serializer):
    """Mixed in before ModelSerializer. Rows must be objects, not mappings, and hold what their columns hold.

    A plain serializer inside of another has no context.
    """

    def to_representation(self, row) -> dict:
        shown = {}
        for name, get, is_own in _getters(type(self)):
            with suppress(SkipField):
                shown[name] = get(self, row) if is_own else get(row)
        return shown


@cache
def _getters(kind: type[Plain]) -> list[tuple[str, Callable, bool]]:
    """(field, how to find and write it, is it asked of the serializer itself) for each that is shown."""
    return list(_found(kind()))


def _found(serializer: Plain) -> Iterator[tuple[str, Callable, bool]]:
    for name, field in serializer.fields.items():
        if field.write_only:
            continue
        is_many = isinstance(field, serializers.ListSerializer)
        if field.default is not empty or (is_many and (field.allow_null or "." in field.source)):
            raise ImproperlyConfigured(f"{name}: Plain knows no defaults, and many only of one's own rows")
        if isinstance(field, serializers.SerializerMethodField):
            yield name, getattr(type(serializer), field.method_name), True
        else:
            yield name, _written(field, _optional(field, _read(field))), False


def _read(field: serializers.Field) -> Getter:
    if field.source == "*":
        return lambda row: row
    if isinstance(field, serializers.ListSerializer):
        return _many(field.source)
    return attrgetter(field.source)


def _many(name: str) -> Getter:
    """The rows of a relation, without a manager where they were prefetched; or those of a plain attribute."""

    def get(row):
        prefetched = getattr(row, "_prefetched_objects_cache", None)
        if prefetched and name in prefetched:
            return prefetched[name]
        found = getattr(row, name)
        return found.all() if hasattr(found, "all") else found

    return get


def _optional(field: serializers.Field, get: Getter) -> Getter:
    if field.required or field.read_only:
        return get

    def get_if_there(row):
        try:
            return get(row)
        except AttributeError:
            if field.allow_null:
                return None
            raise SkipField from None

    return get_if_there


def _written(field: serializers.Field, get: Getter) -> Getter:
    """As DRF writes: None stays None."""
    if type(field) in AS_THEY_ARE:
        return get
    write = field.to_representation
    if isinstance(field, serializers.ListSerializer):
        write_one = field.child.to_representation
        return lambda row: [write_one(each) for each in get(row)]

    def get_and_write(row):
        value = get(row)
        return None if value is None else write(value)

    return get_and_write
