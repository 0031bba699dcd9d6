"""The one `make run` of this checkout: who it is, and how other commands find its database.

`make run` starts its servers on free ports, so nobody knows their addresses beforehand. It publishes them
here, and `manage.py` commands in the same checkout read them. The lock says whether the publisher lives;
its file may lie.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "var" / "run"

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class AlreadyRunning(Exception):
    """Another `make run` of this checkout lives."""


@contextlib.contextmanager
def alone(folder: Path = FOLDER) -> Iterator[Callable[[dict[str, str]], contextlib.AbstractContextManager]]:
    """Be the only `make run` of this checkout for the block; gives `publish`. Raises AlreadyRunning."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a") as lock:
        _lock(lock.fileno())
        yield partial(_published, folder=folder)


@contextlib.contextmanager
def publish(environment: dict[str, str], folder: Path = FOLDER) -> Iterator[None]:
    """Let other commands see `environment` for as long as the block runs. Raises AlreadyRunning."""
    with alone(folder) as published, published(environment):
        yield


@contextlib.contextmanager
def _published(environment: dict[str, str], folder: Path) -> Iterator[None]:
    published = folder / "environment.json"
    _write_private(published, json.dumps(environment))
    try:
        yield
    finally:
        published.unlink(missing_ok=True)


def environment(folder: Path = FOLDER) -> dict[str, str]:
    """What the living `make run` of this checkout published; empty when none lives or it is not ours."""
    try:
        with open(folder / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return {}  # we got the lock: whoever wrote the file is dead
    except BlockingIOError:
        pass
    except OSError:
        return {}
    try:
        return json.loads((folder / "environment.json").read_text())
    except OSError:
        return {}


def end_with_parent(with_signal: int = signal.SIGKILL) -> None:
    """Have the kernel send this process `with_signal` when its parent dies, however it dies. Linux only.

    A parent killed by SIGKILL cannot stop its children, so the children ask for it. The wish is lost on a
    change of user and is not inherited by a fork.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)


def _lock(descriptor: int) -> None:
    """Take the lock for good, or raise AlreadyRunning.

    environment() holds it for a moment while it looks, so a first refusal means nothing yet.
    """
    for _ in range(20):
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
    raise AlreadyRunning


def _write_private(path: Path, text: str) -> None:
    """Write at one stroke, readable by nobody else: it holds passwords."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
