"""The process's Redis client lends a connection only when nothing lies in it, and looks whether Redis has closed it."""

import select

import pytest
from redis import Redis
from redis.connection import SSLConnection

from mwork import redis


def lent() -> redis.Connection:
    """The connection that lies in the pool: the same each time, as nobody else asks."""
    pool = redis.client().connection_pool
    connection = pool.get_connection()
    pool.release(connection)
    return connection


def wait_for_something(connection: redis.Connection) -> None:
    poll = select.poll()
    poll.register(connection._sock, select.POLLIN)
    assert poll.poll(5000)


def test_the_client_uses_our_connections_and_keeps_them():
    redis.client().set("word", "a")
    before = lent()

    assert (type(before), redis.client().get("word"), lent()) == (redis.Connection, b"a", before)


def test_an_answer_that_nobody_has_read_goes_to_nobody_else():
    redis.client().set("word", "a")
    left = lent()
    left.send_command("ECHO", "for another")
    wait_for_something(left)

    assert redis.client().get("word") == b"a"


def test_a_connection_that_redis_has_closed_is_opened_again():
    number = redis.client().client_id()
    with Redis.from_url(redis.settings.REDIS_URL) as other:
        other.client_kill_filter(_id=number)
    wait_for_something(redis.client().connection_pool._available_connections[-1])

    assert redis.client().client_id() != number


@pytest.mark.parametrize("timeout", [0, 0.01])
def test_nothing_lies_in_a_fresh_one(timeout):
    assert lent().can_read(timeout) is False


def test_an_address_with_tls_keeps_its_class(settings):
    settings.REDIS_URL = "rediss://127.0.0.1:1/0"
    redis.forget()
    try:
        assert redis.client().connection_pool.connection_class is SSLConnection
    finally:
        redis.forget()
