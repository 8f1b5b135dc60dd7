"""What came of offers: of those something was tried with, and of all that were sent."""

from datetime import date, datetime, time

from sqlalchemy import and_, case, func, or_, select

from jirani.rules.facts import Group, OfferKind, OfferStatus
from jirani.rules.stays.outcomes import Ended, Tried
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.selling import OfferRow, SaleRow

_offers, _sales = table_of(OfferRow), table_of(SaleRow)
_ITS_SALE = and_(_sales.c.business_id == _offers.c.business_id, _sales.c.offer_id == _offers.c.id)
# Taken, refused or let pass: whatever was taken back by us says nothing of the guest.
_ENDED = and_(
    _offers.c.offered_at.is_not(None),
    or_(
        _offers.c.status.in_((OfferStatus.ACCEPTED, OfferStatus.DECLINED)),
        and_(_offers.c.status == OfferStatus.EXPIRED, _offers.c.reason == "expired"),
    ),
)
_KEPT = and_(_sales.c.id.is_not(None), _sales.c.reversed_at.is_(None))
_EARNED = case((_KEPT, _sales.c.price), else_=0)


class StayTrialRows(Rows):
    """What is learned from: offers that guests have answered, or let pass."""

    async def tried(self, kind: OfferKind | None = None) -> tuple[Tried, ...]:
        """Count what something was tried with, alike by alike; of one kind or of every one."""
        trial = _offers.c.trial
        groups = (
            _offers.c.kind,
            trial["group"].as_string(),
            trial["step"].as_integer(),
            trial["send_at"].as_string(),
            _offers.c.currency,
        )
        found = (
            select(
                *groups,
                func.count(),
                func.count(case((_KEPT, 1))),
                func.coalesce(func.sum(_EARNED), 0),
                func.coalesce(func.sum(_EARNED * _EARNED), 0),
            )
            .join_from(_offers, _sales, _ITS_SALE, isouter=True)
            .where(_offers.c.business_id == self.business_id, trial.is_not(None), _ENDED)
            .group_by(*groups)
            .order_by(*groups)
        )
        if kind is not None:
            found = found.where(_offers.c.kind == kind)
        return tuple(_tried(*record) for record in await self.line.execute(found))

    async def ended(self, after: str = "", most: int = 1000) -> tuple[Ended, ...]:
        """Return a page of the offers that were sent and have ended, oldest first: after an id."""
        day = _offers.c.terms["day"].as_string()
        found = (
            select(
                *(_offers.c.id, _offers.c.kind, _offers.c.offered_at, day),
                *(_offers.c.price, _offers.c.currency, case((_KEPT, 1), else_=0)),
            )
            .join_from(_offers, _sales, _ITS_SALE, isouter=True)
            .where(
                _offers.c.business_id == self.business_id,
                _offers.c.reservation_id.is_not(None),
                _offers.c.id > after,
                _ENDED,
            )
            .order_by(_offers.c.id)
            .limit(most)
        )
        return tuple(_ended(*record) for record in await self.line.execute(found))


def _ended(
    id: str, kind: OfferKind, sent_at: datetime, day: str, price: int, currency: str, taken: int
) -> Ended:
    return Ended(id, kind, sent_at, date.fromisoformat(day), price, currency, bool(taken))


def _tried(
    kind: OfferKind,
    group: str,
    step: int | None,
    send_at: str | None,
    currency: str,
    *counts: int,
) -> Tried:
    at = time.fromisoformat(send_at) if send_at else None
    return Tried(kind, Group(group), step, at, currency, *map(int, counts))
