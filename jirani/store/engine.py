"""Opening a database so that a transaction means the same on SQLite and on PostgreSQL."""

from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from jirani.store import sqlite_line

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=10000",
)
# A pooler gives each transaction to any of its servers. A statement prepared under a name would be
# missing at the next one, or its name taken: so nothing is kept, and the name is always "".
_UNNAMED: dict[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": str,
}


def open_engine(url: str | URL, *, pool: int = 10, pooler: bool = False) -> AsyncEngine:
    """Open a database; SQLite gets WAL, foreign keys and honest transactions.

    `pooler`: PgBouncer or its like, in transaction mode, stands before PostgreSQL.
    """
    options: dict[str, Any] = {}
    match make_url(url).get_backend_name():
        case "sqlite":
            options = {"async_creator_fn": sqlite_line.connect}
        case "postgresql" if pooler:
            options = _UNNAMED
    engine = create_async_engine(
        url, pool_size=pool, max_overflow=0, hide_parameters=True, connect_args=options
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions behind our back
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # Taking the write lock first is what serialises "look, then write"; a plain BEGIN would
    # fail at the write instead, or lose updates silently.
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    if options.get("rebuilds", False):
        # SQLite listens to this outside a transaction only.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
