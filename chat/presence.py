"""Who has a socket open, as far as Redis knows: a hint that may be lost. With Redis away everybody counts as offline.

Each user has a sorted set of open sockets with the moment until which each is believed; whoever serves a socket renews
it, so that those of a dead process are forgotten after BELIEVED_FOR.
"""

import logging
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from redis.exceptions import RedisError

from mwork import redis

logger = logging.getLogger(__name__)

BELIEVED_FOR = 60  # seconds
AT_ONCE = 100  # sockets renewed by one run of the script: Redis does nothing else meanwhile
# KEYS: users. ARGV: now, until when they are believed, for how many seconds, and a socket of each user. Gives how many
# sockets each had open before.
RENEW = """
local before = {}
for place, key in ipairs(KEYS) do
    table.insert(before, redis.call('ZCOUNT', key, ARGV[1], '+inf'))
    redis.call('ZADD', key, ARGV[2], ARGV[place + 3])
    redis.call('ZREMRANGEBYSCORE', key, 0, ARGV[1])
    redis.call('EXPIRE', key, ARGV[3])
end
return before
"""
Place = tuple[UUID, str]  # a user, and the name of the socket's channel


def arrive(user_id: UUID, channel: str) -> bool:
    """A socket has opened; whether it is the user's first."""
    return _renew([(user_id, channel)]) == [0]


def leave(user_id: UUID, channel: str) -> bool:
    """A socket has closed; whether it was the user's last."""
    pipe = redis.client().pipeline()
    _count(pipe.zrem(_key(user_id), channel), user_id)
    gone, left = _asked(pipe.execute) or (0, 1)
    return gone == 1 and left == 0


def renew(places: Iterable[Place]) -> None:
    """These sockets are open still.

    A script in place of commands: of a thousand sockets those took a quarter of a second, while messages waited.
    """
    places = list(places)
    for start in range(0, len(places), AT_ONCE):
        if _renew(places[start : start + AT_ONCE]) is None:
            return


def online(user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these users who have a socket open."""
    user_ids = list(user_ids)
    if not user_ids:
        return set()
    pipe = redis.client().pipeline()
    for user_id in user_ids:
        _count(pipe, user_id)
    counts = _asked(pipe.execute) or []
    return {user_id for user_id, count in zip(user_ids, counts, strict=False) if count}


def _renew(places: list[Place]) -> list[int] | None:
    """How many sockets of each of these users were open before; None when Redis is away."""
    now = time.time()
    until = [now, now + BELIEVED_FOR, BELIEVED_FOR]
    keys, channels = [_key(user_id) for user_id, _ in places], [channel for _, channel in places]
    return _asked(lambda: redis.script(RENEW)(keys, [*until, *channels]))


def _asked(ask: Callable[[], list]) -> list | None:
    """The answer; None when Redis is away."""
    if redis.is_away():
        return None
    try:
        return ask()
    except RedisError:
        redis.mark_away()
        logger.warning("Redis is away: nobody is seen online")
        return None


def _count(pipe, user_id: UUID):
    return pipe.zcount(_key(user_id), time.time(), "+inf")


def _key(user_id: UUID) -> str:
    return f"online:{user_id}"
