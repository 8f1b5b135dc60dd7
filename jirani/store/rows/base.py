"""What all row readers share: the session, the business (O2), and rows turned into facts."""

from collections.abc import Container, Iterable
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Executable,
    FromClause,
    Select,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from jirani.store.base import Base, Identified, Owned

# Where a session keeps its connection: a plain statement that goes there directly costs less.
LINE = "line"

# Names for what a statement is about, where it is written once and asked with values each time:
# building it anew costs as much as running it.
BUSINESS: BindParameter[str] = bindparam("of_business")
THREAD: BindParameter[str] = bindparam("of_thread")
SEQ: BindParameter[int] = bindparam("of_seq")

_ADDING: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

Fact = TypeVar("Fact")
Row = TypeVar("Row", bound=Owned)


def as_fact(kind: type[Fact], row: Any, **extra: Any) -> Fact:
    """Build a fact from the columns of the same names; `extra` fills what no column holds."""
    return kind(**{name: getattr(row, name) for name in _names(kind) if name not in extra}, **extra)


def _names(kind: Any) -> Iterable[str]:
    return cast(Iterable[str], kind.__dataclass_fields__)


def columns_of(
    kind: type[Any], table: FromClause, *, but: Container[str] = ()
) -> list[ColumnElement[Any]]:
    """Return the columns a fact is made of, in its own order: `kind(*record)` is the fact."""
    return [table.c[name] for name in _names(kind) if name not in but]


def table_of(row: type[Base]) -> Table:
    """Return the table of a kind of row, for statements that need no object kept in step."""
    return cast(Table, row.__table__)


@cache
def _every(kind: type[Any], row: type[Owned]) -> Select[Any]:
    """Select a business's facts of a kind: written once, as naming the columns takes longest."""
    table = table_of(row)
    return select(*columns_of(kind, table)).where(table.c.business_id == BUSINESS)


@cache
def _one(kind: type[Any], row: type[Identified]) -> Select[Any]:
    return _every(cast(Any, kind), row).where(table_of(row).c.id == bindparam("of_id"))


class Rows:
    """Access to some tables within one unit of work of one business."""

    def __init__(self, session: AsyncSession, business_id: str) -> None:
        self.session = session
        self.line: AsyncConnection = session.info[LINE]
        self.business_id = business_id

    async def ask(self, written: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement that was written once, for this business."""
        return await self.line.execute(written, {"of_business": self.business_id} | values)

    def mine(self, row: type[Row]) -> Select[Row]:
        """Select this business's rows; row security says the same on PostgreSQL."""
        return select(row).where(row.business_id == self.business_id)

    async def insert(self, row: type[Owned], **values: Any) -> None:
        """Add a row of this business."""
        await self.line.execute(insert(table_of(row)), {"business_id": self.business_id} | values)

    async def insert_once(self, row: type[Owned], **values: Any) -> bool:
        """Add a row of this business; False if what is unique about it is there already.

        Two units may do so at once: the second waits for the first, and finds its row.
        """
        adding = _ADDING[self.line.dialect.name](table_of(row)).on_conflict_do_nothing()
        done = await self.line.execute(adding, {"business_id": self.business_id} | values)
        return done.rowcount > 0

    async def facts(
        self, kind: type[Fact], row: type[Owned], *where: ColumnElement[bool], by: Any = None
    ) -> tuple[Fact, ...]:
        """Return this business's facts of a kind; `by`, one column or several, orders them."""
        found = _every(cast(Any, kind), row).where(*where)
        found = found.order_by(*by) if isinstance(by, tuple) else found.order_by(by)
        return tuple(kind(*record) for record in await self.ask(found))

    async def fact(self, kind: type[Fact], row: type[Identified], id: str) -> Fact | None:
        """Return this business's fact of an id, or None."""
        found = (await self.ask(_one(cast(Any, kind), row), of_id=id)).first()
        return kind(*found) if found else None

    async def update(self, row: type[Identified], id: str, **changes: Any) -> None:
        """Change a row of this business by its id; LookupError if there is none."""
        table = table_of(row)
        of_id = (table.c.business_id == self.business_id, table.c.id == id)
        done = await self.line.execute(update(table).where(*of_id).values(changes))
        if not done.rowcount:
            raise LookupError(id)
