"""A service's transaction as the statements it sends, to be sent again by something that has no Django."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID


def captured(act: Callable[[], Any]) -> tuple[list[str], Any]:
    """The statements that the call sends, and what it returns. Django must be set up."""
    from django.db import connection  # noqa: PLC0415  reads the settings
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as queries:
        returned = act()
    return [query["sql"] for query in queries], returned


def with_names(statements: list[str], known: dict[UUID | str, str]) -> list[str]:
    """The statements with places, `%(name)s`, for what differs between rounds: ids, and literals as they stand."""
    found = []
    for sql in statements:
        sql = sql.replace("%", "%%")
        for value, name in known.items():
            place = f"%({name})s"
            if isinstance(value, str):
                sql = re.sub(rf"(?<![\w'\"-]){re.escape(value)}(?![\w\"-])", place, sql)
            else:
                sql = sql.replace(f"'{value.hex}'::uuid", place).replace(f"'{value}'", f"{place}::text")
        found.append(sql)
    return found


def filled(statement: str, values: dict[str, Any]) -> str:
    """The statement with these values, each in its named place, as SQL: for a driver that names places otherwise."""
    return statement % {name: _literal(value) for name, value in values.items()}


def _literal(value) -> str:
    return f"'{value}'::uuid" if isinstance(value, UUID) else f"'{value}'" if isinstance(value, str) else str(value)
