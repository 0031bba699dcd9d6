"""A pooled connection that PostgreSQL has closed is never lent again, though nobody asks it a question first."""

import psycopg
import pytest
from django.db import connection

from mwork.postgres.base import look
from tests.races import at_once

ENDED = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


def another() -> psycopg.Connection:
    return psycopg.connect(connection.pool.conninfo, **connection.pool.kwargs)


def backend(_=None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def refused() -> int:
    """How many have waited for a connection in vain."""
    return connection.pool.get_stats().get("requests_errors", 0)


@pytest.mark.django_db(transaction=True)
def test_what_was_closed_while_it_lay_in_the_pool_is_replaced():
    before = set(at_once(5, backend))
    refused_before = refused()
    connection.close()  # back into the pool, as those of the threads are
    with another() as other:
        other.execute(ENDED, [other.info.backend_pid])

    after = at_once(5, backend)

    assert before.isdisjoint(after)
    assert refused() == refused_before


@pytest.mark.django_db(transaction=True)
def test_the_look_sees_it():
    with another() as one:
        look(one)
        with another() as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [one.info.backend_pid])

        with pytest.raises(psycopg.OperationalError, match="closed by the server"):
            look(one)
        assert one.closed
