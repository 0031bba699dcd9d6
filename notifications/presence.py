"""Is somebody looking at the app right now? Whoever holds the sockets registers how to tell; without, nobody is."""

from collections.abc import Callable
from uuid import UUID

_providers: list[Callable[[UUID], bool]] = []


def register(provider: Callable[[UUID], bool]) -> None:
    """`provider(user_id)` tells whether this user is online. It must not raise: not knowing is no."""
    _providers.append(provider)


def unregister(provider: Callable[[UUID], bool]) -> None:
    _providers.remove(provider)


def is_online(user_id: UUID) -> bool:
    return any(provider(user_id) for provider in _providers)
