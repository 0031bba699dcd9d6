"""What the floors above erase when a person closes the account."""

from collections.abc import Callable

from accounts.models import User

_erasers: list[Callable[..., None]] = []
_locks: list[Callable[[User], object]] = []


def register(eraser: Callable[..., None], *, lock: Callable[[User], object] | None = None) -> None:
    """`eraser(user=…)` forgets what its app holds of the person. Apps register in `ready`, the lowest floor first.

    `lock(user)` takes a row that everybody else locks before those of the floors above.
    """
    _erasers.append(eraser)
    if lock is not None:
        _locks.append(lock)


def erase(user: User) -> None:
    """Call every eraser inside the caller's transaction, the highest floor first: its rows hang on the lower ones.

    Before that the locks, the lowest floor's first, as everywhere else.
    """
    for lock in _locks:
        lock(user)
    for eraser in reversed(_erasers):
        eraser(user=user)
