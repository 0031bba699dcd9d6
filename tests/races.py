"""Threads that meet at a barrier, each with its own database connection."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from django.db import connection

WAITS_FOR_US = """
SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))
"""


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
    """Until somebody waits for a lock that this connection holds; the test fails when nobody does."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(WAITS_FOR_US)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")


def overtaken(slow: Callable[[], object], other: Callable[[], object], *, after: str, verb: str = "SELECT") -> list:
    """What both return, when `other` comes while `slow` stands just behind its first statement that names the table and

    begins with the verb.

    `slow` goes on once `other` is done, or waits for a lock that `slow` holds: without that lock it is overtaken.
    """
    stands, other_is_done = Event(), Event()

    def stand(execute, sql, *args):
        result = execute(sql, *args)
        if sql.startswith(verb) and f'"{after}"' in sql and not stands.is_set():
            stands.set()
            with connection.connection.cursor() as cursor:
                while not other_is_done.wait(timeout=0.01) and not cursor.execute(WAITS_FOR_US).fetchone()[0]:
                    pass
        return result

    def act(number: int):
        if number == 0:
            with connection.execute_wrapper(stand):
                return slow()
        try:
            assert stands.wait(timeout=10)
            return other()
        finally:
            other_is_done.set()

    return at_once(2, act)
