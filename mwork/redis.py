"""The process's one Redis client. What it holds may be lost without harm."""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """Short timeouts: whoever asks has a plan for a Redis that is away."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=2)
