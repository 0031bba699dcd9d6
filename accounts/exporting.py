"""All that is kept of a person, for that person: each app says what it holds.

A section is a function of the user that gives one dict (None when there is nothing) or many. It asks one query, holds
nothing of other people, and names the tables that it stands for: a test walks every table that leads to a user.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone

from accounts.models import User

Provider = Callable[[User], dict | Iterable[dict] | None]


@dataclass(frozen=True)
class Section:
    provider: Provider
    tables: tuple[type[models.Model], ...]


_sections: dict[str, Section] = {}


def section(name: str, *tables: type[models.Model]) -> Callable[[Provider], Provider]:
    """Decorate a provider; its module is imported in the app's `ready`, the lowest floor's first."""

    def register(provider: Provider) -> Provider:
        _sections[name] = Section(provider, tables)
        return provider

    return register


def export(user: User, at: datetime | None = None) -> dict:
    """Every section by its name, and when that was."""
    made = {name: each.provider(user) for name, each in _sections.items()}
    return {"made_at": at or timezone.now(), **{name: _whole(rows) for name, rows in made.items()}}


def names() -> list[str]:
    return list(_sections)


def tables() -> set[type[models.Model]]:
    """The tables that some section stands for."""
    return {table for each in _sections.values() for table in each.tables}


def row(rows: models.QuerySet, *fields: str) -> dict | None:
    """These fields of the one row there is; None without it."""
    return rows.values(*fields).first()


def _whole(rows: dict | Iterable[dict] | None) -> dict | list[dict] | None:
    return rows if rows is None or isinstance(rows, dict) else list(rows)
