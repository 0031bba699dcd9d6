"""Rate limits, exact under concurrency: one atomic script on Redis counts a request in all its buckets.

DRF's own throttles read, compare and write in three steps; a hundred requests at once pass a limit of twenty.
"""

import logging
import math
import time
from hashlib import sha256
from ipaddress import ip_network
from threading import Lock
from typing import NamedTuple
from unicodedata import normalize

from django.conf import settings
from redis.exceptions import RedisError

from mwork import redis
from mwork.api import client
from mwork.api.errors import RateLimitExceeded

logger = logging.getLogger(__name__)

# A window starts with its first request. Returns, for each bucket, the count so far and the milliseconds left. Stops at
# the first full bucket: what an address is refused must not fill the bucket of the account that it names.
COUNT = """
local result = {}
for _, key in ipairs(KEYS) do
    local count = redis.call('INCR', key)
    local left = redis.call('PTTL', key)
    if left < 0 then
        left = tonumber(ARGV[1])
        redis.call('PEXPIRE', key, left)
    end
    table.insert(result, count)
    table.insert(result, left)
    if count > tonumber(ARGV[2]) then
        break
    end
end
return result
"""


class Standing(NamedTuple):
    """Where a caller stands in the fullest of its buckets. `left` is the seconds to the window's end."""

    limit: int
    remaining: int
    left: int
    passed: bool


def check(request, view) -> None:
    """Count this request under the limit that `view.rate` names; raise RateLimitExceeded past it.

    The standing stays on the request, whose answer tells it in the X-RateLimit headers.
    """
    if settings.RATES[view.rate] is None:
        return
    standing = count(view.rate, view.rate_keys(request))
    request._request.rate_standing = standing
    if not standing.passed:
        raise RateLimitExceeded(retry_after=standing.left)


def count(rate: str, keys: list[str]) -> Standing:
    """Count one request in each of these buckets of the rate and tell the standing in the fullest."""
    limit, seconds = settings.RATES[rate]
    names = [f"rate:{rate}:{key}" for key in keys]
    used, left = max(_count_on_redis(names, limit, seconds) or [_local.count(name, seconds) for name in names])
    return Standing(limit, max(0, limit - used), max(1, math.ceil(left / 1000)), used <= limit)


def _count_on_redis(names: list[str], limit: int, seconds: int) -> list[tuple[int, int]] | None:
    """The count and the milliseconds left of each bucket; None when Redis is away."""
    if redis.is_away():
        return None
    try:
        flat = redis.script(COUNT)(names, [seconds * 1000, limit])
    except RedisError:
        redis.mark_away()
        logger.warning("Redis is away: rate limits are counted in this process alone")
        return None
    return list(zip(flat[::2], flat[1::2], strict=True))


def address_key(request) -> str:
    """The bucket of the client's address; an IPv6 client owns a whole /64 and is counted by it."""
    address = client.address(request)
    if ":" in address:
        address = str(ip_network(f"{address}/64", strict=False))
    return f"address:{address}"


def account_key(email: str) -> str:
    """The bucket of an account by the e-mail a request names; hashed, so that no address lies in Redis.

    Django's sign-in form takes compatible letters for the same (full-width ones, say), so they count as the same here.
    """
    name = normalize("NFKC", email).strip().lower()
    return f"account:{sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"


def headers(request) -> dict[str, str]:
    """The X-RateLimit headers of this request's answer; empty when it was not counted."""
    standing = getattr(request, "rate_standing", None)
    if standing is None:
        return {}
    return {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset": str(int(time.time()) + standing.left),
    }


class LocalBuckets:
    """The same windows in this process's memory, for the time that Redis is away: looser, but never open."""

    MOST = 10_000

    def __init__(self):
        self._lock = Lock()
        self._windows: dict[str, tuple[int, float]] = {}

    def count(self, name: str, seconds: int) -> tuple[int, float]:
        """The count so far and the milliseconds left of the window."""
        now = time.monotonic()
        with self._lock:
            if len(self._windows) > self.MOST:
                self._windows = {key: window for key, window in self._windows.items() if window[1] > now}
            used, end = self._windows.get(name, (0, 0.0))
            if end <= now:
                used, end = 0, now + seconds
            self._windows[name] = (used + 1, end)
        return used + 1, (end - now) * 1000


_local = LocalBuckets()
