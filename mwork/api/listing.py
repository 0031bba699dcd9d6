"""Hot lists: one SQL per shape of the question, compiled once; rows go from the driver to the wire without models.

Compiling a queryset costs several times what PostgreSQL takes to answer it (benchmarks/README.md). What differs between
requests are values; which filters are asked, the order, and whether there is a cursor make the shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import Field, QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework.serializers import ModelSerializer

from mwork.api import pagination
from mwork.api.filters import cleaned, filters_of
from mwork.prepared import Slot, Statement

SHAPES = 512  # compiled at the most, the least used go


class Listing:
    """A list of these rows, asked by these filters, as this serializer shows them.

    The serializer documents the shape and serves single rows; `of_columns` on it names the fields that are made of a
    column: {"age": ("birth_date", function)}. All its other fields are columns as they are.
    """

    def __init__(self, rows: Callable[[], QuerySet], filters: type[FilterSet], gives: type[ModelSerializer]):
        self.rows, self._filters, self.gives = rows, filters, gives
        made = getattr(gives, "of_columns", {})
        self._columns = {name: made[name][0] if name in made else name for name in gives.Meta.fields}
        self._made = [(name, function) for name, (_column, function) in made.items()]
        self.compiled = lru_cache(SHAPES)(self._compiled)

    @property
    def known(self):
        return filters_of(self._filters, self.gives.Meta.model)

    def asked(self, query) -> dict[str, Any] | None:
        """What the query asks of the filters; None where its SQL depends on the values, as that of a search does."""
        found = cleaned(self.known, query)
        return None if any(getattr(self.known[name], "shapes", False) for name in found) else found

    def page(self, paginator: "pagination.Page", asked: dict[str, Any], order: tuple[str, ...]) -> list[dict]:
        """The rows of this page as they go to the wire; the paginator is told of count and cursor."""
        compiled = self.compiled(tuple(asked), order, paginator.by_cursor)
        values = {**asked, "limit": paginator.limit + 1, "offset": paginator.offset}
        if paginator.by_cursor:
            values |= zip(compiled.order, paginator.place(compiled.order), strict=True)
        else:
            every = compiled.every
            paginator.total, paginator.is_estimate = pagination.counted(every.sql, every.filled(values))
        with connection.cursor() as cursor:
            cursor.execute(compiled.page.sql, compiled.page.filled(values))
            found = cursor.fetchall()
        paginator.has_more, paginator.next_cursor = len(found) > paginator.limit, None
        found = found[: paginator.limit]
        if paginator.has_more:
            last = SimpleNamespace(**dict(zip(compiled.columns, found[-1], strict=True)))
            paginator.next_cursor = pagination.encode(compiled.order, paginator.sort, last)
        return [self._shown(row) for row in found]

    def _shown(self, row: tuple) -> dict:
        shown = dict(zip(self._columns, row, strict=False))  # what follows is the order's
        for name, function in self._made:
            shown[name] = function(shown[name])
        return shown

    def _compiled(self, asked: tuple[str, ...], order: tuple[str, ...], by_cursor: bool) -> "Compiled":
        rows = self.rows()
        for name in asked:
            rows = self.known[name].filter(rows, Slot(name))
        every = Statement(*rows.order_by().values("pk").query.sql_with_params())
        fields = pagination.columns(rows, order)
        if by_cursor:
            rows = rows.filter(
                pagination.after(fields, order, [Slot(name, output_field=fields[name]) for name in fields])
            )
        names = [*dict.fromkeys([*self._columns.values(), *fields])]
        sql, params = rows.order_by(*order).values_list(*names).query.sql_with_params()
        page = Statement(f"{sql} LIMIT %s OFFSET %s", (*params, Slot("limit"), Slot("offset")))
        return Compiled(page, every, names, fields)


@dataclass(frozen=True)
class Compiled:
    """The statements of one shape: a page, whose columns are named, and all rows, to be counted."""

    page: Statement
    every: Statement
    columns: list[str]
    order: dict[str, Field]  # the columns that order it
