"""What is due around stays over all businesses, claimed so that each row has one worker (U5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    TextClause,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from jirani.rules.facts import STAY_KINDS, OfferStatus
from jirani.store.rows.base import table_of
from jirani.store.tables.selling import OfferRow
from jirani.store.tables.stays import PmsEventRow

_offers, _events = table_of(OfferRow), table_of(PmsEventRow)
# In the words of the partial index: what is said otherwise, SQLite does not find there.
_WAITING = text("status IN ('scheduled', 'deferred') AND leaving_at IS NULL")
_OPEN, _READY = text("status = 'offered'"), text("state = 'ready'")


@dataclass(frozen=True, slots=True)
class Due:
    """A row whose time has come."""

    business_id: str
    id: str


@dataclass(frozen=True, slots=True)
class Claim(Due):
    """A row that is one worker's until its lease runs out; the token proves whose it is."""

    token: str


class StayQueues:
    """Reads and claims what is due around the stays of all businesses."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def claim_offers(self, now: datetime, lease: timedelta, n: int = 500) -> list[Claim]:
        """Claim offers that are due, the longest due first; nobody else gets them meanwhile.

        A row whose lease ran out comes back: who claimed it has died, or is too slow, and its
        token is worth nothing any more.
        """
        due = select(_offers).where(_WAITING, _offers.c.due_at <= now)
        token = token_hex(16)
        leased = {"lease_until": now + lease, "claim_token": token}
        rows = await self._claim(due, _offers.c.due_at, now, n, leased)
        return [Claim(*row, token) for row in rows]

    async def release_offers(self, claims: Iterable[Claim]) -> None:
        """Give claimed offers back at once, those that are still claimed so."""
        for token, ids in _by_token(claims).items():
            await self.session.execute(
                update(_offers)
                .where(
                    tuple_(_offers.c.business_id, _offers.c.id).in_(ids),
                    _offers.c.claim_token.is_not_distinct_from(token),
                )
                .values(lease_until=None, claim_token=None)
            )

    async def next_offer_due(self) -> datetime | None:
        """Return when there may be something to claim next; a moment past: now."""
        free = await self.session.scalar(
            select(_offers.c.due_at)
            .where(_WAITING, _offers.c.due_at.is_not(None), _offers.c.lease_until.is_(None))
            .order_by(_offers.c.due_at)
            .limit(1)
        )
        # What is claimed fell due before whatever still waits.
        back = await self.session.scalar(
            select(func.min(_offers.c.lease_until)).where(
                _WAITING,
                _offers.c.lease_until.is_not(None),
                *([] if free is None else [_offers.c.due_at <= free]),
            )
        )
        return min((each for each in (free, back) if each is not None), default=None)

    async def stay_offers(self, now: datetime) -> list[Due]:
        """Offers around stays that nobody answered in time (O14)."""
        return await self._due(
            OfferRow.business_id,
            OfferRow.id,
            _OPEN,
            OfferRow.kind.in_(STAY_KINDS),
            OfferRow.expires_at <= now,
        )

    async def leaving_offers(self, before: datetime) -> list[Due]:
        """Offers handed to the outbox long ago that are not known to have arrived (U5)."""
        return await self._due(
            OfferRow.business_id,
            OfferRow.id,
            OfferRow.leaving_at <= before,
            OfferRow.status.in_((OfferStatus.SCHEDULED, OfferStatus.DEFERRED)),
        )

    async def claim_events(self, now: datetime, lease: timedelta, n: int = 100) -> list[Due]:
        """Claim news of PMSs, the oldest first; what nobody finished comes back (U2)."""
        ready = select(_events).where(_READY)
        leased = {"lease_until": now + lease, "attempts": _events.c.attempts + 1}
        rows = await self._claim(ready, _events.c.received_at, now, n, leased)
        return [Due(*row) for row in rows]

    async def _claim(
        self,
        ready: Select[Any],
        oldest: Column[Any],
        now: datetime,
        n: int,
        leased: dict[str, Any],
    ) -> list[tuple[str, str]]:
        table = oldest.table
        lease = table.c.lease_until
        # As a table of its own it is asked once: within IN, PostgreSQL may ask it for each row,
        # and take more than `n`.
        first = (
            ready.with_only_columns(table.c.business_id, table.c.id)
            .where(or_(lease.is_(None), lease <= now))
            .order_by(oldest, table.c.id)
            .limit(n)
            .with_for_update(skip_locked=True)
            .cte("first")
        )
        done = await self.session.execute(
            update(table)
            .where(tuple_(table.c.business_id, table.c.id).in_(select(first)))
            .values(leased)
            .returning(table.c.business_id, table.c.id, oldest)
        )
        # In the order of what is oldest: an update has none.
        rows = sorted(done, key=lambda row: (row[2], row[1], row[0]))
        return [(business, id) for business, id, _ in rows]

    async def _due(
        self,
        business: InstrumentedAttribute[str],
        id: InstrumentedAttribute[str],
        *where: ColumnElement[bool] | TextClause,
    ) -> list[Due]:
        rows = await self.session.execute(
            select(business, id).where(*where).order_by(id).limit(500)
        )
        return [Due(*row) for row in rows]


def _by_token(claims: Iterable[Claim]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for claim in claims:
        found.setdefault(claim.token, []).append((claim.business_id, claim.id))
    return found
