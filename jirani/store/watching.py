"""What operators see of the database: its statements as spans, and its connections."""

import re
from functools import lru_cache
from typing import Any

from opentelemetry.trace import Span, SpanKind, Tracer, get_current_span
from opentelemetry.trace.status import Status, StatusCode
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from jirani.store.base import Base

_OPERATION = re.compile(r"\s*([A-Za-z]+)")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w+)")
_SYSTEMS = {"postgresql": "postgresql", "sqlite": "sqlite"}
_OPEN = "spans"  # where a connection keeps what it is busy with


def trace_queries(engine: AsyncEngine, tracer: Tracer) -> None:
    """Make each statement inside a traced piece of work a span: its kind and tables, no values."""
    system = _SYSTEMS[engine.dialect.name]

    def before(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not get_current_span().is_recording():
            return
        operation, tables = summary(statement)
        span = tracer.start_span(" ".join((operation, *tables)), kind=SpanKind.CLIENT)
        span.set_attributes({"db.system.name": system, "db.operation.name": operation})
        if len(tables) == 1:
            span.set_attribute("db.collection.name", tables[0])
        connection.info.setdefault(_OPEN, []).append(span)

    def after(connection: Any, *_: Any) -> None:
        if span := _taken(connection):
            span.end()

    def failed(context: ExceptionContext) -> None:
        if context.connection is not None and (span := _taken(context.connection)):
            span.set_attribute("error.type", type(context.original_exception).__name__)
            span.set_status(Status(StatusCode.ERROR))
            span.end()

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    event.listen(engine.sync_engine, "handle_error", failed)


def connections(engine: AsyncEngine) -> dict[str, int]:
    """Count the pool's connections by what they do: `used` and `idle`; {} without a pool."""
    pool: Any = engine.pool
    if not hasattr(pool, "checkedout"):
        return {}
    return {"used": pool.checkedout(), "idle": pool.checkedin()}


@lru_cache(maxsize=2048)
def summary(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement's kind, such as SELECT, and the tables of ours that it names."""
    operation = _OPERATION.match(statement)
    named = dict.fromkeys(_TABLE.findall(statement))
    known = tuple(name for name in named if name in Base.metadata.tables)
    return operation[1].upper() if operation else "OTHER", known


def _taken(connection: Any) -> Span | None:
    spans: list[Span] = connection.info.get(_OPEN, [])
    return spans.pop() if spans else None
