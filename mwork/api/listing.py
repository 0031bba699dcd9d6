"""Hot lists: the SQL of each shape of the question, compiled once.

Compiling a queryset costs several times what PostgreSQL takes to answer it (benchmarks/README.md). What differs between
requests are values; which filters are asked, the order, and whether there is a cursor make the shape.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import DateTimeField, Expression, Field, IntegerField, QuerySet, TextField, UUIDField
from django.db.models.functions import Cast
from django_filters.rest_framework import FilterSet
from rest_framework.serializers import BaseSerializer

from mwork.api import pagination
from mwork.api.filters import cleaned, filters_of
from mwork.prepared import Caller, Shape, Slot, Statement, asking, literal

SHAPES = 128  # compiled at the most, the least used go
COUNTS = 512  # remembered at the most, the same way
COUNT = "_count"  # of all rows, in each


class Listing:
    """A list of these rows, as `rows(user)` has them, asked by these filters, as this serializer shows them.

    Its user is whoever asks: a Caller, who stands for everybody who is signed in, or the anonymous one. Other slots
    of the rows are filled by `values`. `complete` may give rows what it takes a query more to know. `state` is SQL that
    gives a text, another one whenever what is counted may have changed: as long as it is the same, nothing is counted
    again.
    """

    def __init__(
        self,
        rows: Callable[[Any], QuerySet],
        gives: type[BaseSerializer],
        filters: type[FilterSet] = FilterSet,
        complete: Callable[[list], None] = lambda rows: None,
        state: str | None = None,
    ):
        self.rows, self.gives, self._filters, self._complete, self.state = rows, gives, filters, complete, state
        self.compiled = lru_cache(SHAPES)(self._compiled)

    @property
    def known(self):
        return filters_of(self._filters, self.gives.Meta.model)

    def asked(self, query) -> dict[str, Any] | None:
        """What the query asks of the filters, of a search its parts; None where nothing can be found."""
        found = cleaned(self.known, query)
        for name in found:
            if hasattr(self.known[name], "parts"):
                found[name] = self.known[name].parts(found[name])
        return None if [] in found.values() else found

    def page(self, paginator: "pagination.Page", asked: dict, order: tuple[str, ...], user, **values) -> list:
        """The rows of this page, to be `shown`; the paginator is told of count and cursor."""
        shape = tuple((name, len(value) if isinstance(value, list) else 0) for name, value in asked.items())
        compiled = self.compiled(user.is_authenticated, shape, order, paginator.by_cursor)
        is_fixed = not asked and not values and not paginator.offset
        values |= {**asked, "user": user.pk, "limit": paginator.limit + 1, "offset": paginator.offset}
        if paginator.by_cursor:
            values |= zip(compiled.order, paginator.place(compiled.order), strict=True)
        count, found = compiled.answer(values, is_fixed)
        if count is not None:
            paginator.total, paginator.is_estimate = pagination.total(count, lambda: compiled.every.text(values))
        paginator.has_more, paginator.next_cursor = len(found) > paginator.limit, None
        rows = compiled.read(found[: paginator.limit])
        if paginator.has_more:
            paginator.next_cursor = pagination.encode(compiled.order, paginator.sort, compiled.named(rows[-1]))
        self._complete(rows)
        return rows

    def shown(self, rows: list, context: dict) -> list[dict]:
        return self.gives(rows, many=True, context=context).data

    def _compiled(
        self, is_signed_in: bool, asked: tuple[tuple[str, int], ...], order: tuple[str, ...], by_cursor: bool
    ):
        """For the filters of these names, each with how many parts it has if it is a search."""
        rows = self.rows(Caller("user") if is_signed_in else AnonymousUser())
        for name, count in asked:
            if count:
                parts = [Slot(name, itemgetter(number)) for number in range(count)]
                rows = self.known[name].filter_by_parts(rows, parts)
            else:
                rows = self.known[name].filter(rows, Slot(name))
        every = Statement(*rows.order_by().values("pk").query.sql_with_params())
        counted = None if by_cursor else self._counted(every)
        fields = pagination.columns(rows, order)
        if by_cursor:
            rows = rows.filter(
                pagination.after(fields, order, [Slot(name, output_field=fields[name]) for name in fields])
            )
        statement, *made = self._read(rows.order_by(*order), fields, counted)
        return Compiled(statement, *made, counted, every, fields, has_state=self.state is not None)

    def _counted(self, every: Statement) -> Statement:
        """The statement that counts these rows. Where there is a state it gives a text of both, unless the state is the

        one that is known: then PostgreSQL does not count, and gives the number that is known.
        """
        sql = pagination.counting(every.sql)
        if self.state is None:
            return Statement(sql, every.params)
        known = f"CASE WHEN ({self.state}) = %s THEN %s"
        return Statement(
            f"SELECT {known} ELSE concat(({sql}), ' ', ({self.state})) END",
            (Slot("known_state"), Slot("known_count"), *every.params),
        )

    def _read(self, rows: QuerySet, order: dict[str, Field], counted: Statement | None):
        """The statement that asks for the rows; what makes them of its answer; what names the columns of a row; and

        where in a row the answer to `counted` is.
        """
        shape = Shape(rows if counted is None else rows.annotate(**{COUNT: Answer(counted)}))
        return shape.statement, shape.instances, lambda row: row, shape.annotations.get(COUNT)


class Columns(Listing):
    """A list whose rows go from the driver to the wire without models.

    The serializer documents the shape and serves single rows; `of_columns` on it names the fields that are made of a
    column: {"age": ("birth_date", ages)}, where ages() gives the function for the rows of one page. All its other
    fields are columns as they are.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        made = self.gives.of_columns
        self._columns = {name: made[name][0] if name in made else name for name in self.gives.Meta.fields}
        self._made = [(name, function) for name, (_column, function) in made.items()]

    def shown(self, rows, context):
        shown = [dict(zip(self._columns, row, strict=False)) for row in rows]  # what follows is the order's
        for name, function in self._made:
            made = function()
            for each in shown:
                each[name] = made(each[name])
        return shown

    def names(self, order: Iterable[str]) -> list[str]:
        """The columns of a row: those that are shown, then those that only order it."""
        return [*dict.fromkeys([*self._columns.values(), *order])]

    def _is_text(self, name: str, field: Field) -> bool:
        """Does it leave PostgreSQL as a text? Ids do, and moments that only order: no object is made of them."""
        kinds = UUIDField if name in self._columns.values() else (UUIDField, DateTimeField)
        return isinstance(field.target_field if field.is_relation else field, kinds)

    def _read(self, rows, order, counted):
        names, field = self.names(order), rows.model._meta.get_field
        columns = [
            Cast(name, TextField()) if self._is_text(name, order.get(name) or field(name)) else name for name in names
        ]
        if counted is not None:
            names, columns = [*names, "count"], [*columns, Answer(counted)]
        statement = Statement(*rows.values_list(*columns).query.sql_with_params())
        return statement, lambda found: found, namedtuple("Row", names)._make, -1


