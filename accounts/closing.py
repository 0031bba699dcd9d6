"""What the floors above erase when a person closes the account."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib.admin.models import LogEntry

from accounts.models import User

_erasers: list[Callable[..., None]] = []
_locks: list[Callable[[User], object]] = []


def register(eraser: Callable[..., None], *, lock: Callable[[User], object] | None = None) -> None:
    """`eraser(user=…)` forgets what its app holds of the person. Apps register in `ready`, the lowest floor first.

    `lock(user)` takes a row that others lock before those that point to the user or lie on the floors above.
    """
    _erasers.append(eraser)
    if lock is not None:
        _locks.append(lock)


def lock(user: User) -> None:
    """Take every lock, the lowest floor's first, before the user's own: whoever holds one of them may still write a row

    that points to the user, and would otherwise wait for us while we wait for it.
    """
    for take in _locks:
        take(user)


def erase(user: User) -> None:
    """Call every eraser inside the caller's transaction, the highest floor first: its rows hang on the lower ones."""
    for eraser in reversed(_erasers):
        eraser(user=user)


def forget_names(ids: Iterable[UUID]) -> None:
    """Take out of the admin's own history what rows of these ids were called, and how they were changed."""
    LogEntry.objects.filter(object_id__in=map(str, ids)).update(object_repr="", change_message="")
