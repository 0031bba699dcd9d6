"""What the tables of every app share: keys, times, moves between states, one view per viewer and day."""

import os
import time
from datetime import date
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.utils import timezone


def uuid7() -> UUID:
    """A new time-ordered key: 48 bits of Unix milliseconds, then random ones (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


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


class DailyViewManager(models.Manager):
    def record(self, *, subject_id: UUID, viewer: str, day: date) -> bool:
        """Count this viewer's look at the subject, once a day. True when it was the day's first.

        Safe to run twice and at once: the unique row decides, and only its maker raises the counter.
        """
        subjects = self.model._meta.get_field("subject").related_model.objects
        with transaction.atomic():
            if not subjects.filter(pk=subject_id).exists():
                return False
            _, first = self.get_or_create(subject_id=subject_id, viewer=viewer, day=day)
            if first:
                subjects.filter(pk=subject_id).update(views_count=models.F("views_count") + 1)
        return first


class DailyView(models.Model):
    """One viewer's looks at one subject on one day. Subclasses add the foreign key `subject` and the constraint.

    `viewer` is a user's id, or a keyed hash of an anonymous client's address.
    """

    viewer = models.CharField(max_length=64)
    day = models.DateField()

    objects = DailyViewManager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["subject", "viewer", "day"], name="%(class)s_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer} on {self.day}"
