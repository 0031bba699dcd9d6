"""The database backend of settings.DATABASES: `mwork.postgres`."""

import select

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def pool(self):
        pool = super().pool
        if pool is not None:
            pool._check = look  # Django offers its own check or none: an empty query, a tenth of what a page costs
        return pool


def look(connection: psycopg.Connection) -> None:
    """OperationalError when the server has closed this connection: then its end lies there to be read."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        connection.close()  # or the pool would lend it again
        raise psycopg.OperationalError("closed by the server")
