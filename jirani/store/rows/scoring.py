"""How far computing the scores of one business has come, and whose work it is (R7)."""

from datetime import datetime

from sqlalchemy import ColumnElement, update

from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.business import BusinessRow

_businesses = table_of(BusinessRow)


class ScoringRows(Rows):
    """The nightly round's place in its own row: whoever goes on goes on from there."""

    async def go_on(self, lease_until: datetime, until: datetime) -> str | None:
        """Keep a claim for longer; return the customer behind whom to go on.

        None if the claim is lost. Until the unit ends nobody else can claim it.
        """
        row = (
            await self.line.execute(
                update(_businesses)
                .where(self._mine, _businesses.c.scoring_lease_until == lease_until)
                .values(scoring_lease_until=until)
                .returning(_businesses.c.scored_to)
            )
        ).first()
        return (row[0] or "") if row else None

    async def came_to(self, customer_id: str) -> None:
        """Note in the unit that has gone on how far it came."""
        await self.line.execute(update(_businesses).where(self._mine).values(scored_to=customer_id))

    async def finish(self, due_at: datetime) -> None:
        """Give the claim back in the unit that has gone on to the end; begin anew at a moment."""
        over = {"scoring_due_at": due_at, "scoring_lease_until": None, "scored_to": None}
        await self.line.execute(update(_businesses).where(self._mine).values(over))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return _businesses.c.business_id == self.business_id
