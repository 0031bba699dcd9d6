"""What a model has not read yet: the floors above say how much."""

from collections.abc import Callable

Counter = Callable[[object], int]

_counters: dict[str, Counter] = {}


def register(name: str, counter: Counter) -> None:
    """`counter(user)` tells how many of this name are unread."""
    _counters[name] = counter


def of(user) -> dict[str, int]:
    return {name: counter(user) for name, counter in _counters.items()}
