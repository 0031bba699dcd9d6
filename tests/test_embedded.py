"""The embedded servers: their data lasts, and neither a killed parent nor a closed folder disturbs them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from mwork.embedded import EmbeddedError, Postgres, Valkey

ROOT = Path(__file__).resolve().parent.parent
AS_ROOT = os.geteuid() == 0
PARENT = """
import sys, time
from pathlib import Path
from mwork.embedded import Postgres, Valkey

folder = Path(sys.argv[1])
postgres, valkey = Postgres(folder / "postgres", durable=False).start(), Valkey(folder / "valkey").start()
print(postgres.process.pid, valkey.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder that only its owner may enter, with a cluster in it, under a name that needs care."""
    folder = tmp_path_factory.mktemp("closed") / "Қасым и папка"
    folder.mkdir(mode=0o700)
    with Postgres(folder / "postgres", durable=False) as server:
        ask(server, "create table note as select 'here' as text")
    return folder


@pytest.fixture
def server(folder) -> Postgres:
    """PostgreSQL on that folder, not started; stopped after the test."""
    server = Postgres(folder / "postgres", durable=False)
    yield server
    server.stop()


def ask(server: Postgres, query: str) -> object:
    """The first value of the answer, None when there is no row."""
    with psycopg.connect(server.url) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not Path(f"/proc/{pid}").exists()


def test_postgres_finds_its_data_and_password_again(server):
    before = server._password.read_text()

    server.start()

    assert ask(server, "select text from note") == "here"
    assert server._password.read_text() == before


def test_postgres_knows_cyrillic_letters(server):
    server.start()

    assert ask(server, "select upper('қасым')") == "ҚАСЫМ"
    assert ask(server, "select 'Қасым' ilike 'қАСЫМ'") is True


def test_postgres_refuses_a_wrong_password(server):
    server.start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(server._password.read_text(), "guess"))


def test_postgres_leaves_the_rights_of_folders_above_alone(server):
    above = [each for each in server.data.parents if each.stat().st_uid == os.geteuid()]
    before = [each.stat().st_mode for each in above]

    server.start()

    assert [each.stat().st_mode for each in above] == before
    assert server.data.parent.stat().st_mode & 0o777 == 0o700


def test_postgres_recovers_after_its_own_death(server):
    server.start()
    server.process.kill()
    server.process.wait()
    server.stop()

    server.start()

    assert ask(server, "select text from note") == "here"


@pytest.mark.parametrize("content", ["{pid}\n{cluster}\n1700000000\n5432\n\n127.0.0.1\n", ""])
def test_postgres_ignores_the_pid_file_of_a_dead_server_even_if_a_stranger_has_its_pid(server, content):
    stranger = subprocess.Popen(["sleep", "60"], user="nobody" if AS_ROOT else None)
    pid_file = server.data / "cluster" / "postmaster.pid"
    pid_file.write_text(content.format(pid=stranger.pid, cluster=pid_file.parent))

    try:
        server.start()

        assert ask(server, "select 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_postgres_refuses_a_folder_in_use_in_one_line(server):
    server.start()

    with pytest.raises(EmbeddedError, match="in use by another run") as refusal:
        Postgres(server.data).start()

    assert "\n" not in str(refusal.value)
    assert ask(server, "select 1") == 1


def test_postgres_starts_over_after_a_killed_initdb(tmp_path):
    (tmp_path / "cluster.new").mkdir()
    (tmp_path / "cluster.new" / "half").touch()

    with Postgres(tmp_path, durable=False) as server:
        assert ask(server, "select 1") == 1


def test_postgres_that_is_missing_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))

    with pytest.raises(EmbeddedError, match="DATABASE_URL") as refusal:
        Postgres(tmp_path / "data").start()

    assert "\n" not in str(refusal.value)


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user needs no setpriv")
def test_postgres_as_root_without_setpriv_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EmbeddedError, match="set DATABASE_URL, move the checkout") as refusal:
        Postgres(tmp_path / "data").start()

    assert "\n" not in str(refusal.value)


def test_valkey_starts_on_a_free_port_and_stops(tmp_path):
    with Valkey(tmp_path / "valkey") as first, Valkey(tmp_path / "other") as second:
        assert first.port != second.port
        assert redis.Redis.from_url(first.url).set("key", "value")
        assert redis.Redis.from_url(second.url).get("key") is None
        pid = first.process.pid

    assert gone(pid, 0)
    assert "Ready to accept connections" in first.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
@pytest.mark.parametrize("at_once", [False, True])
def test_a_killed_parent_leaves_no_server(folder, server, at_once):
    command = [sys.executable, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert not any(gone(pid, 0) for pid in pids)
        parent.kill()

    if at_once:
        server.start()  # it waits for the old one to end
        assert ask(server, "select text from note") == "here"
    assert all(gone(pid) for pid in pids)
