"""Whether the process lives, and whether it can do its work: what load balancers and `make run` ask."""

import time
from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from mwork import redis

# Without Redis (the cache, and the broker's home) everything is still served: rate limits are counted in each process,
# jobs wait for their sweep, sockets ask the database. Without rows, or with a schema of yesterday, nothing is.
NEEDED = {"database", "migrations"}

_is_migrated = False


def health(request: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Every part that a request needs answers: 200, else 503. `parts` says who answers, `ms` after how long."""
    parts, ms = {}, {}
    for name, answers in _PARTS.items():
        start = time.perf_counter()
        parts[name] = _tried(answers)
        ms[name] = round((time.perf_counter() - start) * 1000, 1)
    is_ready = all(parts[name] for name in NEEDED)
    body = {"status": "ok" if is_ready else "unavailable", "parts": parts, "ms": ms}
    return JsonResponse(body, status=200 if is_ready else 503)


def _tried(answers: Callable[[], bool]) -> bool:
    try:
        return answers()
    except (DatabaseError, RedisError, OperationalError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    """All that this code knows are applied. Asked until it is so; it stays so for as long as the process lives."""
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated


def forget() -> None:
    """Ask again for migrations: for tests."""
    global _is_migrated
    _is_migrated = False


def _redis() -> bool:
    if redis.is_away():
        return False
    try:
        return bool(redis.client().ping())
    except RedisError:
        redis.mark_away()
        raise


def _broker() -> bool:
    if redis.is_away():
        return False
    with current_app.connection_or_acquire() as broker:
        return bool(broker.default_channel.client.ping())


_PARTS = {"database": _database, "migrations": _migrations, "redis": _redis, "broker": _broker}
