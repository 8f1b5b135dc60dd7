"""Appointments, and the proposals that wait for a yes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import (
    AppointmentStatus,
    ProposalKind,
    ProposalStatus,
)
from jirani.store.base import Identified, Word


class AppointmentRow(Identified):
    """A service by a staff member at a time. Overlaps are refused by the database (X9)."""

    __tablename__ = "appointments"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "thread_id"], ["threads.business_id", "threads.id"]),
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "service_id"], ["services.business_id", "services.id"]
        ),
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"]),
        CheckConstraint("ends_at > starts_at AND busy_until >= ends_at", name="sane"),
        Index("appointments_staff_idx", "business_id", "staff_id", "starts_at"),
        Index("appointments_customer_idx", "business_id", "customer_id", "starts_at"),
        Index("appointments_thread_idx", "business_id", "thread_id"),
        Index(
            "appointments_hold_idx",
            "hold_until",
            sqlite_where=text("hold_until IS NOT NULL"),
            postgresql_where=text("hold_until IS NOT NULL"),
        ),
    )
    thread_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(String(40))
    service_id: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_until: Mapped[datetime]
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[AppointmentStatus] = mapped_column(Word(AppointmentStatus))
    hold_until: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(20))
    moved_from: Mapped[str | None] = mapped_column(String(40))
    cancelled_at: Mapped[datetime | None]  # how late it was is what a score asks (R7)


class ProposalRow(Identified):
    """A booking, a move or a cancellation waiting for a yes."""

    __tablename__ = "proposals"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "thread_id"], ["threads.business_id", "threads.id"]),
        ForeignKeyConstraint(
            ["business_id", "appointment_id"], ["appointments.business_id", "appointments.id"]
        ),
        Index("proposals_thread_idx", "business_id", "thread_id"),
        Index(
            "proposals_open_idx",
            "expires_at",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
    thread_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ProposalKind] = mapped_column(Word(ProposalKind))
    appointment_id: Mapped[str] = mapped_column(String(40))
    moves_id: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[ProposalStatus] = mapped_column(Word(ProposalStatus))
    asked_seq: Mapped[int]
    expires_at: Mapped[datetime]
    accepted_seq: Mapped[int | None]
