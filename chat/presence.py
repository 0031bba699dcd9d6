"""Who has a socket open, as far as Redis knows: a hint that may be lost. With Redis away everybody counts as offline.

Each user has a sorted set of open sockets with the moment until which each is believed; whoever serves a socket renews
it, so that those of a dead process are forgotten after BELIEVED_FOR.
"""

import logging
import time
from collections.abc import Iterable
from uuid import UUID

from redis.exceptions import RedisError

from mwork import redis

logger = logging.getLogger(__name__)

BELIEVED_FOR = 60  # seconds
Place = tuple[UUID, str]  # a user, and the name of the socket's channel


def arrive(user_id: UUID, channel: str) -> bool:
    """A socket has opened; whether it is the user's first."""
    before, *_ = _ask(lambda pipe: _renew(_count(pipe, user_id), user_id, channel)) or [1]
    return before == 0


def leave(user_id: UUID, channel: str) -> bool:
    """A socket has closed; whether it was the user's last."""
    gone, left = _ask(lambda pipe: _count(pipe.zrem(_key(user_id), channel), user_id)) or (0, 1)
    return gone == 1 and left == 0


def renew(places: Iterable[Place]) -> None:
    """These sockets are open still."""
    for user_id, channel in places:
        if _ask(lambda pipe, place=(user_id, channel): _renew(pipe, *place)) is None:
            return


def online(user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these users who have a socket open."""
    user_ids = list(user_ids)
    if not user_ids:
        return set()
    counts = _ask(lambda pipe: [_count(pipe, user_id) for user_id in user_ids]) or []
    return {user_id for user_id, count in zip(user_ids, counts, strict=False) if count}


def _ask(fill) -> list | None:
    """The answers to the commands that `fill` puts into a pipeline, done at one stroke; None when Redis is away."""
    if redis.is_away():
        return None
    pipe = redis.client().pipeline(transaction=True)
    fill(pipe)
    try:
        return pipe.execute()
    except RedisError:
        redis.mark_away()
        logger.warning("Redis is away: nobody is seen online")
        return None


def _count(pipe, user_id: UUID):
    return pipe.zcount(_key(user_id), time.time(), "+inf")


def _renew(pipe, user_id: UUID, channel: str):
    now = time.time()
    pipe.zadd(_key(user_id), {channel: now + BELIEVED_FOR})
    pipe.zremrangebyscore(_key(user_id), 0, now)
    return pipe.expire(_key(user_id), BELIEVED_FOR)


def _key(user_id: UUID) -> str:
    return f"online:{user_id}"
