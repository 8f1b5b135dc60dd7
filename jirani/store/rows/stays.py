"""Listings, and our copies of reservations (U1, U2)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true, update

from jirani.rules.facts import Listing, Reservation, StayStatus
from jirani.store.refusals import twice_named
from jirani.store.rows.base import Rows, columns_of, table_of
from jirani.store.tables.stays import ListingRow, ReservationRow

_listings, _reservations = table_of(ListingRow), table_of(ReservationRow)


def _values(fact: Listing | Reservation) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__dataclass_fields__}


class ListingRows(Rows):
    """Places that are let by the night."""

    async def put(self, listing: Listing) -> None:
        """Add a listing, or bring the one of that id up to date.

        Raises Twice if another has its PMS's reference.
        """
        values = _values(listing)
        mine = (_listings.c.business_id == self.business_id, _listings.c.id == listing.id)
        with twice_named():
            done = await self.line.execute(update(_listings).where(*mine).values(values))
            if not done.rowcount:
                await self.insert(ListingRow, **values)

    async def get(self, listing_id: str) -> Listing:
        """Return a listing; LookupError if there is none."""
        found = await self.fact(Listing, ListingRow, listing_id)
        if found is None:
            raise LookupError(listing_id)
        return found

    async def by_ref(self, pms: str, ref: str) -> Listing | None:
        """Return the listing that a PMS knows by this reference, or None."""
        found = await self.facts(
            Listing, ListingRow, _listings.c.pms == pms, _listings.c.ref == ref
        )
        return found[0] if found else None

    async def all(self) -> tuple[Listing, ...]:
        """Return every listing, the inactive ones too, by name."""
        return await self.facts(Listing, ListingRow, by=(_listings.c.name, _listings.c.id))


class ReservationRows(Rows):
    """Our copies of stays; older news changes nothing (U2)."""

    async def put(self, reservation: Reservation) -> bool:
        """Add a reservation, or bring the one of that id up to date; False if ours is newer.

        Newer by the PMS's own word, and of two readings of the same, the one read later. Raises
        Twice if another has its PMS's reference.
        """
        values = _values(reservation)
        with twice_named():
            done = await self.line.execute(
                update(_reservations)
                .where(
                    _reservations.c.business_id == self.business_id,
                    _reservations.c.id == reservation.id,
                    _not_after(_reservations.c.updated_at, reservation.updated_at),
                    _not_after(_reservations.c.seen_at, reservation.seen_at),
                )
                .values(values)
            )
            if done.rowcount:
                return True
            if await self.fact(Reservation, ReservationRow, reservation.id):
                return False
            await self.insert(ReservationRow, **values)
            return True

    async def get(self, reservation_id: str) -> Reservation:
        """Return a reservation; LookupError if there is none."""
        found = await self.fact(Reservation, ReservationRow, reservation_id)
        if found is None:
            raise LookupError(reservation_id)
        return found

    async def by_ref(self, pms: str, ref: str) -> Reservation | None:
        """Return the reservation that a PMS knows by this reference, or None."""
        found = await self._those(_reservations.c.pms == pms, _reservations.c.ref == ref)
        return found[0] if found else None

    async def named(
        self, name: str, most: int
    ) -> tuple[tuple[Reservation, ...], tuple[Reservation, ...]]:
        """Return the stays of a reference, a channel's code or an id, and some of the newest."""
        called = or_(*(_reservations.c[column] == name for column in ("ref", "code", "id")))
        newest = (
            select(*columns_of(Reservation, _reservations))
            .where(_reservations.c.business_id == self.business_id)
            .order_by(_reservations.c.id.desc())
            .limit(most)
        )
        some = tuple(Reservation(*record) for record in await self.line.execute(newest))
        return await self._those(called), some

    async def of_thread(self, thread_id: str) -> tuple[Reservation, ...]:
        """Return the stays a conversation is about, in the order of their arrival."""
        return await self._those(_reservations.c.thread_id == thread_id)

    async def of_customer(self, customer_id: str, since: date) -> tuple[Reservation, ...]:
        """Return a guest's stays that end on a day or later, in the order of their arrival."""
        return await self._those(
            _reservations.c.customer_id == customer_id, _reservations.c.departure >= since
        )

    async def of_listing(self, listing_id: str, first: date, last: date) -> tuple[Reservation, ...]:
        """Return the stays at a listing that touch some days, arrival and departure included."""
        return await self._those(
            _reservations.c.listing_id == listing_id,
            _reservations.c.departure >= first,
            _reservations.c.arrival <= last,
        )

    async def page(
        self,
        since: date,
        statuses: Iterable[StayStatus] = (),
        *,
        after: str = "",
        most: int = 500,
    ) -> tuple[Reservation, ...]:
        """Return stays that end on a day or later, by id, behind the id `after` (U2)."""
        wanted = list(statuses)
        found = (
            select(*columns_of(Reservation, _reservations))
            .where(
                _reservations.c.business_id == self.business_id,
                _reservations.c.departure >= since,
                _reservations.c.id > after,
                _reservations.c.status.in_(wanted) if wanted else true(),
            )
            .order_by(_reservations.c.id)
            .limit(most)
        )
        return tuple(Reservation(*record) for record in await self.line.execute(found))

    async def _those(self, *where: ColumnElement[bool]) -> tuple[Reservation, ...]:
        by = (_reservations.c.arrival, _reservations.c.id)
        return await self.facts(Reservation, ReservationRow, *where, by=by)


def _not_after(column: ColumnElement[datetime], moment: datetime | None) -> ColumnElement[bool]:
    return true() if moment is None else or_(column.is_(None), column <= moment)
