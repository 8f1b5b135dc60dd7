"""Freed slots as an owner looks back on them: counted by the database, whatever their number.

A slot counts by when it first came free: all openings of it are found by the first one's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    and_,
    case,
    cast,
    extract,
    func,
    select,
    union_all,
)

from jirani.rules.facts import OfferStatus, OpeningStatus
from jirani.rules.recovery.statistics import STANDS, CountedOffers, CountedOpenings
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.booking import AppointmentRow
from jirani.store.tables.money import OutboxRow
from jirani.store.tables.recovery import OpeningRow
from jirani.store.tables.selling import OfferRow, SaleRow

_openings, _offers, _sales = table_of(OpeningRow), table_of(OfferRow), table_of(SaleRow)
_first, _later = _openings.alias("first"), _offers.alias("later")
_appointments, _outbox = table_of(AppointmentRow), table_of(OutboxRow)
_FIRST = and_(_first.c.business_id == _openings.c.business_id, _first.c.id == _openings.c.root_id)
_OPENED = and_(
    _openings.c.business_id == _offers.c.business_id, _openings.c.id == _offers.c.opening_id
)
_TAKEN = and_(
    _appointments.c.business_id == _openings.c.business_id,
    _appointments.c.id == _openings.c.filled_by,
)
_SOLD = and_(_sales.c.business_id == _offers.c.business_id, _sales.c.offer_id == _offers.c.id)
_UNSENT = ("withdrawn", "dead")

Period = tuple[datetime | None, datetime | None]


class RecoveryReportRows(Rows):
    """Counts of openings, of what was offered of them, and of what that came to."""

    async def openings(self, period: Period) -> tuple[CountedOpenings, ...]:
        """Count the openings of slots that came free within a period."""
        first = _openings.c.id == _openings.c.root_id
        groups = (_openings.c.status, _openings.c.reason, case((first, 1), else_=0))
        found = (
            select(*groups, func.count())
            .join_from(_openings, _first, _FIRST)
            .where(*self._within(period))
            .group_by(*groups)
        )
        return tuple(
            CountedOpenings(status, reason, bool(first), n)
            for status, reason, first, n in await self.line.execute(found)
        )

    async def offers(self, period: Period) -> tuple[CountedOffers, ...]:
        """Count what was offered of them; a late yes and the offer that it revived are one."""
        groups = (
            *(_offers.c.tier, _offers.c.status),
            case((_offers.c.primary_id.is_(None), 0), else_=1),
            case((_appointments.c.status.in_(STANDS), 1), else_=0),
            *(_sales.c.status, _sales.c.currency),
        )
        found = (
            select(
                *groups,
                func.count(),
                func.sum(self._minutes(_offers.c.starts_at, _offers.c.ends_at)),
                func.coalesce(func.sum(_sales.c.price), 0),
            )
            .select_from(
                _openings.join(_first, _FIRST)
                .join(_offers, _OPENED)
                .outerjoin(_appointments, _TAKEN)
                .outerjoin(_sales, _SOLD)
            )
            .where(*self._within(period), ~self._was_revived())
            .group_by(*groups)
        )
        return tuple(
            CountedOffers(
                *(tier, OfferStatus(status), bool(moves), bool(stands), sale, currency, n),
                minutes=int(minutes),
                amount=int(amount),
            )
            for tier, status, moves, stands, sale, currency, n, minutes, amount in (
                await self.line.execute(found)
            )
        )

    async def messages(self, period: Period) -> int:
        """Count the texts that left: offers, that it has gone, that payment did not come."""
        offers = _openings.join(_first, _FIRST).join(_offers, _OPENED)
        kept = [
            (_openings.join(_first, _FIRST), "recovery_unpaid:" + _openings.c.filled_by),
            *((offers, name + _offers.c.id) for name in ("recovery_offer:", "recovery_gone:")),
        ]
        # First all keys, then their entries: PostgreSQL looks into no row that others may own
        # while a key is still to be worked out, and would go through the outbox for each.
        keys = (
            union_all(
                *(
                    select(key.label("key")).select_from(source).where(*self._within(period))
                    for source, key in kept
                )
            )
            .cte("keys")
            .prefix_with("MATERIALIZED")
        )
        found = (
            select(func.count())
            .select_from(_outbox.join(keys, _outbox.c.dedupe_key == keys.c.key))
            .where(
                _outbox.c.business_id == self.business_id,
                _outbox.c.state.not_in(_UNSENT),
            )
        )
        return int(await self.line.scalar(found) or 0)

    async def time_to_fill(self, period: Period, nth: int) -> timedelta | None:
        """Return the nth shortest time in which a slot was filled that still is, from 0; or None.

        The database puts them in order, and one row comes here.
        """
        took = self._seconds(_first.c.opened_at, _openings.c.settled_at)
        found = (
            select(_first.c.opened_at, _openings.c.settled_at)
            .select_from(_openings.join(_first, _FIRST).join(_appointments, _TAKEN))
            .where(
                *self._within(period),
                _openings.c.status == OpeningStatus.FILLED,
                _appointments.c.status.in_(STANDS),
            )
            .order_by(took, _openings.c.id)
            .limit(1)
            .offset(nth)
        )
        row = (await self.line.execute(found)).first()
        return None if row is None else row[1] - row[0]

    def _within(self, period: Period) -> Sequence[ColumnElement[bool]]:
        start, end = period
        where = [
            _first.c.business_id == self.business_id,
            _openings.c.business_id == self.business_id,
        ]
        if start is not None:
            where.append(_first.c.opened_at >= start)
        if end is not None:
            where.append(_first.c.opened_at < end)
        return where

    def _was_revived(self) -> ColumnElement[bool]:
        return (
            select(1)
            .where(_later.c.business_id == self.business_id, _later.c.replaces == _offers.c.id)
            .exists()
        )

    def _minutes(
        self, start: ColumnElement[datetime | None], end: ColumnElement[datetime | None]
    ) -> ColumnElement[int]:
        return cast(func.round(self._seconds(start, end) / 60), Integer)

    def _seconds(
        self, start: ColumnElement[datetime | None], end: ColumnElement[datetime | None]
    ) -> ColumnElement[float]:
        """Each database has its own way of taking one moment from another."""
        if self.line.dialect.name == "sqlite":
            return (func.julianday(end) - func.julianday(start)) * 86400.0
        return cast(extract("epoch", end - start), Float)
