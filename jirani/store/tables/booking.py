"""Appointments, proposals, offers, sales and the contact ledger."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import (
    AppointmentStatus,
    OfferKind,
    OfferStatus,
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


class OfferRow(Identified):
    """The one record for anything we propose to sell, on the terms it was sent with."""

    __tablename__ = "offers"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "thread_id"], ["threads.business_id", "threads.id"]),
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "primary_id"], ["appointments.business_id", "appointments.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "service_id"], ["services.business_id", "services.id"]
        ),
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"]),
        # X2's last line: one cross-sell a thread; a late yes' new row names the one it replaces.
        Index(
            "offers_one_cross_sell_idx",
            "business_id",
            "thread_id",
            unique=True,
            sqlite_where=text("kind = 'cross_sell' AND replaces IS NULL"),
            postgresql_where=text("kind = 'cross_sell' AND replaces IS NULL"),
        ),
        # X11: an offer is revived once.
        Index("offers_replaces_idx", "business_id", "replaces", unique=True),
        Index(
            "offers_open_idx",
            "expires_at",
            sqlite_where=text("status = 'offered'"),
            postgresql_where=text("status = 'offered'"),
        ),
    )
    kind: Mapped[OfferKind] = mapped_column(Word(OfferKind))
    thread_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(String(40))
    primary_id: Mapped[str] = mapped_column(String(40))
    service_id: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_until: Mapped[datetime]
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[OfferStatus] = mapped_column(Word(OfferStatus))
    offered_seq: Mapped[int]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40), default="")
    replaces: Mapped[str | None] = mapped_column(String(40))
    settled_seq: Mapped[int | None]
    settled_at: Mapped[datetime | None]


class SaleRow(Identified):
    """What an accepted offer became; at most one per offer (O4)."""

    __tablename__ = "sales"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "offer_id"], ["offers.business_id", "offers.id"]),
        ForeignKeyConstraint(
            ["business_id", "appointment_id"], ["appointments.business_id", "appointments.id"]
        ),
        Index("sales_offer_idx", "business_id", "offer_id", unique=True),
    )
    offer_id: Mapped[str] = mapped_column(String(40))
    appointment_id: Mapped[str] = mapped_column(String(40))
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(20))  # applied, awaiting_payment, failed, reversed
    sold_at: Mapped[datetime]


class ContactRow(Identified):
    """The contact ledger (O5): one row per offer sent, whatever became of it."""

    __tablename__ = "contacts"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "offer_id"], ["offers.business_id", "offers.id"]),
        Index("contacts_customer_idx", "business_id", "customer_id", "sent_at"),
    )
    customer_id: Mapped[str] = mapped_column(String(40))
    offer_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    proactive: Mapped[bool]
    sent_at: Mapped[datetime]
