"""The database backend of settings.DATABASES: `mwork.postgres`."""

import select
import threading
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

import psycopg
from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import AdaptersMap
from psycopg.pq import TransactionStatus

from mwork import tcp
from mwork.postgres.kept import KeepingCursor

KEEPING = object()  # where Django has the name of a cursor
_of_thread = threading.local()


class MomentLoader(BaseTzLoader):
    """Reads timestamptz by `datetime`, in C: Django's, in Python, takes 2.5 µs each, a tenth of a page of castings."""

    timezone = UTC  # as all our sessions; Django asks

    def load(self, data):
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # of another style, or no moment that Python knows
            return super().load(data)


@cache
def _with_moments(adapters: AdaptersMap) -> AdaptersMap:
    ours = AdaptersMap(adapters)
    ours.register_loader("timestamptz", MomentLoader)
    return ours


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor, sql, params):
        if not isinstance(cursor, KeepingCursor | base.ServerBindingCursor):
            return super().last_executed_query(cursor, sql, params)
        with suppress(psycopg.DataError):  # the query itself has failed of it
            return self.compose_sql(sql, params)  # readable, where the cursor itself knows $1


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self):
        params = super().get_connection_params()
        return {**params, "context": _with_moments(params["context"])}

    def keeping_cursor(self) -> CursorWrapper:
        """A cursor whose statements the connection keeps.

        A lookup by a key takes PostgreSQL a third of the time then. Not for what filters and sorts: its plan depends on
        the values, and from the sixth time on PostgreSQL may take one for all.
        """
        return self._cursor(KEEPING)

    def create_cursor(self, name=None):
        if name is not KEEPING:
            return super().create_cursor(name)
        keeps = self.connection.prepare_threshold is not None
        return KeepingCursor(self.connection) if keeps else base.ServerBindingCursor(self.connection)

    def get_new_connection(self, conn_params):
        if self.pool:
            return self._lent(conn_params)
        connection = super().get_new_connection(conn_params)
        setattr(_of_thread, self.alias, ClosedWithItsThread(connection))
        return connection

    def _lent(self, conn_params):
        """One of the pool's that the server has not closed since.

        The pool's own check waits a second after the first closed one and twice as long after each other: behind a
        restart of the server a pool of many would refuse for seconds. And it asks an empty query, a tenth of a page.
        """
        for _ in range(self.pool.max_size):
            connection = super().get_new_connection(conn_params)
            try:
                look(connection)
            except psycopg.OperationalError:
                self.pool.putconn(connection)  # which opens another in its place
            else:
                return connection
        return super().get_new_connection(conn_params)

    def is_usable(self):
        """Would it answer a question? Asked before the first one of a request whose thread keeps its connection."""
        if self.connection is None:
            return False
        try:
            look(self.connection)
        except psycopg.OperationalError:
            return False
        return self.connection.info.transaction_status != TransactionStatus.INERROR


class ClosedWithItsThread:
    """Closes a connection when the thread that keeps it ends.

    Django's wrapper keeps it too, in a circle of references, and would leave it open until the collector comes by.
    """

    def __init__(self, connection: psycopg.Connection):
        self._connection = connection

    def __del__(self):
        self._connection.close()


def look(connection: psycopg.Connection) -> None:
    """OperationalError when the server has closed this connection: then its end lies there to be read."""
    if tcp.is_quiet(connection.fileno()):
        return
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        connection.close()  # or the pool would lend it again
        raise psycopg.OperationalError("closed by the server")
