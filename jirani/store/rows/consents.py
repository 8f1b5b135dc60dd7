"""Who wants to be told of freed slots, and at which address (R2).

Kept twice: with each address, and in the score's row, where the walk down R3's order needs it.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update

from jirani.rules.recovery.order import UNSCORED
from jirani.rules.recovery.score import NO_SCORE
from jirani.store.rows.base import Rows, table_of
from jirani.store.rows.scores import Scored, values_of
from jirani.store.tables.conversation import IdentityRow
from jirani.store.tables.recovery import ScoreRow

_identities, _scores = table_of(IdentityRow), table_of(ScoreRow)


class Address(NamedTuple):
    """Where a customer writes from; `since` when, how, and by what shown, they want to be told."""

    channel: str
    peer: str
    since: datetime | None
    how: str | None
    said: str | None


class ConsentRows(Rows):
    """Consents to be told of freed slots."""

    async def addresses(self, customer_id: str) -> tuple[Address, ...]:
        """Return a customer's addresses, whether or not they want to be told there."""
        i = _identities.c
        rows = await self.line.execute(
            select(i.channel, i.peer, i.opted_in_at, i.opted_in_how, i.opted_in_said)
            .where(i.business_id == self.business_id, i.customer_id == customer_id)
            .order_by(i.channel, i.peer)
        )
        return tuple(Address(*row) for row in rows)

    async def opt_in(
        self, channel: str, peer: str, how: str, at: datetime, said: str | None = None
    ) -> str | None:
        """Keep that whoever writes from an address wants to be told there.

        `how` it was given: chat, import or api; `said`, what shows it. Returns the customer; None
        for no such address.
        """
        given = {"opted_in_at": at, "opted_in_how": how, "opted_in_said": said}
        customer_id = await self._change(channel, peer, **given)
        if customer_id is not None:
            fresh = values_of(Scored(customer_id, NO_SCORE, None, UNSCORED))
            await self.insert_once(ScoreRow, listens=True, **fresh)
        return await self._noted(customer_id)

    async def opt_out(self, channel: str, peer: str) -> str | None:
        """Keep that an address is not to be told of them any more; return whose it is."""
        return await self._noted(
            await self._change(
                channel, peer, opted_in_at=None, opted_in_how=None, opted_in_said=None
            )
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
