"""One migrated database that the workers of `pytest -n` clone: a clone takes a tenth of what migrating takes."""

import fcntl
import os
from pathlib import Path

from django.core.management import call_command
from django.db import connection

NAME = "mwork_template"
VARIABLE = "MWORK_TESTS_FOLDER"  # set where the run has a PostgreSQL of its own: others' are left without a template


def use() -> None:
    """Let this process's test database be made from the template; the first process to come makes that."""
    folder = os.environ.get(VARIABLE)
    if folder is None or "PYTEST_XDIST_WORKER" not in os.environ:
        return
    with open(Path(folder) / "template", "a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if os.fstat(turn.fileno()).st_size == 0:
            _make()
            turn.write(NAME)
    connection.settings_dict["TEST"]["TEMPLATE"] = NAME


def _make() -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = usual
