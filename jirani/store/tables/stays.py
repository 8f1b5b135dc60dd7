"""Listings, our copies of reservations, how kinds are sold, the PMS's news, and turnovers."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import Preference, StayPayment, StayStatus
from jirani.store.base import Identified, Owned, Word


class ListingRow(Identified):
    """A place that is let by the night, as its PMS describes it."""

    __tablename__ = "listings"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        UniqueConstraint("business_id", "pms", "ref"),
    )
    pms: Mapped[str] = mapped_column(String(30))
    ref: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str | None] = mapped_column(String(60))
    currency: Mapped[str | None] = mapped_column(String(3))
    check_in: Mapped[time | None]
    check_out: Mapped[time | None]
    active: Mapped[bool]


class ReservationRow(Identified):
    """Our copy of a stay that a PMS owns."""

    __tablename__ = "reservations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "listing_id"], ["listings.business_id", "listings.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
        ForeignKeyConstraint(["business_id", "thread_id"], ["threads.business_id", "threads.id"]),
        UniqueConstraint("business_id", "pms", "ref"),
        Index("reservations_listing_idx", "business_id", "listing_id", "departure"),
        Index("reservations_thread_idx", "business_id", "thread_id"),
        Index("reservations_customer_idx", "business_id", "customer_id", "departure"),
    )
    pms: Mapped[str] = mapped_column(String(30))
    ref: Mapped[str] = mapped_column(String(120))
    listing_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(String(40))
    thread_id: Mapped[str] = mapped_column(String(40))
    status: Mapped[StayStatus] = mapped_column(Word(StayStatus))
    payment: Mapped[StayPayment] = mapped_column(Word(StayPayment))
    channel: Mapped[str] = mapped_column(String(30))
    arrival: Mapped[date]
    departure: Mapped[date]
    conversation: Mapped[str | None] = mapped_column(String(120))
    guest_name: Mapped[str | None] = mapped_column(String(200))
    guest_zone: Mapped[str | None] = mapped_column(String(60))
    guest_phone: Mapped[str | None] = mapped_column(String(40))
    do_not_disturb: Mapped[bool]
    code: Mapped[str | None] = mapped_column(String(60))
    currency: Mapped[str | None] = mapped_column(String(3))
    updated_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class StaySettingRow(Owned):
    """A setting of how a kind is sold; '' stands for every listing, or every kind (O3, U9)."""

    __tablename__ = "stay_settings"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    listing_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)  # JSON's null is a value: "not sold", "no window"


class StaySettingChangeRow(Identified):
    """The audit of these settings; `before` and `after` are null where none was made."""

    __tablename__ = "stay_setting_changes"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    listing_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(30))
    action: Mapped[str] = mapped_column(String(10))  # set or reset
    before: Mapped[Any | None] = mapped_column(JSON)
    after: Mapped[Any | None] = mapped_column(JSON)
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


class PmsEventRow(Identified):
    """What a PMS told us, as it came, until it has been taken in (U2)."""

    __tablename__ = "pms_events"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        UniqueConstraint("business_id", "pms", "dedupe_key"),
        Index(
            "pms_events_ready_idx",
            "received_at",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
    )
    pms: Mapped[str] = mapped_column(String(30))
    dedupe_key: Mapped[str] = mapped_column(String(200))
    body: Mapped[Any] = mapped_column(JSON)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))  # ready, done or parked
    lease_until: Mapped[datetime | None]  # not before this moment, by anybody
    attempts: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text)


class StayClaimRow(Owned):
    """What an offer takes of its listing's time; live ones that overlap are refused (U8)."""

    __tablename__ = "stay_claims"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "offer_id"], ["offers.business_id", "offers.id"]),
        ForeignKeyConstraint(
            ["business_id", "listing_id"], ["listings.business_id", "listings.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "reservation_id"], ["reservations.business_id", "reservations.id"]
        ),
        CheckConstraint("busy_until > starts_at", name="sane"),
        Index("stay_claims_listing_idx", "business_id", "listing_id", "starts_at"),
    )
    offer_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    listing_id: Mapped[str] = mapped_column(String(40))
    reservation_id: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    busy_until: Mapped[datetime]
    live: Mapped[bool]


class GuestPreferenceRow(Owned):
    """A guest's wish about offers: said by them, or entered by the host; never a guess."""

    __tablename__ = "guest_preferences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
    )
    customer_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[Preference] = mapped_column(Word(Preference), primary_key=True)
    source: Mapped[str] = mapped_column(String(10))  # guest or host
    said: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
