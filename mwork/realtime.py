"""Telling open sockets: one group a user, only after the commit, and only as a bell.

Whoever hears nothing (Redis away, process dead) asks the database when back. The consumer forwards; it adds nothing.
"""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from channels.layers import get_channel_layer
from django.db import transaction

from mwork.api.renderers import written


def group(user_id: UUID | str) -> str:
    """The channel layer's group of the user's sockets."""
    return f"user.{user_id}"


def push(user_id: UUID, kind: str, data: dict) -> None:
    """Send `{"type": kind, **data}` to every socket of the user once the present transaction has committed."""
    push_to([user_id], kind, data)


def push_to(user_ids: Iterable[UUID], kind: str, data: dict, *, skip: str | None = None) -> None:
    """The same to several users; the socket with the channel name `skip` is left out."""
    text = written({"type": kind, **data}).decode()
    _after_commit(user_ids, {"type": "live.event", "text": text, "skip": skip})


def end_sessions(session_ids: Iterable[UUID], user_ids: Iterable[UUID]) -> None:
    """Close the sockets of these sessions of these users once the present transaction has committed."""
    _after_commit(user_ids, {"type": "live.end", "sessions": [str(session_id) for session_id in session_ids]})


def _after_commit(user_ids: Iterable[UUID], message: dict) -> None:
    groups = [group(user_id) for user_id in dict.fromkeys(user_ids)]
    if groups:
        transaction.on_commit(partial(get_channel_layer().publish, groups, message), robust=True)
