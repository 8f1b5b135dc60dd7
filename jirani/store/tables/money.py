"""Payments, what they pay for, callbacks nobody asked for, and the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import PaymentStatus
from jirani.store.base import Identified, Owned, Word

_OPEN = "status IN ('pending', 'unknown')"


class PaymentRow(Identified):
    """One charge, written before anything is pushed (P1)."""

    __tablename__ = "payments"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "thread_id"], ["threads.business_id", "threads.id"]),
        CheckConstraint("amount >= 0", name="sane"),
        # P3's last line: one open charge per thread and per phone.
        Index(
            "payments_one_open_idx",
            "business_id",
            "thread_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(
            "payments_phone_open_idx",
            "business_id",
            "phone",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("payments_query_idx", "next_query_at"),
        Index("payments_receipt_idx", "business_id", "receipt", unique=True),
    )
    thread_id: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[PaymentStatus] = mapped_column(Word(PaymentStatus))
    method: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str | None] = mapped_column(String(20))
    attempt: Mapped[int]
    created_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(64))
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    receipt: Mapped[str | None] = mapped_column(String(60))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(20))
    queries: Mapped[int]
    next_query_at: Mapped[datetime | None]


class PaymentItemRow(Owned):
    """Which appointments a payment pays for (X10: it names both)."""

    __tablename__ = "payment_items"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "payment_id"], ["payments.business_id", "payments.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "appointment_id"], ["appointments.business_id", "appointments.id"]
        ),
    )
    payment_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    appointment_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    amount: Mapped[int]


class CallbackRow(Identified):
    """Every payment callback as it came; not `routed` where it matched nothing of ours (P2)."""

    __tablename__ = "payment_callbacks"
    payment_id: Mapped[str | None] = mapped_column(String(80))
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    routed: Mapped[bool]
    body: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class OutboxRow(Identified):
    """Everything that leaves: a message or a charge, once, in order per peer."""

    __tablename__ = "outbox"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        # O4: what is done again is not sent again.
        Index("outbox_dedupe_idx", "business_id", "dedupe_key", unique=True),
        Index(
            "outbox_due_idx",
            "not_before",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index(
            "outbox_peer_idx",
            "peer",
            "id",
            sqlite_where=text("state IN ('ready', 'claimed', 'sending')"),
            postgresql_where=text("state IN ('ready', 'claimed', 'sending')"),
        ),
    )
    thread_id: Mapped[str | None] = mapped_column(String(40))
    peer: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))  # message or charge
    purpose: Mapped[str] = mapped_column(String(20))  # transactional or promotional
    dedupe_key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(Text)
