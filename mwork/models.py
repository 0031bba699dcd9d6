"""What the tables of every app share: keys, times, moves between states."""

import os
import time
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.utils import timezone


def uuid7() -> UUID:
    """A new key: 48 bits of Unix milliseconds, 12 of their fraction, 62 random ones (RFC 9562, 5.7 and 6.2 method 3).

    With the fraction, what one thread makes sorts as it was made.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    chance = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | chance)


class Entity(models.Model):
    """A row with a key of its own making and the time it was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class IllegalMove(Exception):
    """This row may not go from its present state to the one asked for. The API answers 409 INVALID_STATE."""

    def __init__(self, current: str, wanted: str):
        super().__init__(f"{current} -> {wanted}")
        self.current, self.wanted = current, wanted


class AnyOf(models.Func):
    """`column = ANY (array)`: unlike IN the same SQL for any number of values, which may come in a slot."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = models.BooleanField()


class NoneOf(models.Func):
    """`value <> ALL (ARRAY (SELECT …))`: the value is none of a subquery's few rows.

    NOT IN says the same, but the planner then guesses that half of the rows remain; NOT EXISTS becomes a join, which
    may cost a list its order. This is a plain filter with a sound estimate, and its rows are read once.
    """

    template = "%(expressions)s)"
    arg_joiner = " <> ALL ("
    output_field = models.BooleanField()

    def __init__(self, value, queryset):
        super().__init__(value, ArraySubquery(queryset))
