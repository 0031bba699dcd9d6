"""Lists: limit and offset, or a keyset cursor that walks any depth at constant cost; a count that stops at a cap."""

import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signing import BadSignature, Signer
from django.db import connection, models
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from mwork.api.errors import Invalid

DEFAULT, MOST = 20, 100
EXACT = 10_000  # rows that are counted one by one; above, the planner's estimate serves
ESTIMATED_FOR = 60  # seconds, in each process; as often autovacuum looks whether to renew what the planner knows
ESTIMATES = 128  # that are remembered, the least used go
DEEPEST = 2**31 - 1
signer = Signer(salt="cursor")  # whatever bears our signature was made by us: no forged value reaches the database


class Page(BasePagination):
    """Reads `limit, offset, cursor, sort`; the view names its orders in `orderings`, the first being the default.

    All columns of an order go the same way, are never null, and end with the key: so one row comparison is the
    whole cursor condition, and an index in that order serves it.
    """

    default_limit = DEFAULT

    def read(self, request, view) -> tuple[str, ...]:
        """Take what the query says of the page; returns the order's columns. Invalid (400) names what is amiss."""
        self.limit = min(whole_number(request, "limit", self.default_limit, least=1), MOST)
        self.offset = whole_number(request, "offset", 0, least=0)
        self.sort, order = chosen_order(request, view)
        self.cursor = request.query_params.get("cursor")
        self.by_cursor = bool(self.cursor)
        if self.by_cursor:
            self.offset = 0
        return order

    def paginate_queryset(self, queryset, request, view=None):
        order = self.read(request, view)
        fields, ordered = columns(queryset, order), queryset.order_by(*order)
        if self.by_cursor:
            place = [models.Value(*each) for each in zip(self.place(fields), fields.values(), strict=True)]
            rows = list(ordered.filter(after(fields, order, place))[: self.limit + 1])
        else:
            rows = list(ordered[self.offset : self.offset + self.limit + 1])
            self.total, self.is_estimate = capped_count(queryset)
        self.has_more = len(rows) > self.limit
        rows = rows[: self.limit]
        self.next_cursor = encode(fields, self.sort, rows[-1]) if self.has_more else None
        return rows

    def empty(self) -> list:
        """The page where it is known that there is nothing."""
        self.total, self.is_estimate, self.has_more, self.next_cursor = 0, False, False, None
        return []

    def place(self, fields: dict[str, models.Field]) -> list:
        """The values of these columns that the cursor names; Invalid when it is not of this list."""
        try:
            made_for, *texts = signer.unsign_object(self.cursor)
            if made_for != self.sort:
                raise ValueError("made for another order")
            return [field.to_python(text) for field, text in zip(fields.values(), texts, strict=True)]
        except (ValueError, BadSignature, DjangoValidationError) as error:
            raise Invalid("cursor", _("This cursor does not belong to this list.")) from error

    def pagination(self) -> dict:
        result = {
            "total": None if self.by_cursor else self.total,
            "limit": self.limit,
            "offset": None if self.by_cursor else self.offset,
            "has_more": self.has_more,
            "next_cursor": self.next_cursor,
        }
        if not self.by_cursor and self.is_estimate:
            result["total_is_estimate"] = True
        return result

    def get_paginated_response(self, data: dict) -> Response:
        return Response({**data, "pagination": self.pagination()})

    def get_schema_operation_parameters(self, view):
        orderings = getattr(view, "list_orderings", dict)()
        parameters = [
            _parameter("limit", "integer", f"Rows on a page, 1 to {MOST}; a larger number means {MOST}.", DEFAULT),
            _parameter("offset", "integer", "Rows to skip. Use `cursor` for depth.", 0),
            _parameter("cursor", "string", "`next_cursor` of the page before; `offset` and `total` are null with it."),
        ]
        if len(orderings) > 1:
            sort = _parameter("sort", "string", "The order of rows.", next(iter(orderings)))
            sort["schema"]["enum"] = list(orderings)
            parameters.append(sort)
        return parameters


