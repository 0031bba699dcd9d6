"""Lists: limit and offset, or a keyset cursor that walks any depth at constant cost; a count that stops at a cap."""

from bisect import bisect_right

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
DEEPEST = 2**31 - 1
signer = Signer(salt="cursor")  # whatever bears our signature was made by us: no forged value reaches the database


class Page(BasePagination):
    """Reads `limit, offset, cursor, sort`; the view names its orders in `orderings`, the first being the default.

    All columns of an order go the same way, are never null, and end with the key: so one row comparison is the
    whole cursor condition, and an index in that order serves it.
    """

    default_limit = DEFAULT

    def paginate_queryset(self, queryset, request, view=None):
        self.limit = min(whole_number(request, "limit", self.default_limit, least=1), MOST)
        self.offset = whole_number(request, "offset", 0, least=0)
        self.sort, order = chosen_order(request, view)
        cursor = request.query_params.get("cursor")
        self.by_cursor = bool(cursor)
        ordered = queryset.order_by(*order)
        if self.by_cursor:
            rows = list(ordered.filter(after(queryset, order, cursor, self.sort))[: self.limit + 1])
        else:
            rows = list(ordered[self.offset : self.offset + self.limit + 1])
            self.total, self.is_estimate = capped_count(queryset)
        self.has_more = len(rows) > self.limit
        rows = rows[: self.limit]
        self.next_cursor = encode(queryset, order, self.sort, rows[-1]) if self.has_more else None
        return rows

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


def encode(queryset, order: tuple[str, ...], sort: str, row: models.Model) -> str:
    """An opaque text that names the place just after this row in this order."""
    values = [
        field.value_to_string(row) if field.name else str(getattr(row, name))
        for name, field in columns(queryset, order).items()
    ]
    return signer.sign_object([sort, *values])


def after(queryset, order: tuple[str, ...], cursor: str, sort: str) -> models.Func:
    """The condition "comes after the cursor's row in this order"; Invalid when the cursor is not of this list."""
    fields = columns(queryset, order)
    try:
        made_for, *texts = signer.unsign_object(cursor)
        if made_for != sort:
            raise ValueError("made for another order")
        values = [field.to_python(text) for field, text in zip(fields.values(), texts, strict=True)]
    except (ValueError, BadSignature, DjangoValidationError) as error:
        raise Invalid("cursor", _("This cursor does not belong to this list.")) from error
    left = Row(*map(models.F, fields))
    right = Row(*(models.Value(value, field) for value, field in zip(values, fields.values(), strict=True)))
    sign = " < " if order[0].startswith("-") else " > "
    return models.Func(left, right, template="%(expressions)s", arg_joiner=sign, output_field=models.BooleanField())


class Row(models.Func):
    template = "(%(expressions)s)"
    output_field = models.TextField()  # never read: a row is only compared


def capped_count(queryset) -> tuple[int, bool]:
    """The number of rows and whether it is an estimate, in one query.

    Counts one by one to EXACT and stops; beyond, the same query asks the planner (estimated_rows, a function that
    this app's migration makes, runs EXPLAIN on the text it is given).
    """
    every = queryset.order_by().values("pk")
    try:
        sql, params = every.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking: a filter that nothing can match
        return 0, False
    query = f"""
        SELECT found, CASE WHEN found > {EXACT} THEN estimated_rows(%s) END
        FROM (SELECT count(*) AS found FROM ({sql} LIMIT {EXACT + 1}) AS capped) AS counted"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, (connection.ops.compose_sql(sql, params), *params))
        found, estimate = cursor.fetchone()
    return (found, False) if estimate is None else (max(estimate, found), True)


def _parameter(name: str, kind: str, description: str, default=None) -> dict:
    schema = {"type": kind} if default is None else {"type": kind, "default": default}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
