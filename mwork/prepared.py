"""Queries that are compiled once. Django builds a queryset's SQL anew for every call, at several times the price of the

query itself (benchmarks/README.md); where a query is asked all day, only its values differ.

    ROOM = Prepared(lambda slot: Room.objects.filter(id=slot("room_id")))
    ROOM.first(room_id=room_id)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Expression, Field, Model, QuerySet, prefetch_related_objects
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery
from psycopg.adapt import Transformer

LIMITS = (21, 51, 101)  # in SQL: a plan for each number that a client may think of would drive out all others
OFTEN = 5  # times, after which psycopg too prepares a statement by itself
TEXTS = 20  # that a process counts, and so the most that a connection keeps of them: psycopg keeps a hundred statements
LITERALS = 256  # that are remembered: the same values come again and again
PLAIN = (int, str, UUID)  # whose quoting is remembered: it depends on nothing else, and no two of these are equal
PLACE = re.compile("%[s%]")  # of a parameter, or a percent sign of the SQL itself


class Asking:
    """How this process has asked a text of late."""

    def __init__(self, _text: str):
        self.times = 0

    def again(self) -> bool:
        """Counts this time. Has it been often?

        A plan of this text is made for the values in it, so that a connection may keep it where one plan for all values
        would be bad.
        """
        self.times += 1
        return self.times > OFTEN


asking = lru_cache(TEXTS)(Asking)
forget = asking.cache_clear


class Slot(Expression):
    """Stands in a queryset where a value would. The compiled statement has the slot itself among its parameters."""

    def __init__(self, name: str, function: Callable = lambda value: value, output_field: Field | None = None):
        super().__init__(output_field=output_field)
        self.name, self.function = name, function

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def derived(self, function: Callable) -> "Slot":
        return Slot(self.name, lambda value: function(self.function(value)))

    def filled(self, values: dict[str, Any]) -> Any:
        if values[self.name] is None:
            raise ValueError(f"{self.name} is None, and nothing equals NULL: that is another query")
        return self.function(values[self.name])


class Caller(Slot):
    """Stands for whoever is signed in, no staff, in all that querysets ask of a user; filled with the user's id."""

    is_authenticated, is_staff = True, False

    @property
    def pk(self) -> "Caller":
        return self

    id = pk


class StaffCaller(Caller):
    is_staff = True


def derived(value: Any, function: Callable) -> Any:
    """What the function makes of the value; of a slot, a slot that will be filled with that."""
    return value.derived(function) if isinstance(value, Slot) else function(value)


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters, some of which are slots."""

    sql: str
    params: tuple

    def __post_init__(self):
        if any(isinstance(each, date) for each in self.params):
            raise ImproperlyConfigured(f"A moment would be the same for ever, ask the database for it: {self.sql}")

    def text(self, values: dict[str, Any]) -> str:
        """The SQL with these values in it. psycopg, given parameters, would quote each place anew."""
        template, slots = self._template
        with connection.wrap_database_errors:
            return template % {place: literal(slot.filled(values)) for place, slot in slots}

    def partly(self, values: dict[str, Any]) -> str:
        """The same with `%(name)s` for each slot that is to be filled when it is asked; percent signs are doubled."""
        template, slots = self._open_template
        with connection.wrap_database_errors:
            return template % {
                place: literal(slot.filled(values)).replace("%", "%%") if slot.name in values else f"%({slot.name})s"
                for place, slot in slots
            }

    def found(self, values: dict[str, Any], limit: int | None = None) -> list[tuple]:
        """The rows of these values, so many at the most, by a plan that the connection keeps."""
        with connection.keeping_cursor() as cursor:  # first, as others wait while a statement is compiled
            sql, params = self.bound(values)
            if limit is not None:  # as a parameter it would be taken for a tenth of all rows
                sql = f"{sql} LIMIT {next((step for step in LIMITS if step >= limit), limit):d}"
            cursor.execute(sql, params)
            return cursor.fetchall()[:limit]

    def bound(self, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The SQL, the same for all values, and these values as its parameters."""
        template, slots = self._template
        return template, {place: slot.filled(values) for place, slot in slots}

    @cached_property
    def _template(self) -> tuple[str, list[tuple[str, Slot]]]:
        """The SQL with all that is no slot written into it, and each slot with the name of its places there."""
        slots: dict[tuple, tuple[str, Slot]] = {}

        def written(each: Any) -> str:
            if not isinstance(each, Slot):
                return literal(each).replace("%", "%%")
            name, _ = slots.setdefault((each.name, each.function), (f"{each.name}_{len(slots)}", each))
            return f"%({name})s"

        parts = map(written, self.params)
        sql = PLACE.sub(lambda found: next(parts) if found[0] == "%s" else "%%", self.sql)
        return sql, [*slots.values()]

    @cached_property
    def _open_template(self) -> tuple[str, list[tuple[str, Slot]]]:
        template, slots = self._template
        return template.replace("%%", "%%%%"), slots


