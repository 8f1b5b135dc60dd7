"""Who wants to be told of freed slots, and at which address (R2).

Kept twice: with each address, and in the score's row, where the walk down R3's order needs it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from jirani.rules.recovery.order import UNSCORED
from jirani.rules.recovery.score import NO_SCORE
from jirani.store.rows.base import Rows, table_of
from jirani.store.rows.scores import Scored, values_of
from jirani.store.tables.conversation import IdentityRow
from jirani.store.tables.recovery import ScoreRow

_identities, _scores = table_of(IdentityRow), table_of(ScoreRow)


class ConsentRows(Rows):
    """Consents to be told of freed slots."""

    async def opt_in(self, channel: str, peer: str, how: str, at: datetime) -> str | None:
        """Keep that whoever writes from an address wants to be told there.

        `how` it was given: chat, import or api. Returns the customer; None for no such address.
        """
        customer_id = await self._change(channel, peer, opted_in_at=at, opted_in_how=how)
        if customer_id is not None:
            fresh = values_of(Scored(customer_id, NO_SCORE, None, UNSCORED))
            await self.insert_once(ScoreRow, listens=True, **fresh)
        return await self._noted(customer_id)

    async def opt_out(self, channel: str, peer: str) -> str | None:
        """Keep that an address is not to be told of them any more; return whose it is."""
        return await self._noted(
            await self._change(channel, peer, opted_in_at=None, opted_in_how=None)
        )

    async def _change(self, channel: str, peer: str, **given: Any) -> str | None:
        done = await self.line.execute(
            update(_identities)
            .where(
                _identities.c.business_id == self.business_id,
                _identities.c.channel == channel,
                _identities.c.peer == peer,
            )
            .values(given)
            .returning(_identities.c.customer_id)
        )
        found: str | None = done.scalar()
        return found

    async def _noted(self, customer_id: str | None) -> str | None:
        """Somebody listens who wants to be told at any address."""
        anywhere = (
            select(1)
            .where(
                _identities.c.business_id == self.business_id,
                _identities.c.customer_id == customer_id,
                _identities.c.opted_in_at.is_not(None),
            )
            .exists()
        )
        await self.line.execute(
            update(_scores)
            .where(_scores.c.business_id == self.business_id, _scores.c.customer_id == customer_id)
            .values(listens=anywhere)
        )
        return customer_id
