"""Threads that meet at a barrier, each with its own database connection."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(count: int, act: Callable[[int], object]) -> list:
    """Call `act(0)` … `act(count - 1)` at the same moment; what they returned, in that order."""
    barrier = Barrier(count)

    def run(number: int):
        try:
            barrier.wait(timeout=10)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def until_somebody_waits() -> None:
    """Until a connection to this database waits for a lock; the test fails when none does."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
