"""A pooled connection that PostgreSQL has closed is never lent again, though nobody asks it a question first."""

import psycopg
import pytest
from django.db import connection

from mwork.postgres.base import look


def another() -> psycopg.Connection:
    return psycopg.connect(connection.pool.conninfo, **connection.pool.kwargs)


@pytest.mark.django_db(transaction=True)
def test_what_was_closed_while_it_lay_in_the_pool_is_replaced():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (before,) = cursor.fetchone()
    connection.close()  # back into the pool
    with another() as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [before])

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (after,) = cursor.fetchone()
    assert after != before


@pytest.mark.django_db(transaction=True)
def test_the_look_sees_it():
    with another() as one:
        look(one)
        with another() as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [one.info.backend_pid])
        with pytest.raises(psycopg.OperationalError, match="closed by the server"):
            look(one)
        one.close()
