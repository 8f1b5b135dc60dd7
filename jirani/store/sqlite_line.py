"""SQLite, asked where we stand: only what may wait goes to the connection's thread.

In WAL mode a read waits for nobody, and neither does a write whose transaction has the writer's
lock already. Going to the thread and back costs several times what such a statement does. The
lock itself may be long in coming, and a commit may have to wait for the disk.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

LOCKING = "BEGIN IMMEDIATE"
READING = ("SELECT", "WITH", "BEGIN")

Result = TypeVar("Result")


def connect(database: str | Path, **options: Any) -> aiosqlite.Connection:
    """Open a connection as aiosqlite does; SQLAlchemy takes this as its `async_creator_fn`."""
    connection = _Connection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # a connection nobody closed must not keep the process alive
    return connection


class _Connection(aiosqlite.Connection):
    """Knows whether it holds the writer's lock, and whether its thread is still at something."""

    writing = False
    _sent = _done = 0  # one is counted by the loop, the other by the thread

    def cursor(self) -> Any:
        return _Cursor(self)

    async def commit(self) -> None:
        await self.run(sqlite3.Connection.commit, waits=self.writing)
        self.writing = False

    async def rollback(self) -> None:
        await self.run(sqlite3.Connection.rollback, waits=self.writing)
        self.writing = False

    async def run(self, what: Callable[..., Result], *given: Any, waits: bool) -> Result:
        """Do something with the connection: here, or in its thread if it waits or the thread does.

        The thread may be at something nobody waits for any more: cancelling leaves it there.
        """
        if not waits and self._sent == self._done:
            return what(self._conn, *given)
        self._sent += 1
        execute: Callable[..., Awaitable[Result]] = self._execute
        return await execute(self._away, what, *given)

    def _away(self, what: Callable[..., Result], *given: Any) -> Result:
        try:
            return what(self._conn, *given)
        finally:
            self._done += 1


class _Cursor:
    """Executes, fetches and closes at once."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._do(sqlite3.Cursor.execute, sql, parameters)
        if sql == LOCKING:
            self._connection.writing = True

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._do(sqlite3.Cursor.executemany, sql, rows)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left open."""

    async def _do(self, run: Any, sql: str, parameters: Any) -> None:
        reads = sql != LOCKING and sql.startswith(READING)
        waits = not (reads or self._connection.writing)
        await self._connection.run(self._run, run, sql, parameters, waits=waits)

    def _run(self, connection: sqlite3.Connection, run: Any, sql: str, parameters: Any) -> None:
        cursor = connection.cursor()
        try:
            run(cursor, sql, parameters)
            self._rows, self.description = cursor.fetchall(), cursor.description
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
