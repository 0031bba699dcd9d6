"""`python -m tests.conformance --seconds N`: starts what the API needs, asks as every role at once, tells what broke.

Exit status 1 when something did. With `--role model` (again for more) only these ask.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import django
from django.db import connection

from mwork import embedded, redis
from tests.conformance.report import Report, tell

ROLES = ("nobody", "model", "employer", "agency", "admin")  # admin is staff


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", action="append", choices=ROLES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        postgres = embedded.Postgres(Path(folder) / "postgres", durable=False)
        with postgres, embedded.Valkey(Path(folder) / "valkey") as valkey:
            _set_up(folder, DATABASE_URL=postgres.url, REDIS_URL=valkey.url)
            reports = _ask_all(options.role or ROLES, options.seconds, options.seed)
    return tell(reports)


def _set_up(folder: str, **servers: str) -> None:
    """Django on these servers, with a market in them."""
    os.environ |= servers
    os.environ |= {"CONFORMANCE_FOLDER": folder, "DJANGO_SETTINGS_MODULE": "tests.conformance.settings"}
    os.environ |= {"SECRET_KEY": "s" * 50, "JWT_SIGNING_KEY": "j" * 50}
    django.setup()

    from tests.conformance import market  # noqa: PLC0415  has models, which need the settings

    market.seed()
    # The roles' processes are copies of this one, and must not share its connections.
    connection.close()
    connection.close_pool()
    redis.forget()


def _ask_all(roles: tuple[str, ...], seconds: int, seed: int) -> list[Report]:
    """A process for each: the system shares the cores out among them."""
    from tests.conformance import asking  # noqa: PLC0415  the same

    with ProcessPoolExecutor(len(roles), multiprocessing.get_context("fork")) as processes:
        return list(processes.map(partial(asking.ask, seconds=seconds, seed=seed), roles))


if __name__ == "__main__":
    sys.exit(main())
