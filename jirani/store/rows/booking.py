"""Appointments and the proposals that wait for a yes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    OfferStatus,
    Proposal,
    ProposalStatus,
    Slot,
)
from jirani.store.refusals import overlap_named
from jirani.store.rows.base import Rows, as_fact
from jirani.store.tables.booking import AppointmentRow, OfferRow, ProposalRow


def _live() -> ColumnElement[bool]:
    return AppointmentRow.status.in_(LIVE)


class AppointmentRows(Rows):
    """Appointments; the database refuses live ones that overlap (X9)."""

    async def get(self, appointment_id: str) -> Appointment:
        """Return an appointment; LookupError if there is none."""
        row = await self.session.get(AppointmentRow, (self.business_id, appointment_id))
        if row is None:
            raise LookupError(appointment_id)
        return as_fact(Appointment, row)

    async def add(self, appointment: Appointment) -> None:
        """Write an appointment; `Overlap` if the database refuses it (X9)."""
        names = appointment.__dataclass_fields__
        with overlap_named():
            self.insert(AppointmentRow, **{name: getattr(appointment, name) for name in names})
            await self.session.flush()

    async def change(self, appointment_id: str, **changes: Any) -> None:
        """Change an appointment; `Overlap` if the database refuses it (X9)."""
        with overlap_named():
            await self.update(AppointmentRow, appointment_id, **changes)

    async def of_thread(self, thread_id: str) -> tuple[Appointment, ...]:
        """Return a thread's appointments, oldest first, whatever became of them."""
        return await self._all(AppointmentRow.thread_id == thread_id)

    async def of_customer(self, customer_id: str, after: datetime) -> tuple[Appointment, ...]:
        """Return a customer's live appointments that end after a moment."""
        return await self._all(
            AppointmentRow.customer_id == customer_id, _live(), AppointmentRow.ends_at > after
        )

    async def page(
        self,
        start: datetime | None,
        end: datetime | None,
        statuses: Iterable[AppointmentStatus] = (),
        *,
        after: tuple[datetime, str] | None = None,
        most: int = 50,
    ) -> tuple[Appointment, ...]:
        """Return appointments that start in [start, end), by start and id, behind `after`."""
        where: list[ColumnElement[bool]] = []
        if start:
            where.append(AppointmentRow.starts_at >= start)
        if end:
            where.append(AppointmentRow.starts_at < end)
        if wanted := list(statuses):
            where.append(AppointmentRow.status.in_(wanted))
        if after:
            at, id = after
            same = and_(AppointmentRow.starts_at == at, AppointmentRow.id > id)
            where.append(or_(AppointmentRow.starts_at > at, same))
        rows = await self.session.scalars(
            self.mine(AppointmentRow)
            .where(*where)
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
            .limit(most)
        )
        return tuple(as_fact(Appointment, row) for row in rows)

    async def _all(self, *where: ColumnElement[bool]) -> tuple[Appointment, ...]:
        rows = await self.session.scalars(
            self.mine(AppointmentRow).where(*where).order_by(AppointmentRow.id)
        )
        return tuple(as_fact(Appointment, row) for row in rows)

    async def lapsed(self, now: datetime, staff: Iterable[str], customers: Iterable[str]) -> int:
        """Release live rows whose hold has run out and which stand in somebody's way (X9).

        Their `hold_until` stays: the sweeper finds them by it, and tells whose they were.
        """
        done = await self.session.execute(
            update(AppointmentRow)
            .where(
                AppointmentRow.business_id == self.business_id,
                _live(),
                AppointmentRow.hold_until <= now,
                or_(
                    AppointmentRow.staff_id.in_(list(staff)),
                    AppointmentRow.customer_id.in_(list(customers)),
                ),
            )
            .values(status=AppointmentStatus.RELEASED)
            .returning(AppointmentRow.id)
        )
        return len(done.all())

    async def busy(
        self,
        staff_ids: Iterable[str],
        start: datetime,
        end: datetime,
        now: datetime,
        *,
        except_thread: str | None = None,
        except_appointment: str | None = None,
        lapsed_is_free: bool = True,
    ) -> tuple[Slot, ...]:
        """Return when staff are busy: live appointments, and others' open proposals and offers.

        `except_thread`: that conversation's own proposals and offers do not stand in its way;
        `except_appointment`: nor does the appointment a move gives up.
        """
        staff = list(staff_ids)
        free = AppointmentRow.hold_until <= now if lapsed_is_free else None
        booked = await self.session.execute(
            select(
                AppointmentRow.staff_id, AppointmentRow.starts_at, AppointmentRow.busy_until
            ).where(
                AppointmentRow.business_id == self.business_id,
                AppointmentRow.staff_id.in_(staff),
                AppointmentRow.starts_at < end,
                AppointmentRow.busy_until > start,
                _live(),
                AppointmentRow.id != (except_appointment or ""),
                *([] if free is None else [or_(AppointmentRow.hold_until.is_(None), ~free)]),
            )
        )
        asked = await self.session.execute(
            select(AppointmentRow.staff_id, AppointmentRow.starts_at, AppointmentRow.busy_until)
            .join(
                ProposalRow,
                and_(
                    ProposalRow.business_id == AppointmentRow.business_id,
                    ProposalRow.appointment_id == AppointmentRow.id,
                ),
            )
            .where(
                AppointmentRow.business_id == self.business_id,
                AppointmentRow.staff_id.in_(staff),
                AppointmentRow.starts_at < end,
                AppointmentRow.busy_until > start,
                AppointmentRow.status == AppointmentStatus.PROPOSED,
                ProposalRow.status == ProposalStatus.OPEN,
                ProposalRow.expires_at > now,
                ProposalRow.thread_id != (except_thread or ""),
            )
        )
        offered = await self.session.execute(
            select(OfferRow.staff_id, OfferRow.starts_at, OfferRow.busy_until).where(
                OfferRow.business_id == self.business_id,
                OfferRow.staff_id.in_(staff),
                OfferRow.starts_at < end,
                OfferRow.busy_until > start,
                OfferRow.status == OfferStatus.OFFERED,
                OfferRow.expires_at > now,
                OfferRow.thread_id != (except_thread or ""),
            )
        )
        return tuple(Slot(*row) for found in (booked, asked, offered) for row in found)


class ProposalRows(Rows):
    """Bookings, moves and cancellations that wait for a yes."""

    async def get(self, proposal_id: str) -> Proposal | None:
        """Return a proposal, or None."""
        row = await self.session.get(ProposalRow, (self.business_id, proposal_id))
        return None if row is None else as_fact(Proposal, row)

    async def add(self, proposal: Proposal) -> None:
        """Write a proposal."""
        names = proposal.__dataclass_fields__
        self.insert(ProposalRow, **{name: getattr(proposal, name) for name in names})
        await self.session.flush()

    async def change(self, proposal_id: str, **changes: Any) -> None:
        """Change a proposal."""
        await self.update(ProposalRow, proposal_id, **changes)

    async def of_thread(self, thread_id: str) -> tuple[Proposal, ...]:
        """Return a thread's proposals, oldest first."""
        rows = await self.session.scalars(
            self.mine(ProposalRow)
            .where(ProposalRow.thread_id == thread_id)
            .order_by(ProposalRow.id)
        )
        return tuple(as_fact(Proposal, row) for row in rows)
