"""SQLite, one visit to its thread for each statement: the way there costs more than most reads."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite


def connect(database: str | Path, **options: Any) -> aiosqlite.Connection:
    """Open a connection as aiosqlite does; SQLAlchemy takes this as its `async_creator_fn`."""
    connection = _Connection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # a connection nobody closed must not keep the process alive
    return connection


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Cursor(self)


class _Cursor:
    """Executes, fetches and closes at once, where aiosqlite goes to its thread for each."""

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
        await self._visit(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._visit(sqlite3.Cursor.executemany, sql, rows)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left open."""

    async def _visit(self, run: Any, sql: str, parameters: Any) -> None:
        visit: Callable[..., Awaitable[None]] = self._connection._execute
        await visit(self._run, run, sql, parameters)

    def _run(self, run: Any, sql: str, parameters: Any) -> None:
        cursor = self._connection._conn.cursor()
        try:
            run(cursor, sql, parameters)
            self._rows, self.description = cursor.fetchall(), cursor.description
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
