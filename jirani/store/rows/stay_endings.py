"""How offers around stays end, and what every step of one has in common (U2, O9, O10)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from jirani.rules.facts import OfferKind, OfferStatus, StayOffer
from jirani.store.rows.base import BUSINESS, Rows, columns_of, table_of
from jirani.store.rows.stay_claims import ClaimRows
from jirani.store.rows.stay_terms import offer_of
from jirani.store.tables.selling import OfferRow

# Before it is sent for the first time, or once more.
WAITING = (OfferStatus.SCHEDULED, OfferStatus.DEFERRED)
# With the guest: a yes is a yes, a no is a no (O1).
ASKED = (OfferStatus.OFFERED, OfferStatus.DEFERRED)
UNSETTLED = (OfferStatus.SCHEDULED, OfferStatus.OFFERED, OfferStatus.DEFERRED)
_ANSWERS = (OfferStatus.ACCEPTED, OfferStatus.DECLINED)
UNCLAIMED: dict[str, Any] = {"lease_until": None, "claim_token": None}

_offers = table_of(OfferRow)
# Written once: naming its columns takes longer than asking.
_EVERY = (
    select(*columns_of(StayOffer, _offers))
    .where(_offers.c.business_id == BUSINESS, _offers.c.reservation_id.is_not(None))
    .order_by(_offers.c.id)
)


class StayEndings(Rows):
    """Ends offers around stays. One that was ended before answers False, or is not returned."""

    async def settle(
        self,
        offer_id: str,
        status: OfferStatus,
        *,
        at: datetime,
        reason: str = "",
        seq: int | None = None,
        token: str | None = None,
    ) -> bool:
        """End an offer; False if something else has ended it before.

        An answer ends what is with the guest, anything else what is scheduled too.
        """
        ended = await self.complete([offer_id], status, at=at, reason=reason, seq=seq, token=token)
        return bool(ended)

    async def expire(self, offer_id: str, now: datetime, reason: str) -> bool:
        """End an offer nobody answered in time; False if it was answered, or asked anew (O14)."""
        return bool(
            await self._end(
                _offers.c.id == offer_id,
                _offers.c.status == OfferStatus.OFFERED,
                _offers.c.expires_at <= now,
                status=OfferStatus.EXPIRED,
                settled_at=now,
                reason=reason,
            )
        )

    async def complete(
        self,
        offer_ids: Iterable[str],
        status: OfferStatus,
        *,
        at: datetime,
        reason: str = "",
        seq: int | None = None,
        token: str | None = None,
    ) -> tuple[str, ...]:
        """End many offers in one statement, as `settle` ends one; return which it ended."""
        return await self._end(
            _offers.c.id.in_(list(offer_ids)),
            _offers.c.status.in_(ASKED if status in _ANSWERS else UNSETTLED),
            *([] if token is None else [_offers.c.claim_token.is_not_distinct_from(token)]),
            status=status,
            reason=reason,
            settled_seq=seq,
            settled_at=at,
        )

    async def withdraw(
        self,
        *,
        at: datetime,
        reason: str,
        reservation_id: str | None = None,
        customer_id: str | None = None,
        kinds: Collection[OfferKind] = (),
        statuses: Collection[OfferStatus] = UNSETTLED,
        seq: int | None = None,
    ) -> tuple[str, ...]:
        """Withdraw what a stay or a guest has scheduled or open; return which (O9, O10, U3).

        Raises ValueError if neither is named.
        """
        whose = {_offers.c.reservation_id: reservation_id, _offers.c.customer_id: customer_id}
        named = [column == id for column, id in whose.items() if id is not None]
        if not named:
            raise ValueError("whose offers?")
        return await self._end(
            *named,
            *([_offers.c.kind.in_(kinds)] if kinds else []),
            _offers.c.status.in_(set(statuses) & set(UNSETTLED)),
            status=OfferStatus.WITHDRAWN,
            reason=reason,
            settled_seq=seq,
            settled_at=at,
        )

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return _offers.c.business_id == self.business_id, _offers.c.reservation_id.is_not(None)

    def _waiting(self, offer_id: str, token: str | None) -> list[ColumnElement[bool]]:
        claimed = [] if token is None else [_offers.c.claim_token.is_not_distinct_from(token)]
        return [_offers.c.id == offer_id, _offers.c.status.in_(WAITING), *claimed]

    async def _those(self, *where: ColumnElement[bool]) -> tuple[StayOffer, ...]:
        return tuple(map(offer_of, await self.ask(_EVERY.where(*where))))

    async def _set(self, *where: ColumnElement[bool], **values: Any) -> bool:
        done = await self.line.execute(update(_offers).where(*self._mine(), *where).values(values))
        return done.rowcount > 0

    async def _end(self, *where: ColumnElement[bool], **values: Any) -> tuple[str, ...]:
        """End offers; what they claimed of their listing is free again, unless it is sold."""
        done = await self.line.execute(
            update(_offers)
            .where(*self._mine(), *where)
            .values(values | UNCLAIMED | {"leaving_at": None})
            .returning(_offers.c.id)
        )
        ended = tuple(sorted(id for (id,) in done))
        if values["status"] is not OfferStatus.ACCEPTED:
            await ClaimRows(self.session, self.business_id).drop(ended)
        return ended
