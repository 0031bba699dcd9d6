"""What the floors above erase when a person closes the account."""

from collections.abc import Callable

from accounts.models import User

_erasers: list[Callable[..., None]] = []


def register(eraser: Callable[..., None]) -> None:
    """`eraser(user=…)` forgets what its app holds of the person. Apps register in `ready`, the lowest floor first."""
    _erasers.append(eraser)


def erase(user: User) -> None:
    """Call every eraser inside the caller's transaction, the highest floor first: its rows hang on the lower ones."""
    for eraser in reversed(_erasers):
        eraser(user=user)
