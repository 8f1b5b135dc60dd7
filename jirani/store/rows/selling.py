"""Cross-sells and their sales, and the contact ledger (O4, O5, X10)."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select, update

from jirani.rules.facts import (
    Contact,
    Offer,
    Offered,
    OfferKind,
    OfferStatus,
    RecoveryOffer,
    StayOffer,
)
from jirani.store.refusals import twice_named
from jirani.store.rows.base import BUSINESS, Rows, table_of
from jirani.store.tables.recovery import ScoreRow
from jirani.store.tables.selling import ContactRow, OfferRow, SaleRow

_scores = table_of(ScoreRow)
_CROSS_SELL = OfferRow.kind == OfferKind.CROSS_SELL


class OfferRows(Rows):
    """Cross-sells; and over offers of every kind, whom we contacted and who declined (O5)."""

    async def get(self, offer_id: str) -> Offer | None:
        """Return an offer, or None."""
        found = await self.facts(Offer, OfferRow, OfferRow.id == offer_id, _CROSS_SELL)
        return found[0] if found else None

    async def add(self, offer: Offer, at: datetime) -> None:
        """Write an offer that goes out now; `Twice` if the thread had its one (X2)."""
        names = offer.__dataclass_fields__
        with twice_named():
            await self.insert(
                OfferRow, offered_at=at, **{name: getattr(offer, name) for name in names}
            )

    async def of_thread(self, thread_id: str) -> tuple[Offer, ...]:
        """Return a thread's offers, oldest first."""
        here = OfferRow.thread_id == thread_id
        return await self.facts(Offer, OfferRow, here, _CROSS_SELL, by=OfferRow.id)

    async def put_in(self, thread_id: str) -> tuple[Offered, ...]:
        """Return what was ever offered in a thread, of every kind, oldest first (O1)."""
        return await self.facts(Offered, OfferRow, OfferRow.thread_id == thread_id, by=OfferRow.id)

    async def settle(
        self,
        offer_id: str,
        status: OfferStatus,
        *,
        at: datetime,
        reason: str = "",
        seq: int | None = None,
    ) -> bool:
        """End an offer that is still open; False if something else has ended it before.

        Answer against time-out is decided here: a compare-and-set (X10).
        """
        done = await self.session.execute(
            update(table_of(OfferRow))
            .where(
                OfferRow.business_id == self.business_id,
                OfferRow.id == offer_id,
                _CROSS_SELL,
                OfferRow.status.in_((OfferStatus.OFFERED, OfferStatus.DEFERRED)),
            )
            .values(status=status, reason=reason, settled_seq=seq, settled_at=at)
            .returning(OfferRow.id)
        )
        return done.first() is not None

    async def sell(self, id: str, offer: Offer, appointment_id: str, at: datetime) -> None:
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

    async def sales_become(self, appointment_id: str, status: str) -> None:
        """Carry what became of an appointment over to its sale."""
        await self.session.execute(
            update(table_of(SaleRow))
            .where(
                SaleRow.business_id == self.business_id, SaleRow.appointment_id == appointment_id
            )
            .values(status=status)
        )

    async def sales_of(self, thread_id: str) -> list[dict[str, Any]]:
        """Return a thread's sales: offer_id, appointment_id, price, currency, status."""
        rows = await self.session.execute(
            select(
                SaleRow.offer_id,
                SaleRow.appointment_id,
                SaleRow.price,
                SaleRow.currency,
                SaleRow.status,
            )
            .join(
                OfferRow,
                and_(OfferRow.business_id == SaleRow.business_id, OfferRow.id == SaleRow.offer_id),
            )
            .where(
                SaleRow.business_id == self.business_id,
                OfferRow.thread_id == thread_id,
                _CROSS_SELL,
            )
            .order_by(SaleRow.id)
        )
        return [dict(row._mapping) for row in rows]

    async def contacted(
        self, id: str, offer: Offer | StayOffer | RecoveryOffer, at: datetime, *, proactive: bool
    ) -> None:
        """Enter an offer of any kind into the contact ledger (O5).

        Of a freed slot it is noted where the next walk down R3's order passes, too: it would
        have to look up each of the many who are not to be asked again so soon.
        """
        await self.insert(
            ContactRow,
            id=id,
            customer_id=offer.customer_id,
            offer_id=offer.id,
            kind=offer.kind,
            proactive=proactive,
            sent_at=at,
        )
        if proactive and offer.kind is OfferKind.SLOT_RECOVERY:
            theirs = (_scores.c.business_id == BUSINESS, _scores.c.customer_id == offer.customer_id)
            await self.ask(update(_scores).where(*theirs).values(asked_at=at))

    async def uncontacted(self, id: str) -> None:
        """Take a row out of the contact ledger: what it stands for was not sent after all (U5)."""
        ledger = table_of(ContactRow)
        mine = (ledger.c.business_id == self.business_id, ledger.c.id == id)
        await self.line.execute(delete(ledger).where(*mine))

    async def contacts(self, customer_id: str, since: datetime) -> tuple[Contact, ...]:
        """Return the ledger of one customer since a moment."""
        recent = (ContactRow.customer_id == customer_id, ContactRow.sent_at > since)
        return await self.facts(Contact, ContactRow, *recent)

    async def declines(self, customer_id: str, since: datetime) -> tuple[datetime, ...]:
        """Return when a customer declined offers of any kind since a moment."""
        rows = await self.session.scalars(
            self.mine(OfferRow).where(
                OfferRow.customer_id == customer_id,
                OfferRow.status == OfferStatus.DECLINED,
                OfferRow.settled_at > since,
            )
        )
        return tuple(row.settled_at for row in rows if row.settled_at)
