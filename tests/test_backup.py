"""deploy/backup and deploy/restore, with the real pg_dump: a restored copy is the database, row by row."""

import io
import os
import shutil
import subprocess
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from mwork import conf, embedded
from mwork.management.commands import table_sums
from tests import factories, live

COPY = "restored"


@pytest.fixture
def programs() -> dict[str, str]:
    """An environment in which pg_dump is that of the server we run on."""
    try:
        folder = embedded.postgres_programs()
    except embedded.EmbeddedError:
        folder = None
    if folder is None or not shutil.which("pg_dump", path=folder):
        pytest.skip("there is no pg_dump beside initdb")
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.fixture
def copy_url(transactional_db):
    """The address of an empty database, gone after the test."""
    name = f"{connection.settings_dict['NAME']}_{COPY}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield urlsplit(live.database_url())._replace(path=f"/{name}").geturl()
        cursor.execute(f'DROP DATABASE "{name}"')


def test_a_restored_dump_is_the_database_row_by_row(plans, programs, copy_url, tmp_path):
    room = factories.room()
    for text in ("Сәлем", "Съёмка в 9:00"):
        factories.message(to=room, by=room.first, content=text)
    factories.response()
    dump = tmp_path / "mwork.dump"

    run(["deploy/backup", str(dump)], programs, live.database_url())
    run(["deploy/restore", str(dump)], programs, copy_url)

    said = io.StringIO()
    call_command("table_sums", stdout=said)
    original = said.getvalue().splitlines()
    with psycopg.connect(copy_url) as copy:
        assert table_sums.sums(copy.cursor()) == original
    rows = {line.split()[0]: line.split()[1] for line in original}
    assert (rows["chat_message"], rows["castings_response"]) == ("2", "1")


def test_a_dump_that_fails_leaves_nothing_that_looks_like_one(programs, tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        run(["deploy/backup", str(tmp_path / "mwork.dump")], programs, "postgresql://nobody@127.0.0.1:1/none")

    assert not (tmp_path / "mwork.dump").exists()


def run(command: list[str], environment: dict[str, str], url: str) -> None:
    subprocess.run(command, cwd=conf.ROOT, env={**environment, "DATABASE_URL": url}, check=True)
