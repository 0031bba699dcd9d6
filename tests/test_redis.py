"""The process's Redis client lends a connection only when nothing lies in it, and looks whether Redis has closed it."""

import signal
import time

import pytest
from redis import Redis
from redis.connection import SSLConnection
from redis.exceptions import RedisError

from mwork import embedded, redis
from tests.live import until_readable


def lent() -> redis.Connection:
    """The connection that lies in the pool: the same each time, as nobody else asks."""
    pool = redis.client().connection_pool
    connection = pool.get_connection()
    pool.release(connection)
    return connection


def test_the_client_uses_our_connections_and_keeps_them():
    redis.client().set("word", "a")
    before = lent()

    assert (type(before), redis.client().get("word"), lent()) == (redis.Connection, b"a", before)


def test_an_answer_that_nobody_has_read_goes_to_nobody_else():
    redis.client().set("word", "a")
    left = lent()
    left.send_command("ECHO", "for another")
    until_readable(left._sock)

    assert redis.client().get("word") == b"a"


def test_a_connection_that_redis_has_closed_is_opened_again():
    number = redis.client().client_id()
    with Redis.from_url(redis.settings.REDIS_URL) as other:
        other.client_kill_filter(_id=number)
    until_readable(redis.client().connection_pool._available_connections[-1]._sock)

    assert redis.client().client_id() != number


@pytest.mark.parametrize("timeout", [0, 0.01])
def test_nothing_lies_in_a_fresh_one(timeout):
    assert lent().can_read(timeout) is False


def test_a_redis_that_hangs_is_waited_for_by_the_system_and_not_for_long(settings, tmp_path):
    with embedded.Valkey(tmp_path / "valkey") as server:
        settings.REDIS_URL = server.url
        redis.forget()
        try:
            redis.client().set("word", "a")
            assert lent()._sock.gettimeout() is None  # Python's own would ask the system twice each time
            server.process.send_signal(signal.SIGSTOP)
            began = time.monotonic()

            with pytest.raises(RedisError):
                redis.client().get("word")

            assert time.monotonic() - began < 10 * redis.WAITS_FOR
            server.process.send_signal(signal.SIGCONT)
            assert redis.client().get("word") == b"a"  # on another connection
        finally:
            server.process.send_signal(signal.SIGCONT)
            redis.forget()


def test_an_address_with_tls_keeps_its_class(settings):
    settings.REDIS_URL = "rediss://127.0.0.1:1/0"
    redis.forget()
    try:
        assert redis.client().connection_pool.connection_class is SSLConnection
    finally:
        redis.forget()
