"""A pytest plugin: the run gets its own PostgreSQL and Redis unless DATABASE_URL and REDIS_URL name some.

pyproject.toml loads it with -p, so it runs before pytest-django reads the settings. The servers keep their
data in var/tests/<pid> and end with the run, even a killed one; the next run sweeps what a killed one left
there.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mwork import embedded
from tests import templates

FOLDER = Path(__file__).resolve().parent.parent / "var" / "tests"
SETTINGS = {
    "DEBUG": "false",
    "SECRET_KEY": "only-for-tests-" + "s" * 32,
    "JWT_SIGNING_KEY": "only-for-tests-" + "j" * 32,
}
WORKER = os.environ.get("PYTEST_XDIST_WORKER")  # gw0, gw1, ... in a process of `pytest -n`

_at_end = contextlib.ExitStack()


@pytest.hookimpl(tryfirst=True)  # before the plugin's own answer
def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: the tests that start servers wait most of their time."""
    return os.cpu_count() + 1


def pytest_unconfigure() -> None:
    _at_end.close()


def _start() -> None:
    """Start what the environment does not name, and name it there: the workers of -n inherit it."""
    sweep(FOLDER)
    folder = _at_end.enter_context(claimed(FOLDER / str(os.getpid())))
    if not os.environ.get("DATABASE_URL"):
        os.environ[templates.VARIABLE] = str(folder)
    for variable, server in (
        ("DATABASE_URL", embedded.Postgres(folder / "postgres", durable=False)),
        ("REDIS_URL", embedded.Valkey(folder / "valkey")),
    ):
        if not os.environ.get(variable):
            os.environ[variable] = _at_end.enter_context(server).url


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """The folder, ours until the end of the block and then gone."""
    folder.mkdir(parents=True)
    with open(folder / "claim", "w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        yield folder
        shutil.rmtree(folder)


def sweep(folder: Path) -> None:
    """Remove the folders of dead runs: those whose claim nobody holds."""
    for claim_file in folder.glob("*/claim"):
        with contextlib.suppress(OSError), open(claim_file) as claim:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(claim_file.parent)


def redis_of_worker(url: str, worker: str) -> str:
    """The address with a database of the worker's own: 1 for gw0. Number 0 is left to a run without -n."""
    return urlsplit(url)._replace(path=f"/{int(worker.removeprefix('gw')) + 1}").geturl()


for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)
if WORKER:
    os.environ["REDIS_URL"] = redis_of_worker(os.environ["REDIS_URL"], WORKER)
else:
    atexit.register(_at_end.close)
    try:
        _start()
    except embedded.EmbeddedError as error:
        sys.exit(str(error))
