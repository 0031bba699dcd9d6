"""Where our backend differs from Django's: a closed connection is never used again, and moments are read in C."""

import os
import subprocess
import sys
from datetime import UTC
from threading import Barrier

import psycopg
import pytest
from django.db import DataError, NotSupportedError, OperationalError, ProgrammingError, connection, transaction
from psycopg.postgres import types
from psycopg.pq import Format, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from mwork.postgres.base import MomentLoader, look
from tests.races import at_once

FULL = 18  # of the 20 that a pool may have
ENDED = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


def another() -> psycopg.Connection:
    return psycopg.connect(connection.pool.conninfo, **connection.pool.kwargs)


def backend(_=None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_what_was_closed_while_it_lay_in_the_pool_is_replaced():
    """However many: one who meets three in turn may not wait for each."""
    everybody_has_one = Barrier(FULL)

    def hold(_) -> int:
        found = backend()
        everybody_has_one.wait(timeout=20)
        return found

    before = set(at_once(FULL, hold))
    connection.close()  # back into the pool, as those of the threads are
    with another() as other:
        other.execute(ENDED, [other.info.backend_pid])

    after = at_once(5, backend)

    assert len(before) == FULL
    assert before.isdisjoint(after)


@pytest.mark.django_db(transaction=True)
def test_the_look_sees_it():
    with another() as one:
        look(one)
        with another() as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [one.info.backend_pid])

        with pytest.raises(psycopg.OperationalError, match="closed by the server"):
            look(one)
        assert one.closed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["2026-11-28 22:47:52.123456", "2026-11-28 22:47:52.1", "2026-11-28 22:47:52", "epoch", "0001-01-01",
     "9999-12-31 23:59:59.999999", "1900-06-15 12:00 Asia/Almaty"],
)  # fmt: skip
def test_a_moment_is_what_psycopg_makes_of_it(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, %s::timestamptz::text", [text, text])
        moment, written = cursor.fetchone()
        theirs = TimestamptzLoader(types["timestamptz"].oid, cursor.connection).load(written.encode())
    assert (moment, moment.utcoffset(), moment.tzinfo) == (theirs, theirs.utcoffset(), UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["infinity", "10000-01-01", "0044-03-15 BC"])
def test_a_moment_that_python_does_not_know_is_named(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        with pytest.raises(DataError, match=r"timestamp too (large|small)"):
            cursor.fetchone()


@pytest.mark.django_db
def test_moments_are_read_by_our_loader():
    with connection.cursor() as cursor:
        used = cursor.connection.adapters.get_loader(types["timestamptz"].oid, Format.TEXT)
    assert used is MomentLoader


LOOKUP = """
import django
django.setup()
from django.db import connection
with connection.keeping_cursor() as cursor:
    cursor.execute("SELECT %(number)s", {"number": 1})
    cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1'")
    print(*cursor.fetchall()[0])
"""


@pytest.mark.parametrize(("environment", "kept"), [({}, "0"), ({"DATABASE_PREPARE": "true"}, "1")])
def test_lookups_are_kept_where_it_is_asked_for(environment, kept):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mwork.settings", **environment}
    said = subprocess.run([sys.executable, "-c", LOOKUP], env=environment, capture_output=True, text=True)

    assert said.stdout.strip() == kept, said.stderr


@pytest.mark.django_db(transaction=True)
def test_a_kept_lookup_outlives_a_change_of_its_columns():
    """Or whoever asks by this connection would get errors until it is closed."""

    def ask() -> list[tuple]:
        with connection.keeping_cursor() as cursor:
            cursor.execute("SELECT word FROM kept WHERE word = %(word)s", {"word": "a"})
            return cursor.fetchall()

    with another() as other:
        other.execute("CREATE TABLE kept AS SELECT 'a'::varchar(10) AS word")
        other.commit()
        try:
            asked = [ask()]
            for length in (20, 30):
                other.execute(f"ALTER TABLE kept ALTER word TYPE varchar({length})")
                other.commit()
                asked += [ask(), ask()]
            other.execute("ALTER TABLE kept ALTER word TYPE text")
            other.commit()
            with pytest.raises(NotSupportedError), transaction.atomic():
                ask()
            with transaction.atomic():
                asked.append(ask())
        finally:
            other.rollback()
            other.execute("DROP TABLE kept")

    assert asked == [[("a",)]] * 6


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [True, False])
def test_what_cannot_be_asked_is_the_same_error_where_queries_are_told(debug):
    connection.force_debug_cursor = debug
    try:
        with connection.keeping_cursor() as cursor, pytest.raises(DataError):
            cursor.execute("SELECT %(word)s", {"word": "\0"})
    finally:
        connection.force_debug_cursor = False


@pytest.mark.django_db(transaction=True)
def test_a_kept_lookup_is_prepared_anew_where_the_server_has_lost_it():
    """As behind a pooler that gives us another connection; we know nothing of it."""

    def ask() -> tuple:
        with connection.keeping_cursor() as cursor:
            cursor.execute("SELECT %(number)s + 1", {"number": 1})
            return cursor.fetchall()[0]

    assert ask() == (2,)
    connection.connection.pgconn.exec_(b"DEALLOCATE ALL")

    assert [ask(), ask()] == [(2,), (2,)]


@pytest.mark.django_db(transaction=True)
def test_moments_are_written_in_one_style_whatever_the_role_prefers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('ALTER ROLE %I IN DATABASE %I ', current_user, current_database())")
        (role,) = cursor.fetchone()
        cursor.execute(f"{role} SET datestyle = 'German'")
    try:
        with another() as other:
            assert other.execute("SELECT '2026-11-29 10:00Z'::timestamptz::text").fetchone()[0][:10] == "2026-11-29"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{role} RESET datestyle")


def kept() -> list[str]:
    """What our connection keeps of the statements that ask for a `place`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT %% AS place%%'")
        return sorted(statement for (statement,) in cursor.fetchall())


def ask(query: str, **params) -> list[tuple]:
    with connection.keeping_cursor() as cursor:
        cursor.execute(query, params or None)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("is_new", [True, False])
def test_a_connection_keeps_so_many_statements_and_lets_the_least_used_go(monkeypatch, is_new):
    monkeypatch.setattr("mwork.postgres.kept.MOST", 3)
    monkeypatch.setattr(psycopg.capabilities, "has_send_close_prepared", lambda: is_new)  # libpq
    for number in (1, 2, 3, 1, 4):
        assert ask(f"SELECT {number} AS place") == [(number,)]

    assert kept() == [f"SELECT {number} AS place" for number in (1, 3, 4)]
    assert ask("SELECT 2 AS place") == [(2,)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_is_kept")
def test_a_statement_is_kept_for_each_kind_of_its_values():
    assert ask("SELECT %(word)s || 'b' AS place", word="a") == [("ab",)]
    assert [ask("SELECT %(one)s AS place, '%%', %(one)s", one=one) for one in (1, 2, True)] == [
        [(1, "%", 1)],
        [(2, "%", 2)],
        [(True, "%", True)],
    ]

    assert kept() == ["SELECT $1 AS place, '%', $1"] * 2 + ["SELECT $1 || 'b' AS place"]
    assert ask("SELECT '100%%' AS place") == [("100%%",)]  # without parameters nothing is written in


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_is_kept")
def test_a_kept_statement_begins_a_transaction_and_outlives_its_end():
    with transaction.atomic():
        ask("SELECT 1 AS place")
        assert connection.connection.info.transaction_status == TransactionStatus.INTRANS
        transaction.set_rollback(True)

    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert ask("SELECT 1 AS place") == [(1,)]
    assert kept() == ["SELECT 1 AS place"]


@pytest.mark.django_db(transaction=True)
def test_a_kept_statement_says_that_the_connection_is_lost_and_what_is_wrong():
    with pytest.raises(ProgrammingError, match="nothing_like_it"):
        ask("SELECT nothing_like_it AS place")
    with pytest.raises(DataError, match="division by zero"):
        ask("SELECT 1 / %(number)s::int AS place", number=0)
    ask("SELECT 1 AS place")
    with another() as other:
        other.execute(ENDED, [other.info.backend_pid])

    with pytest.raises(OperationalError):
        ask("SELECT 1 AS place")
    assert connection.connection.closed
    connection.close()
