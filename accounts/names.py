"""What people are called. The floor that owns names registers how to find them; accounts know only e-mails."""

from collections.abc import Callable, Iterable
from uuid import UUID

Provider = Callable[[Iterable[UUID]], dict[UUID, str]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    _providers.append(provider)


def of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The public names of these users; one without a profile is absent."""
    user_ids, found = list(user_ids), {}
    for provider in _providers:
        found.update(provider(user_ids))
    return found
