"""The process's one Redis client. What it holds may be lost without harm, and whoever asks can do without.

When it does not answer, nobody in this process asks again for AWAY_FOR: a Redis that hangs must not hold every request.
"""

import socket
import time
from functools import cache

import redis
from django.conf import settings
from redis.commands.core import Script

from mwork import tcp

AWAY_FOR = 5  # seconds
WAITS_FOR = 1  # seconds, for an answer

_away_until = 0.0


class Connection(redis.Connection):
    """Asks the system less, at each of which questions other threads take the interpreter (`mwork.tcp`)."""

    def _connect(self) -> socket.socket:
        sock = super()._connect()
        tcp.bound_by_the_system(sock, WAITS_FOR)
        return sock

    def can_read(self, timeout: float = 0) -> bool:
        """Is there something to read, or an end? Asked whenever the connection is lent."""
        if self._sock is not None and not timeout and tcp.is_quiet(self._sock.fileno()):
            return False
        return super().can_read(timeout)


@cache
def client() -> redis.Redis:
    made = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=WAITS_FOR, socket_timeout=WAITS_FOR)
    pool = made.connection_pool
    if pool.connection_class is redis.Connection:  # not the one with TLS, which reads ahead of what is asked
        pool.connection_class = Connection
    return made


@cache
def script(text: str) -> Script:
    """A script in Lua, which Redis knows by its hash: sent anew for each run it takes Redis four times as long."""
    return client().register_script(text)


def is_away() -> bool:
    """Did it fail to answer within the last AWAY_FOR seconds?"""
    return time.monotonic() < _away_until


def mark_away() -> None:
    global _away_until
    _away_until = time.monotonic() + AWAY_FOR


def mark_back() -> None:
    """It has just answered."""
    global _away_until
    _away_until = 0.0


def forget() -> None:
    """Start anew, with the settings of now: for tests that move the server."""
    mark_back()
    client.cache_clear()
    script.cache_clear()
