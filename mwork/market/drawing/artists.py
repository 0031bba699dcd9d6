"""Processes that draw."""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from mwork import running


@contextmanager
def studio() -> Iterator[ProcessPoolExecutor]:
    """One artist per core. When the block fails they put down what they have not begun."""
    # Not by fork: they must not share our connections.
    artists = ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield artists
    finally:
        artists.shutdown(cancel_futures=True)


def _begin() -> None:
    """They die with us, and Ctrl-C is ours to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running.end_with_parent()
