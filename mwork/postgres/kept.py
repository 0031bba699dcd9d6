"""Statements that a connection keeps, parsed and planned, under names of ours.

psycopg keeps statements too, but finds out anew for each execution how every column is read, lets go of the interpreter
several times a question, which other threads take, and forgets all of them whenever a transaction is rolled back. By
its lower floor, the functions of libpq and the Transformer of values, a question costs 0.09 ms of processor less.
"""

import re
from collections import OrderedDict
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg import capabilities
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

MOST = 100  # that a connection keeps, the least used go: as many as psycopg would
ANSWERS = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}
LOST = (psycopg.errors.FeatureNotSupported, psycopg.errors.InvalidSqlStatementName)
PLACE = re.compile(r"%(?:%|\((\w+)\)s)")  # of a parameter, or a percent sign of the SQL itself


@lru_cache(2 * MOST)
def numbered(query: str) -> tuple[bytes, tuple[str, ...]]:
    """The SQL with $1, $2 … in place of %(name)s, and the names in that order."""
    names: dict[str, int] = {}

    def written(found: re.Match) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else "%"

    return PLACE.sub(written, query).encode(), tuple(names)


class Statements:
    """What this connection keeps."""

    def __init__(self, connection: psycopg.Connection):
        self._connection, self._transformer = connection, Transformer(connection)
        self._names: OrderedDict[tuple[bytes, tuple], bytes] = OrderedDict()
        self._numbers = count()

    @classmethod
    def of(cls, connection: psycopg.Connection) -> "Statements":
        try:
            return connection.kept_statements
        except AttributeError:
            connection.kept_statements = cls(connection)
            return connection.kept_statements

    def ask(self, query: str, params: dict[str, Any] | None) -> PGresult:
        """Raises what psycopg's cursors raise."""
        self._begin()
        if not params:
            return self._execute(query.encode() if params is None else numbered(query)[0], (), None, None)
        sql, names = numbered(query)
        values = [params[name] for name in names]
        sent = self._transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return self._execute(sql, self._transformer.types, sent, self._transformer.formats)

    def rows(self, result: PGresult) -> list[tuple]:
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def forget(self) -> None:
        """Prepare all anew, when it is asked next. PostgreSQL has the old ones until the connection ends."""
        self._names.clear()

    def _execute(self, sql: bytes, types: tuple, sent: list | None, formats: list | None) -> PGresult:
        if name := self._names.get((sql, types)):
            self._names.move_to_end((sql, types))
        else:
            name = self._prepared(sql, types)
        return self._checked(self._connection.pgconn.exec_prepared(name, sent, formats))

    def _prepared(self, sql: bytes, types: tuple) -> bytes:
        while len(self._names) >= MOST:
            _, oldest = self._names.popitem(last=False)
            self._close(oldest)
        name = b"mwork_%d" % next(self._numbers)
        self._checked(self._connection.pgconn.prepare(name, sql, types))
        self._names[sql, types] = name
        return name

    def _close(self, name: bytes) -> None:
        if capabilities.has_send_close_prepared():  # which a pooler understands
            self._checked(self._connection.pgconn.close_prepared(name))
        else:
            self._checked(self._connection.pgconn.exec_(b"DEALLOCATE " + name))

    def _begin(self) -> None:
        """As psycopg's cursors do before a transaction's first statement. Its isolation is the server's default."""
        if not self._connection.autocommit and self._is_idle():
            self._checked(self._connection.pgconn.exec_(b"BEGIN"))

    def _is_idle(self) -> bool:
        return self._connection.pgconn.transaction_status == TransactionStatus.IDLE

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in ANSWERS:
            return result
        if self._connection.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(result.get_error_message())
        raise error_from_result(result)


class KeepingCursor:
    """As much of a cursor as a kept statement needs."""

    def __init__(self, connection: psycopg.Connection):
        self.connection, self._statements = connection, Statements.of(connection)
        self._result: PGresult | None = None

    def execute(self, query: str, params: dict[str, Any] | None = None) -> None:
        try:
            self._result = self._statements.ask(query, params)
        except LOST:
            # A migration has changed the type of a column since, or a pooler has taken the connection to itself.
            self._statements.forget()
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise  # what else the transaction has asked is lost already
            self._result = self._statements.ask(query, params)

    def fetchall(self) -> list[tuple]:
        return self._statements.rows(self._result)

    @property
    def rowcount(self) -> int:
        return self._result.command_tuples

    def close(self) -> None:
        self._result = None
