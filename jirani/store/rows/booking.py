"""Appointments and the proposals that wait for a yes (O1, X9)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all, update

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
from jirani.store.rows.base import Rows, as_fact, columns_of, table_of
from jirani.store.tables.booking import AppointmentRow, ProposalRow
from jirani.store.tables.selling import OfferRow


def _live() -> ColumnElement[bool]:
    return AppointmentRow.status.in_(LIVE)


def _not_of(opening_id: str) -> ColumnElement[bool]:
    return or_(OfferRow.opening_id.is_(None), OfferRow.opening_id != opening_id)


def with_origins(*where: ColumnElement[bool]) -> Select[Any]:
    """Select appointments, and with each what it was moved from; `where` names their business."""
    table = table_of(AppointmentRow)
    found = select(table.c.business_id, table.c.id, table.c.moved_from).where(*where)
    known = found.cte("known", recursive=True)
    origins = select(table.c.business_id, table.c.id, table.c.moved_from).where(
        table.c.business_id == known.c.business_id, table.c.id == known.c.moved_from
    )
    known = known.union(origins)
    return (
        select(*columns_of(Appointment, table))
        .where(table.c.business_id == known.c.business_id, table.c.id == known.c.id)
        .order_by(table.c.id)
    )


class AppointmentRows(Rows):
    """Appointments; the database refuses live ones that overlap (X9)."""

    async def get(self, appointment_id: str) -> Appointment:
        """Return an appointment; LookupError if there is none."""
        found = await self.fact(Appointment, AppointmentRow, appointment_id)
        if found is None:
            raise LookupError(appointment_id)
        return found

    async def add(self, appointment: Appointment) -> None:
        """Write an appointment; `Overlap` if the database refuses it (X9)."""
        names = appointment.__dataclass_fields__
        with overlap_named():
            await self.insert(
                AppointmentRow, **{name: getattr(appointment, name) for name in names}
            )

    async def change(self, appointment_id: str, **changes: Any) -> None:
        """Change an appointment; `Overlap` if the database refuses it (X9)."""
        with overlap_named():
            await self.update(AppointmentRow, appointment_id, **changes)

    async def of_thread(self, thread_id: str) -> tuple[Appointment, ...]:
        """Return a thread's appointments, oldest first, whatever became of them."""
        return await self.facts(
            Appointment,
            AppointmentRow,
            AppointmentRow.thread_id == thread_id,
            by=AppointmentRow.id,
        )

    async def with_origins(self, thread_id: str) -> tuple[Appointment, ...]:
        """Return a thread's appointments and those they were moved from, in whatever thread."""
        here = AppointmentRow.thread_id == thread_id
        found = await self.session.execute(
            with_origins(AppointmentRow.business_id == self.business_id, here)
        )
        return tuple(Appointment(*row) for row in found)

    async def moved_to(self, appointment_id: str, customer_id: str) -> Appointment | None:
        """Return what a customer's yes moved an appointment to, in whatever thread (O1)."""
        yes = (
            select(ProposalRow.id)
            .where(
                ProposalRow.business_id == self.business_id,
                ProposalRow.thread_id == AppointmentRow.thread_id,
                ProposalRow.appointment_id == AppointmentRow.id,
                ProposalRow.moves_id == appointment_id,
                ProposalRow.status == ProposalStatus.ACCEPTED,
            )
            .exists()
        )
        row = await self.session.scalar(
            self.mine(AppointmentRow).where(AppointmentRow.customer_id == customer_id, yes)
        )
        return as_fact(Appointment, row) if row else None

    async def of_customer(self, customer_id: str, after: datetime) -> tuple[Appointment, ...]:
        """Return a customer's live appointments that end after a moment."""
        return await self.facts(
            Appointment,
            AppointmentRow,
            AppointmentRow.customer_id == customer_id,
            _live(),
            AppointmentRow.ends_at > after,
            by=AppointmentRow.id,
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

    async def lapsed(self, now: datetime, staff: Iterable[str], customers: Iterable[str]) -> int:
        """Release live rows whose hold has run out and which stand in somebody's way (X9).

        Their `hold_until` stays: the sweeper finds them by it, and tells whose they were.
        """
        done = await self.session.execute(
            update(table_of(AppointmentRow))
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
        except_opening: str | None = None,
        lapsed_is_free: bool = True,
    ) -> tuple[Slot, ...]:
        """Return when staff are busy: live appointments, and others' open proposals and offers.

        `except_thread`: that conversation's own proposals and offers do not stand in its way;
        `except_appointment`: nor does the appointment a move gives up; `except_opening`: nor do the
        offers of one freed slot stand in each other's.
        """
        staff = list(staff_ids)
        free = AppointmentRow.hold_until <= now if lapsed_is_free else None
        booked = select(
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
        asked = (
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
        offered = select(OfferRow.staff_id, OfferRow.starts_at, OfferRow.busy_until).where(
            OfferRow.business_id == self.business_id,
            OfferRow.staff_id.in_(staff),
            OfferRow.starts_at < end,
            OfferRow.busy_until > start,
            OfferRow.status == OfferStatus.OFFERED,
            OfferRow.expires_at > now,
            OfferRow.thread_id != (except_thread or ""),
            *([] if except_opening is None else [_not_of(except_opening)]),
        )
        each: list[Any] = [booked, asked, offered]
        found = await self.session.execute(union_all(*each))
        return tuple(Slot(*row) for row in found)


class ProposalRows(Rows):
    """Bookings, moves and cancellations that wait for a yes."""

    async def get(self, proposal_id: str) -> Proposal | None:
        """Return a proposal, or None."""
        return await self.fact(Proposal, ProposalRow, proposal_id)

    async def add(self, proposal: Proposal) -> None:
        """Write a proposal."""
        names = proposal.__dataclass_fields__
        await self.insert(ProposalRow, **{name: getattr(proposal, name) for name in names})

    async def change(self, proposal_id: str, **changes: Any) -> None:
        """Change a proposal."""
        await self.update(ProposalRow, proposal_id, **changes)

    async def of_thread(self, thread_id: str) -> tuple[Proposal, ...]:
        """Return a thread's proposals, oldest first."""
        return await self.facts(
            Proposal, ProposalRow, ProposalRow.thread_id == thread_id, by=ProposalRow.id
        )
