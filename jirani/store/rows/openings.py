"""Slots that came free, of one business (R1, R4)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from jirani.rules.facts import LIVE, Appointment, Opening, OpeningStatus
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.booking import AppointmentRow
from jirani.store.tables.recovery import OpeningRow

_openings, _appointments = table_of(OpeningRow), table_of(AppointmentRow)


class OpeningRows(Rows):
    """Openings; each way of ending one is a compare-and-set."""

    async def get(self, opening_id: str) -> Opening | None:
        """Return an opening, or None."""
        return await self.fact(Opening, OpeningRow, opening_id)

    async def of_appointment(self, appointment_id: str) -> Opening | None:
        """Return the opening an appointment left, or None."""
        found = await self.facts(Opening, OpeningRow, OpeningRow.appointment_id == appointment_id)
        return found[0] if found else None

    async def filled_with(self, appointment_id: str) -> Opening | None:
        """Return the opening that an appointment filled, or None (R6)."""
        found = await self.facts(Opening, OpeningRow, OpeningRow.filled_by == appointment_id)
        return found[0] if found else None

    async def open_at(self, staff_id: str, starts_at: datetime) -> Opening | None:
        """Return the opening of a slot that is open now, or None (R1)."""
        here = (OpeningRow.staff_id == staff_id, OpeningRow.starts_at == starts_at)
        still = OpeningRow.status == OpeningStatus.OPEN
        found = await self.facts(Opening, OpeningRow, *here, still)
        return found[0] if found else None

    async def is_taken(self, opening: Opening | Appointment) -> bool:
        """Tell whether a live appointment has its staff member's time (X9)."""
        booked = select(_appointments.c.id).where(
            _appointments.c.business_id == self.business_id,
            _appointments.c.staff_id == opening.staff_id,
            _appointments.c.starts_at < opening.busy_until,
            _appointments.c.busy_until > opening.starts_at,
            _appointments.c.status.in_(LIVE),
        )
        return await self.line.scalar(booked.limit(1)) is not None

    async def chain(self, root_id: str) -> tuple[str, ...]:
        """Return the ids of all openings of one slot that followed each other, oldest first."""
        rows = await self.line.execute(
            select(_openings.c.id)
            .where(_openings.c.business_id == self.business_id, _openings.c.root_id == root_id)
            .order_by(_openings.c.id)
        )
        return tuple(id for (id,) in rows)

    async def page(
        self,
        before: str | None = None,
        most: int = 50,
        statuses: Collection[OpeningStatus] = (),
    ) -> tuple[Opening, ...]:
        """Return openings, the newest first, behind an id; of some statuses, or of all."""
        older = () if before is None else (_openings.c.id < before,)
        alike = (_openings.c.status.in_(statuses),) if statuses else ()
        found = await self.line.execute(
            select(*(_openings.c[name] for name in Opening.__dataclass_fields__))
            .where(_openings.c.business_id == self.business_id, *older, *alike)
            .order_by(_openings.c.id.desc())
            .limit(most)
        )
        return tuple(Opening(*row) for row in found)

    async def open_once(self, opening: Opening) -> bool:
        """Open a slot; False if it is open already, or that appointment opened it before (R1)."""
        names = opening.__dataclass_fields__
        return await self.insert_once(
            OpeningRow, **{name: getattr(opening, name) for name in names}
        )

    async def settle(
        self,
        opening_id: str,
        status: OpeningStatus,
        *,
        at: datetime,
        reason: str = "",
        filled_by: str | None = None,
    ) -> bool:
        """End an opening that is still open; False if something else has ended it before (R4)."""
        return await self._change_open(
            opening_id,
            status=status,
            reason=reason,
            settled_at=at,
            filled_by=filled_by,
            looks_at=None,
            lease_until=None,
        )

    async def look_at(self, opening_id: str, at: datetime | None) -> bool:
        """Let the loop look at it at a moment, or only when something ends; False if it is over."""
        return await self._change_open(opening_id, looks_at=at, lease_until=None)

    async def _change_open(self, opening_id: str, **changes: object) -> bool:
        done = await self.line.execute(
            update(_openings)
            .where(
                _openings.c.business_id == self.business_id,
                _openings.c.id == opening_id,
                _openings.c.status == OpeningStatus.OPEN,
            )
            .values(changes)
        )
        return done.rowcount > 0
