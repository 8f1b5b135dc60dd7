"""What all row readers share: the open session, the business, and turning rows into facts."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.store.base import Owned

Fact = TypeVar("Fact")
Row = TypeVar("Row", bound=Owned)


def as_fact(kind: type[Fact], row: Any, **extra: Any) -> Fact:
    """Build a fact from the columns of the same names; `extra` fills what no column holds."""
    names = [field.name for field in fields(kind) if field.name not in extra]  # type: ignore[arg-type]
    return kind(**{name: getattr(row, name) for name in names}, **extra)


class Rows:
    """Access to some tables within one unit of work of one business."""

    def __init__(self, session: AsyncSession, business_id: str) -> None:
        self.session = session
        self.business_id = business_id

    def mine(self, row: type[Row]) -> Select[Row]:
        """Select this business's rows; row security says the same on PostgreSQL."""
        return select(row).where(row.business_id == self.business_id)

    def insert(self, row: type[Row], **values: Any) -> Row:
        """Add a row of this business."""
        made = row(business_id=self.business_id, **values)
        self.session.add(made)
        return made

    async def update(self, row: type[Row], id: str, **changes: Any) -> None:
        """Change a row of this business by its id; LookupError if there is none."""
        found = await self.session.get(row, (self.business_id, id))
        if found is None:
            raise LookupError(id)
        for name, value in changes.items():
            setattr(found, name, value)
        await self.session.flush()
