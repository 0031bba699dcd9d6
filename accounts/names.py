"""What people are called. The floor that owns names registers how to find them; accounts know only e-mails."""

from collections.abc import Callable, Iterable
from uuid import UUID

Provider = Callable[[Iterable[UUID]], dict[UUID, str]]
Finder = Callable[[str, int], Iterable[UUID]]

_providers: list[Provider] = []
_for_staff: list[Provider] = []
_finders: list[Finder] = []


def register(provider: Provider, *, for_staff: Provider, find: Finder) -> None:
    """`provider` tells the public names of users, `for_staff` also those that are hidden from the public.

    `find(text, most)` gives at most so many users whose names, or whatever else they are known by, hold the text.
    """
    _providers.append(provider)
    _for_staff.append(for_staff)
    _finders.append(find)


def of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The public names of these users; one without a profile is absent."""
    return _told(_providers, user_ids)


def known(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these users, hidden ones too: for staff only."""
    return _told(_for_staff, user_ids)


def search(text: str, most: int) -> list[UUID]:
    """Users who are known by this, hidden ones too, at most so many of each finder's: for staff only."""
    return [user_id for find in _finders for user_id in find(text, most)]


def _told(providers: list[Provider], user_ids: Iterable[UUID]) -> dict[UUID, str]:
    user_ids, found = list(user_ids), {}
    for provider in providers:
        found.update(provider(user_ids))
    return found
