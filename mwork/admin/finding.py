"""The search of a change list: over indexes, so that it costs little at any size.

An entry of `search_fields` is one of: "@path", the person whom this path leads to ("@" the row itself), by whatever
people are known by; "=column", that value; "search_text", the words of a stored column; any other column, a part of it.
"""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from mwork import search

MOST = 200  # people, or rows on the way to them, that one search looks at
MAX_INTEGER = 2**63 - 1
Finder = Callable[[str, int], list[UUID]]

_finders: list[Finder] = []


def register(find: Finder) -> None:
    """`find(text, most)` gives the ids of people who are known by this."""
    _finders.append(find)


def condition(model: type[models.Model], entries: list[str], text: str) -> Q:
    """The rows that the text finds; lists of ids instead of joins, so that each part has its index."""
    people = None
    found = Q(pk__in=[])
    for entry in entries:
        if entry.startswith("@"):
            if people is None:
                people = [user_id for find in _finders for user_id in find(text, MOST)]
            found |= _leading_to(model, entry[1:], people)
        elif entry.startswith("="):
            found |= _exactly(model, entry[1:], text)
        else:
            found |= search.matches(text) if entry == "search_text" else Q(**{f"{entry}__icontains": text})
    return found


def _leading_to(model, path: str, people: list[UUID]) -> Q:
    first, _, rest = path.partition("__")
    if not first:
        return Q(pk__in=people)
    if not rest:
        return Q(**{f"{first}__in": people})
    related = model._meta.get_field(first).related_model
    between = related._default_manager.filter(_leading_to(related, rest, people)).order_by()
    return Q(**{f"{first}__in": list(between.values_list("pk", flat=True)[: 10 * MOST])})


def _exactly(model, column: str, text: str) -> Q:
    field = model._meta.get_field(column)
    try:
        value = (field.target_field if field.is_relation else field).to_python(text.removeprefix("order-"))
    except (ValidationError, ValueError):
        return Q(pk__in=[])
    too_large = isinstance(value, int) and abs(value) > MAX_INTEGER
    return Q(pk__in=[]) if too_large else Q(**{column: value})