class Answer(Expression):
    """A column with the single value that a statement gives. PostgreSQL asks it once, whatever the rows."""

    def __init__(self, statement: Statement):
        super().__init__(output_field=IntegerField())
        self._statement = statement

    def as_sql(self, compiler, connection):
        return f"({self._statement.sql})", self._statement.params


@dataclass(frozen=True)
class Compiled:
    """The statement of one shape: its rows in order, in each how many rows there are."""

    rows: Statement
    read: Callable[[list[tuple]], list]  # makes rows of the answer
    named: Callable[[Any], Any]  # a row with its columns as attributes
    place: int | None  # of the count in the answer's rows
    counted: Statement | None  # the count by itself; with a cursor nothing is counted
    every: Statement  # the rows that are counted
    order: dict[str, Field]  # the columns that order it
    has_state: bool  # by which a count is remembered

    def answer(self, values: dict[str, Any], is_fixed: bool) -> tuple[int | None, list[tuple]]:
        """How many rows were counted, and the page's.

        Where the way to the rows is fixed, the same for whatever values, the connection keeps it: PostgreSQL takes
        longer to plan than to walk it. So it keeps the way for values that are asked often.
        """
        if is_fixed:
            count = self._remembered(self.rows.sql)
            found = self.rows.found(values | count.known, values["limit"])
        else:
            rows = self.rows.partly(values)
            count, page = self._remembered(rows), f"{rows} LIMIT {values['limit']:d} OFFSET {values['offset']:d}"
            found = _asked(page, count.known, is_kept=asking(page).again())
        return self._count(found, values, count), found

    def _remembered(self, rows: str) -> "Counted":
        return counted(rows if self.has_state else "")

    def _count(self, found: list[tuple], values: dict[str, Any], count: "Counted") -> int | None:
        if self.counted is None:
            return None
        if found:
            return count.told(found[0][self.place])
        if not values["offset"]:
            return 0
        ((answer,),) = _asked(self.counted.partly(values), count.known)  # of rows that the offset has passed by
        return count.told(answer)


class Counted:
    """How many of some rows this process counted the last time, and the state in which they were."""

    def __init__(self, _rows: str):
        self.known = {"known_state": "", "known_count": ""}  # no state is an empty text

    def told(self, answer: int | str) -> int:
        """The number in the answer, remembered if it was counted in another state than the known one."""
        number, _, state = str(answer).partition(" ")
        if state:
            self.known = {"known_state": state, "known_count": number}  # at once: other threads read it
        return int(number)


counted = lru_cache(COUNTS)(Counted)


def _asked(sql: str, known: dict[str, str], *, is_kept: bool = False) -> list[tuple]:
    with connection.keeping_cursor() if is_kept else connection.cursor() as cursor:
        if is_kept:
            cursor.execute(sql, known)
        else:
            cursor.execute(sql % {name: literal(value) for name, value in known.items()})
        return cursor.fetchall()
