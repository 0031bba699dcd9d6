"""Threads that meet at a barrier, each with its own database connection."""

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
