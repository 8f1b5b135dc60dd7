"""Slots that came free, and how reliable customers are (R1-R7)."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import OpeningStatus
from jirani.rules.recovery.score import Tier
from jirani.store.base import Identified, Owned, Word

_OPEN = "status = 'open'"


class OpeningRow(Identified):
    """A slot that came free. `looks_at` is the queue: when the loop looks at it next (R4)."""

    __tablename__ = "slot_openings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "appointment_id"],
            ["appointments.business_id", "appointments.id"],
            name="slot_openings_appointment_fk",
        ),
        ForeignKeyConstraint(
            ["business_id", "filled_by"],
            ["appointments.business_id", "appointments.id"],
            name="slot_openings_filled_by_fk",
        ),
        ForeignKeyConstraint(["business_id", "left_by"], ["customers.business_id", "customers.id"]),
        ForeignKeyConstraint(
            ["business_id", "service_id"], ["services.business_id", "services.id"]
        ),
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"]),
        CheckConstraint("ends_at > starts_at AND busy_until >= ends_at", name="sane"),
        # R1's last line: one open opening a slot; and an appointment is given up once.
        Index(
            "slot_openings_one_open_idx",
            *("business_id", "staff_id", "starts_at"),
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("slot_openings_appointment_idx", "business_id", "appointment_id", unique=True),
        Index("slot_openings_filled_idx", "business_id", "filled_by"),
        Index("slot_openings_root_idx", "business_id", "root_id"),
        Index("slot_openings_opened_idx", "business_id", "opened_at"),
        Index(
            "slot_openings_due_idx",
            *("looks_at", "id"),
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )
    root_id: Mapped[str] = mapped_column(String(40))
    appointment_id: Mapped[str] = mapped_column(String(40))
    left_by: Mapped[str] = mapped_column(String(40))
    service_id: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_until: Mapped[datetime]
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[OpeningStatus] = mapped_column(Word(OpeningStatus))
    opened_at: Mapped[datetime]
    looks_at: Mapped[datetime | None]
    depth: Mapped[int]
    replaces: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(40), default="")
    settled_at: Mapped[datetime | None]
    filled_by: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]


class ScoreRow(Owned):
    """How reliable a customer is, and where that places them: three ascending numbers (R3, R7).

    Whoever wants to be told of freed slots has a row, computed or not, that says so: the walk down
    the order meets nobody else.
    """

    __tablename__ = "customer_scores"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
        CheckConstraint("points BETWEEN 0 AND 100", name="sane"),
        Index(
            "customer_scores_place_idx",
            *("business_id", "by_tier", "by_score", "by_time", "customer_id"),
            sqlite_where=text("listens = 1"),
            postgresql_where=text("listens"),
        ),
    )
    customer_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    listens: Mapped[bool] = mapped_column(default=False, server_default=false())
    points: Mapped[int]
    tier: Mapped[Tier] = mapped_column(Word(Tier))
    voids: Mapped[int]
    computed_at: Mapped[datetime | None]
    by_tier: Mapped[int]
    by_score: Mapped[int]
    by_time: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime | None]  # about a freed slot; the contact ledger's own copy
