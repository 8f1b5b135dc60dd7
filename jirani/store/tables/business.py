"""Businesses, what they sell, who works when, and how their dials are set."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import Direction, PaymentPolicy, Relation, Role
from jirani.store.base import Base, Identified, Owned, Word


class BusinessRow(Base):
    """A tenant; its `business_id` is its own id, so that row security treats it as all others."""

    __tablename__ = "businesses"
    business_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    vertical: Mapped[str] = mapped_column(String(30))
    zone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(10))
    payment_policy: Mapped[PaymentPolicy] = mapped_column(Word(PaymentPolicy))
    created_at: Mapped[datetime]
    # When all scores are computed next (R7; null: now), by whom until when, and how far they are.
    scoring_due_at: Mapped[datetime | None]
    scoring_lease_until: Mapped[datetime | None]
    scored_to: Mapped[str | None] = mapped_column(String(40))


class DialRow(Owned):
    """A dial a business has set; no row means the vertical's default."""

    __tablename__ = "dials"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    dial: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class DialChangeRow(Identified):
    """The audit of dials: `before` and `after` are null where the default was in force."""

    __tablename__ = "dial_changes"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    dial: Mapped[str] = mapped_column(String(30))
    action: Mapped[str] = mapped_column(String(10))  # set or reset
    before: Mapped[str | None] = mapped_column(String(200))
    after: Mapped[str | None] = mapped_column(String(200))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


class ApiKeyRow(Identified):
    """A key an integrator calls with; its secret is nowhere, only the secret's SHA-256 in hex."""

    __tablename__ = "api_keys"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(Word(Role))
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class ServiceRow(Identified):
    """A service; price in minor units, never absent."""

    __tablename__ = "services"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        UniqueConstraint("business_id", "name"),
        CheckConstraint("minutes > 0 AND buffer >= 0 AND price >= 0", name="sane"),
    )
    name: Mapped[str] = mapped_column(String(120))
    minutes: Mapped[int]
    buffer: Mapped[int]
    price: Mapped[int]
    aliases: Mapped[list[Any]]
    active: Mapped[bool]


class StaffRow(Identified):
    """Somebody who does services."""

    __tablename__ = "staff"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        UniqueConstraint("business_id", "name"),
    )
    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool]


class StaffServiceRow(Owned):
    """Who is qualified for what."""

    __tablename__ = "staff_services"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"]),
        ForeignKeyConstraint(
            ["business_id", "service_id"], ["services.business_id", "services.id"]
        ),
        Index("staff_services_service_idx", "business_id", "service_id", "staff_id"),
    )
    staff_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    service_id: Mapped[str] = mapped_column(String(40), primary_key=True)


class HoursRow(Identified):
    """Weekly working hours in local wall time; a day may have several spans."""

    __tablename__ = "staff_hours"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"]),
        CheckConstraint("weekday BETWEEN 0 AND 6 AND closes > opens", name="sane"),
    )
    staff_id: Mapped[str] = mapped_column(String(40))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class HoursExceptionRow(Identified):
    """A day that differs; both times null: off that day."""

    __tablename__ = "staff_exceptions"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"]),
    )
    staff_id: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class RelationRow(Owned):
    """An edge of the service graph (X4)."""

    __tablename__ = "service_relations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "service_a"],
            ["services.business_id", "services.id"],
            name="service_relations_a_fk",
        ),
        ForeignKeyConstraint(
            ["business_id", "service_b"],
            ["services.business_id", "services.id"],
            name="service_relations_b_fk",
        ),
        CheckConstraint("confidence BETWEEN 0 AND 1 AND service_a <> service_b", name="sane"),
        Index("service_relations_b_idx", "business_id", "service_b"),
    )
    service_a: Mapped[str] = mapped_column(String(40), primary_key=True)
    service_b: Mapped[str] = mapped_column(String(40), primary_key=True)
    relation: Mapped[Relation] = mapped_column(Word(Relation), primary_key=True)
    confidence: Mapped[float]
    direction: Mapped[Direction] = mapped_column(Word(Direction))


class SnippetRow(Identified):
    """A piece of knowledge to answer guests' questions with; a listing's own, or everybody's."""

    __tablename__ = "snippets"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        ForeignKeyConstraint(
            ["business_id", "listing_id"], ["listings.business_id", "listings.id"]
        ),
    )
    topic: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10))
    keywords: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(String(1000))
    listing_id: Mapped[str | None] = mapped_column(String(40))
