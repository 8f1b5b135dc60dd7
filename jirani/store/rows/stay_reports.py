"""Offers around stays as a host looks back on them: counted by the database, or page by page."""

from datetime import date

from sqlalchemy import and_, case, extract, func, select

from jirani.rules.facts import OfferKind, OfferStatus, StayOffer, StaySale
from jirani.rules.stays.statistics import Counted
from jirani.store.rows.base import Rows, columns_of, table_of
from jirani.store.rows.stay_terms import offer_of
from jirani.store.tables.selling import OfferRow, SaleRow
from jirani.store.tables.stays import ReservationRow

_offers, _sales, _stays = table_of(OfferRow), table_of(SaleRow), table_of(ReservationRow)
_ITS_STAY = and_(
    _stays.c.business_id == _offers.c.business_id, _stays.c.id == _offers.c.reservation_id
)
_ITS_SALE = and_(_sales.c.business_id == _offers.c.business_id, _sales.c.offer_id == _offers.c.id)


class StayReportRows(Rows):
    """Counts and pages of offers around stays, and of what they became."""

    async def counted(self, first: date | None, last: date | None) -> tuple[Counted, ...]:
        """Count offers of stays that arrive from one day to another, both included."""
        year, month = extract("year", _stays.c.arrival), extract("month", _stays.c.arrival)
        sent = case((_offers.c.offered_at.is_(None), 0), else_=1)
        kept = and_(_sales.c.price.is_not(None), _sales.c.reversed_at.is_(None))
        groups = (
            *(_offers.c.kind, _offers.c.listing_id, year, month),
            *(_offers.c.status, func.coalesce(_offers.c.reason, ""), sent, _sales.c.currency),
        )
        found = (
            select(
                *groups,
                func.count(),
                func.coalesce(func.sum(case((kept, _sales.c.price), else_=0)), 0),
                func.count(_sales.c.reversed_at),
            )
            .join_from(_offers, _stays, _ITS_STAY)
            .join(_sales, _ITS_SALE, isouter=True)
            .where(_offers.c.business_id == self.business_id)
            .group_by(*groups)
        )
        if first is not None:
            found = found.where(_stays.c.arrival >= first)
        if last is not None:
            found = found.where(_stays.c.arrival <= last)
        return tuple(_counted(*record) for record in await self.line.execute(found))

    async def offers(
        self,
        *,
        kind: str | None = None,
        listing_id: str | None = None,
        status: str | None = None,
        before: str | None = None,
        most: int = 50,
    ) -> tuple[StayOffer, ...]:
        """Return a page of offers, the newest first: those before an id."""
        asked = {"kind": kind, "listing_id": listing_id, "status": status}
        found = (
            select(*columns_of(StayOffer, _offers))
            .where(
                _offers.c.business_id == self.business_id,
                _offers.c.reservation_id.is_not(None),
                *(_offers.c[name] == value for name, value in asked.items() if value is not None),
            )
            .order_by(_offers.c.id.desc())
            .limit(most)
        )
        if before is not None:
            found = found.where(_offers.c.id < before)
        return tuple(map(offer_of, await self.line.execute(found)))

    async def sales(
        self, *, before: str | None = None, most: int = 50
    ) -> tuple[tuple[StaySale, StayOffer], ...]:
        """Return a page of sales, the newest first, each with its offer: those before an id."""
        found = (
            select(_sales.c.id)
            .join_from(_sales, _offers, _ITS_SALE)
            .where(_sales.c.business_id == self.business_id, _offers.c.reservation_id.is_not(None))
            .order_by(_sales.c.id.desc())
            .limit(most)
        )
        if before is not None:
            found = found.where(_sales.c.id < before)
        ids = [id for (id,) in await self.line.execute(found)]
        sales = await self.facts(StaySale, SaleRow, _sales.c.id.in_(ids), by=_sales.c.id.desc())
        offers = select(*columns_of(StayOffer, _offers)).where(
            _offers.c.business_id == self.business_id,
            _offers.c.id.in_([each.offer_id for each in sales]),
        )
        sold = {each.id: each for each in map(offer_of, await self.line.execute(offers))}
        return tuple((each, sold[each.offer_id]) for each in sales)


def _counted(
    kind: OfferKind,
    listing_id: str,
    year: int,
    month: int,
    status: OfferStatus,
    reason: str,
    sent: int,
    currency: str | None,
    offers: int,
    amount: int,
    taken_back: int,
) -> Counted:
    """Read a row of counts; databases differ in what numbers they make of them."""
    of = (kind, listing_id, int(year), int(month))
    return Counted(*of, status, reason, bool(sent), currency, offers, int(amount), taken_back)