def literal(value: Any) -> str:
    """The value as psycopg would write it into SQL on our connection."""
    return _remembered(value) if type(value) in PLAIN else _quoted(value)


def _quoted(value: Any) -> str:
    connection.ensure_connection()
    return Transformer.from_context(connection.connection).as_literal(value).decode()


_remembered = lru_cache(LITERALS)(_quoted)


class Prepared:
    """A queryset of models, made by a function that is given the means to make slots, and asked with their values.

    PostgreSQL keeps its plan too, so it must be a lookup that goes the same way for whatever values. It may
    select_related and annotate; what it prefetches is asked anew, as elsewhere.
    """

    def __init__(self, make: Callable[[type[Slot]], QuerySet]):
        self._make = make

    @cached_property
    def _shape(self) -> "Shape":
        return Shape(self._make(Slot))

    def all(self, limit: int | None = None, **values) -> list[Model]:
        """The rows, so many at the most. A value is the column's own: an id, not its row."""
        return self._shape.instances(self._found(values, limit))

    def first(self, **values) -> Model | None:
        """The first row of what is asked, which should be one."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def exists(self, **values) -> bool:
        return bool(self._found(values))

    def _found(self, values: dict[str, Any], limit: int | None = None) -> list[tuple]:
        shape = self._shape
        if shape.locks and connection.get_autocommit():
            raise transaction.TransactionManagementError("A lock needs a transaction.")
        return shape.statement.found(values, limit)


class PreparedRows:
    """The same for rows of columns: a values_list()."""

    def __init__(self, make: Callable[[type[Slot]], QuerySet]):
        self._make = make

    @cached_property
    def _statement(self) -> Statement:
        return Statement(*self._make(Slot).query.sql_with_params())

    def all(self, **values) -> list[tuple]:
        return self._statement.found(values)


class PreparedForUser:
    """What a user may see: a queryset that depends on who asks, compiled for each kind of users.

    CASTING = PreparedForUser(lambda user, slot: Casting.objects.visible_to(user).filter(id=slot("id")))
    CASTING.first(request.user, id=casting_id)
    """

    def __init__(self, make: Callable[[Any, type[Slot]], QuerySet]):
        kinds = (AnonymousUser(), Caller("user"), StaffCaller("user"))
        self._of_kinds = {(kind.is_authenticated, kind.is_staff): Prepared(partial(make, kind)) for kind in kinds}

    def first(self, user, **values) -> Model | None:
        return self._of_kinds[user.is_authenticated, user.is_staff].first(user=user.pk, **values)


class PreparedUpdate:
    """An UPDATE: the function gives a queryset and what is set there. Called, it changes rows and tells how many."""

    def __init__(self, make: Callable[[type[Slot]], tuple[QuerySet, dict[str, Any]]]):
        self._make = make

    @cached_property
    def _statement(self) -> Statement:
        queryset, changes = self._make(Slot)
        query = queryset.order_by().query.chain(UpdateQuery)
        query.add_update_values(changes)
        return Statement(*query.get_compiler(DEFAULT_DB_ALIAS).as_sql())

    def __call__(self, **values) -> int:
        statement = self._statement
        with connection.keeping_cursor() as cursor:
            cursor.execute(*statement.bound(values))
            return cursor.rowcount


class Shape:
    """A compiled queryset, and how a row of its answer becomes a model: what django.db.models.query.ModelIterable

    finds out for every call.
    """

    def __init__(self, queryset: QuerySet):
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.statement = Statement(*compiler.as_sql())
        self.locks, self._prefetched = queryset.query.select_for_update, queryset._prefetch_related_lookups
        kind, columns = compiler.klass_info, compiler.select
        self._model, fields = kind["model"], kind["select_fields"]
        self._own = slice(fields[0], fields[-1] + 1)
        self._names = [column.target.attname for column, _sql, _alias in columns[self._own]]
        self._related = get_related_populators(kind, columns, DEFAULT_DB_ALIAS)
        self.annotations = compiler.annotation_col_map or {}
        self._converters = compiler.get_converters([column for column, _sql, _alias in columns])

    def instances(self, found: list[tuple]) -> list[Model]:
        rows = [self._instance(row) for row in found]
        prefetch_related_objects(rows, *self._prefetched)
        return rows

    def _instance(self, row: tuple) -> Model:
        if self._converters:
            row = list(row)
            for place, (functions, column) in self._converters.items():
                for function in functions:
                    row[place] = function(row[place], column, connection)
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for related in self._related:
            related.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made
