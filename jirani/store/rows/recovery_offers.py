"""Offers of freed slots, of one business (R2, R4, R5)."""

from datetime import datetime

from sqlalchemy import update

from jirani.rules.facts import OfferStatus, RecoveryOffer
from jirani.store.refusals import twice_named
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.selling import OfferRow, SaleRow

_offers = table_of(OfferRow)
_FREED = OfferRow.opening_id.is_not(None)


class RecoveryOfferRows(Rows):
    """What was offered of openings; the database allows one live offer a lane (R4)."""

    async def get(self, offer_id: str) -> RecoveryOffer | None:
        """Return an offer, or None."""
        found = await self.facts(RecoveryOffer, OfferRow, OfferRow.id == offer_id, _FREED)
        return found[0] if found else None

    async def add(self, offer: RecoveryOffer, at: datetime) -> None:
        """Write an offer that goes out now.

        Raises `Twice` if its lane has a live one, or this customer was asked before (R2, R4).
        """
        names = offer.__dataclass_fields__
        with twice_named():
            await self.insert(
                OfferRow,
                kind=offer.kind,
                offered_at=at,
                **{name: getattr(offer, name) for name in names},
            )

    async def of_opening(self, opening_id: str) -> tuple[RecoveryOffer, ...]:
        """Return an opening's offers, oldest first, whatever became of them."""
        here = OfferRow.opening_id == opening_id
        return await self.facts(RecoveryOffer, OfferRow, here, by=OfferRow.id)

    async def live(self, opening_id: str) -> tuple[RecoveryOffer, ...]:
        """Return an opening's offers that nobody has answered or ended yet, by lane (R4)."""
        here = (OfferRow.opening_id == opening_id, OfferRow.status == OfferStatus.OFFERED)
        return await self.facts(RecoveryOffer, OfferRow, *here, by=OfferRow.lane)

    async def of_thread(self, thread_id: str) -> tuple[RecoveryOffer, ...]:
        """Return a thread's offers, oldest first."""
        here = OfferRow.thread_id == thread_id
        return await self.facts(RecoveryOffer, OfferRow, here, _FREED, by=OfferRow.id)

    async def of_customer(self, customer_id: str) -> tuple[RecoveryOffer, ...]:
        """Return a customer's live offers, in whatever thread."""
        theirs = (OfferRow.customer_id == customer_id, OfferRow.status == OfferStatus.OFFERED)
        return await self.facts(RecoveryOffer, OfferRow, *theirs, _FREED, by=OfferRow.id)

    async def settle(
        self,
        offer_id: str,
        status: OfferStatus,
        *,
        at: datetime,
        reason: str = "",
        seq: int | None = None,
    ) -> bool:
        """End an offer that is still open; False if something else has ended it before (R4)."""
        done = await self.line.execute(
            update(_offers)
            .where(
                _offers.c.business_id == self.business_id,
                _offers.c.id == offer_id,
                _offers.c.opening_id.is_not(None),
                _offers.c.status == OfferStatus.OFFERED,
            )
            .values(status=status, reason=reason, settled_seq=seq, settled_at=at)
        )
        return done.rowcount > 0

    async def sell(self, id: str, offer: RecoveryOffer, appointment_id: str, at: datetime) -> None:
        """Write the sale an accepted offer became; the database allows one per offer (O4)."""
        await self.insert(
            SaleRow,
            id=id,
            offer_id=offer.id,
            appointment_id=appointment_id,
            price=offer.price,
            currency=offer.currency,
            status="awaiting_payment",
            sold_at=at,
        )
