"""What accepted offers around stays became, and how that was recorded (O4, U7)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from jirani.rules.facts import StayOffer, StaySale
from jirani.store.refusals import twice_named
from jirani.store.rows.base import Rows, columns_of, table_of
from jirani.store.rows.stay_claims import ClaimRows
from jirani.store.tables.selling import OfferRow, SaleRow

_offers, _sales = table_of(OfferRow), table_of(SaleRow)


class StaySaleRows(Rows):
    """Sales around stays, one per offer."""

    async def sell(
        self,
        id: str,
        offer: StayOffer,
        at: datetime,
        *,
        status: str,
        method: str,
        note: str | None = None,
    ) -> None:
        """Write the sale an accepted offer became, on its own terms (O3).

        Raises Twice if the offer has its sale (O4), ValueError if it was never sent.
        """
        if offer.terms is None:
            raise ValueError(f"offer {offer.id} has no terms")
        with twice_named():
            await self.insert(
                SaleRow,
                id=id,
                offer_id=offer.id,
                price=offer.terms.price,
                currency=offer.terms.currency,
                status=status,
                method=method,
                note=note,
                sold_at=at,
            )

    async def change(self, offer_id: str, **changes: Any) -> bool:
        """Note how far the recording came; False if the sale was taken back before."""
        done = await self.line.execute(
            update(_sales)
            .where(*self._of(offer_id), _sales.c.reversed_at.is_(None))
            .values(changes)
        )
        return done.rowcount > 0

    async def reverse(self, offer_id: str, at: datetime, note: str | None = None) -> bool:
        """Take a sale back, once, and let go of the time it took; False if there is none."""
        if not await self.change(offer_id, status="reversed", reversed_at=at, note=note):
            return False
        await ClaimRows(self.session, self.business_id).drop([offer_id])
        return True

    async def of_offer(self, offer_id: str) -> StaySale | None:
        """Return the sale an offer became, or None."""
        found = await self.facts(StaySale, SaleRow, *self._of(offer_id))
        return found[0] if found else None

    async def of_thread(self, thread_id: str) -> tuple[StaySale, ...]:
        """Return what was sold around stays in a conversation, oldest first, reversed ones too."""
        return await self._those(_offers.c.thread_id == thread_id)

    async def of_reservation(self, reservation_id: str) -> tuple[StaySale, ...]:
        """Return what was sold around a stay, oldest first, reversed ones too."""
        return await self._those(_offers.c.reservation_id == reservation_id)

    def _of(self, offer_id: str) -> tuple[ColumnElement[bool], ...]:
        return (_sales.c.business_id == self.business_id, _sales.c.offer_id == offer_id)

    async def _those(self, *where: ColumnElement[bool]) -> tuple[StaySale, ...]:
        its = and_(_offers.c.business_id == _sales.c.business_id, _offers.c.id == _sales.c.offer_id)
        found = (
            select(*columns_of(StaySale, _sales))
            .join_from(_sales, _offers, its)
            .where(
                _sales.c.business_id == self.business_id,
                _offers.c.reservation_id.is_not(None),
                *where,
            )
            .order_by(_sales.c.id)
        )
        return tuple(StaySale(*record) for record in await self.line.execute(found))
