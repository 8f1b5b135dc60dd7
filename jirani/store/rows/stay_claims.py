"""Who has a listing's turnover: of live claims, no two overlap (U8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from jirani.store.refusals import overlap_named
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.stays import StayClaimRow

_claims = table_of(StayClaimRow)


@dataclass(frozen=True, slots=True)
class StayClaim:
    """What an offer takes of its listing's time, the turnover behind it included."""

    offer_id: str
    listing_id: str
    reservation_id: str
    starts_at: datetime
    busy_until: datetime


class ClaimRows(Rows):
    """What offers, open and sold, take of their listings' time."""

    async def take(self, claim: StayClaim) -> None:
        """Claim a stretch of time for an offer, in place of what it claimed before.

        Raises Overlap if another live claim there overlaps it: the database decides (U8).
        """
        values = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
        of_offer = (
            _claims.c.business_id == self.business_id,
            _claims.c.offer_id == claim.offer_id,
        )
        with overlap_named():
            done = await self.line.execute(
                update(_claims).where(*of_offer).values(**values, live=True)
            )
            if not done.rowcount:
                await self.insert(StayClaimRow, **values, live=True)

    async def drop(self, offer_ids: Iterable[str]) -> None:
        """Let go what some offers claim, if anything."""
        if ids := list(offer_ids):
            await self.line.execute(
                update(_claims)
                .where(_claims.c.business_id == self.business_id, _claims.c.offer_id.in_(ids))
                .values(live=False)
            )

    async def live(self, listing_id: str, start: datetime, end: datetime) -> tuple[StayClaim, ...]:
        """Return the live claims at a listing that overlap a stretch of time."""
        return await self.facts(
            StayClaim,
            StayClaimRow,
            _claims.c.listing_id == listing_id,
            _claims.c.live,
            _claims.c.starts_at < end,
            _claims.c.busy_until > start,
            by=(_claims.c.starts_at, _claims.c.offer_id),
        )

    async def of_offer(self, offer_id: str) -> StayClaim | None:
        """Return what an offer claims now, or None."""
        found = await self.facts(
            StayClaim, StayClaimRow, _claims.c.offer_id == offer_id, _claims.c.live
        )
        return found[0] if found else None