class RankedPage(Page):
    """Pages of a short list that was ranked in memory. Each row's `place` is a tuple of numbers, no two alike, by which

    the list is sorted; the cursor holds one.
    """

    def paginate_queryset(self, queryset, request, view=None):
        self.limit = min(whole_number(request, "limit", self.default_limit, least=1), MOST)
        self.offset = whole_number(request, "offset", 0, least=0)
        cursor = request.query_params.get("cursor")
        self.by_cursor, self.total, self.is_estimate = bool(cursor), len(queryset), False
        places = [row.place for row in queryset]
        start = bisect_right(places, self._place(cursor, view.action)) if cursor else self.offset
        rows = queryset[start : start + self.limit]
        self.has_more = start + self.limit < len(queryset)
        self.next_cursor = signer.sign_object([view.action, *rows[-1].place]) if self.has_more else None
        return rows

    def _place(self, cursor: str, made_for: str) -> tuple:
        try:
            action, *place = signer.unsign_object(cursor)
            if action != made_for:
                raise ValueError("made for another list")
        except (ValueError, BadSignature) as error:
            raise Invalid("cursor", _("This cursor does not belong to this list.")) from error
        return tuple(place)


def whole_number(request, name: str, default: int, *, least: int) -> int:
    """The query parameter as a number; Invalid (400) when it is none or out of range."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and int(text[-20:]) + (len(text) > 20) >= least):
        raise Invalid(name, _("Must be a whole number of at least %(least)s.") % {"least": least})
    return DEEPEST if len(text) > 20 else min(int(text), DEEPEST)


def chosen_order(request, view) -> tuple[str, tuple[str, ...]]:
    """The name and the columns of the order asked for, or of the view's first one."""
    orderings = view.list_orderings()
    asked = request.query_params.get("sort") if len(orderings) > 1 else None
    sort = asked or next(iter(orderings))
    if sort not in orderings:
        raise Invalid("sort", _("Must be one of: %(choices)s.") % {"choices": ", ".join(orderings)})
    return sort, orderings[sort]


def columns(queryset, order: tuple[str, ...]) -> dict[str, models.Field]:
    """What the rows are ordered by: fields, or annotations, by their names."""
    names = [name.lstrip("-") for name in order]
    computed = queryset.query.annotations
    return {
        name: computed[name].output_field if name in computed else queryset.model._meta.get_field(name)
        for name in names
    }


def encode(fields: dict[str, models.Field], sort: str, row: models.Model) -> str:
    """An opaque text that names the place just after this row in the order of these columns."""
    return signer.sign_object([sort, *(_text(getattr(row, name)) for name in fields)])


def _text(value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def after(fields: dict[str, models.Field], order: tuple[str, ...], place: list[models.Expression]) -> models.Func:
    """The condition "comes after this place in this order", whose columns these are."""
    left = Row(*map(models.F, fields))
    sign = " < " if order[0].startswith("-") else " > "
    output = models.BooleanField()
    return models.Func(left, Row(*place), template="%(expressions)s", arg_joiner=sign, output_field=output)


class Row(models.Func):
    template = "(%(expressions)s)"
    output_field = models.TextField()  # never read: a row is only compared


def capped_count(queryset) -> tuple[int, bool]:
    """The number of rows and whether it is an estimate."""
    try:
        sql, params = queryset.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking: a filter that nothing can match
        return 0, False
    with connection.cursor() as cursor:
        cursor.execute(counting(sql), params)
        (found,) = cursor.fetchone()
    return total(found, lambda: connection.ops.compose_sql(sql, params))


def counting(sql: str) -> str:
    """The statement that counts these rows, to one beyond EXACT at the most."""
    return f"SELECT count(*) FROM ({sql} LIMIT {EXACT + 1}) AS capped"  # noqa: S608


def total(found: int, sql: Callable[[], str]) -> tuple[int, bool]:
    """How many rows this SQL gives, of which so many were counted, and whether that is an estimate.

    Beyond EXACT it is the planner's, of this minute.
    """
    if found <= EXACT:
        return found, False
    return max(estimated(sql(), int(time.monotonic() // ESTIMATED_FOR)), found), True


@lru_cache(ESTIMATES)
def estimated(sql: str, minute: int) -> int:
    """How many rows the planner expects: estimated_rows, which our migration makes, runs EXPLAIN on the text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT estimated_rows(%s)", [sql])
        (rows,) = cursor.fetchone()
    return rows


def _parameter(name: str, kind: str, description: str, default=None) -> dict:
    schema = {"type": kind} if default is None else {"type": kind, "default": default}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
