"""Offers of every kind, sales and the contact ledger."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from jirani.rules.facts import OfferKind, OfferStatus
from jirani.rules.recovery.score import Tier
from jirani.store.base import Identified, Word

# Never gone out, or waiting to be asked once more: with `due_at`, the queue of the scheduler.
_WAITING = "status IN ('scheduled', 'deferred') AND leaving_at IS NULL"
# Planned or open, or sent whatever became of it: what was never sent may be planned anew (U2).
_ONE_A_STAY = (
    "reservation_id IS NOT NULL AND replaces IS NULL"
    " AND (status IN ('scheduled', 'offered', 'deferred') OR offered_at IS NOT NULL)"
)
_HAS_ITS_SLOT = (
    "kind <> 'cross_sell' OR primary_id IS NOT NULL AND service_id IS NOT NULL"
    " AND staff_id IS NOT NULL AND starts_at IS NOT NULL AND ends_at IS NOT NULL"
    " AND busy_until IS NOT NULL AND price IS NOT NULL AND currency IS NOT NULL"
    " AND offered_seq IS NOT NULL AND offered_at IS NOT NULL AND expires_at IS NOT NULL"
)
_HAS_ITS_OPENING = (
    "kind <> 'slot_recovery' OR opening_id IS NOT NULL AND lane IS NOT NULL"
    " AND service_id IS NOT NULL AND staff_id IS NOT NULL AND starts_at IS NOT NULL"
    " AND ends_at IS NOT NULL AND busy_until IS NOT NULL AND price IS NOT NULL"
    " AND currency IS NOT NULL AND offered_seq IS NOT NULL AND offered_at IS NOT NULL"
    " AND expires_at IS NOT NULL"
)
# R4: one live offer a lane. R2: one a customer; a late yes' new row names the one it replaces.
_LIVE_LANE = "opening_id IS NOT NULL AND status = 'offered'"
_ONE_AN_OPENING = "opening_id IS NOT NULL AND replaces IS NULL"
_HAS_AN_OPENING = "opening_id IS NOT NULL"
_HAS_ITS_LISTING = "reservation_id IS NULL OR listing_id IS NOT NULL"
# O3: what was sent was sent on terms, and they are kept.
_HAS_ITS_TERMS = (
    "reservation_id IS NULL OR status NOT IN ('offered', 'accepted')"
    " OR terms IS NOT NULL AND price IS NOT NULL AND currency IS NOT NULL"
    " AND offered_seq IS NOT NULL AND offered_at IS NOT NULL AND expires_at IS NOT NULL"
)


class OfferRow(Identified):
    """The one record for anything we propose to sell, on the terms it was sent with.

    What a kind has no use for is null: a cross-sell has its slot, an offer around a stay its
    reservation, and its terms from when it is sent; a recovered slot its opening.
    """

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
        ForeignKeyConstraint(
            ["business_id", "reservation_id"], ["reservations.business_id", "reservations.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "listing_id"], ["listings.business_id", "listings.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "opening_id"], ["slot_openings.business_id", "slot_openings.id"]
        ),
        CheckConstraint(_HAS_ITS_SLOT, name="slot"),
        CheckConstraint(_HAS_ITS_OPENING, name="opening"),
        CheckConstraint(_HAS_ITS_LISTING, name="listing"),
        CheckConstraint(_HAS_ITS_TERMS, name="terms"),
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
        # U2's last line: one a stay and kind.
        Index(
            "offers_one_a_stay_idx",
            "business_id",
            "reservation_id",
            "kind",
            unique=True,
            sqlite_where=text(_ONE_A_STAY),
            postgresql_where=text(_ONE_A_STAY),
        ),
        Index(
            "offers_due_idx",
            "due_at",
            "id",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
        # What was handed to the outbox and is not known to have arrived.
        Index(
            "offers_leaving_idx",
            "leaving_at",
            sqlite_where=text("leaving_at IS NOT NULL"),
            postgresql_where=text("leaving_at IS NOT NULL"),
        ),
        # What is learned from: looked at whenever something is tried.
        Index(
            "offers_trial_idx",
            "business_id",
            "kind",
            sqlite_where=text("trial IS NOT NULL"),
            postgresql_where=text("trial IS NOT NULL"),
        ),
        Index(
            "offers_lane_idx",
            *("business_id", "opening_id", "lane"),
            unique=True,
            sqlite_where=text(_LIVE_LANE),
            postgresql_where=text(_LIVE_LANE),
        ),
        Index(
            "offers_one_an_opening_idx",
            *("business_id", "opening_id", "customer_id"),
            unique=True,
            sqlite_where=text(_ONE_AN_OPENING),
            postgresql_where=text(_ONE_AN_OPENING),
        ),
        # All that were asked for an opening: looked at before each is asked (R2).
        Index(
            "offers_opening_idx",
            *("business_id", "opening_id"),
            sqlite_where=text(_HAS_AN_OPENING),
            postgresql_where=text(_HAS_AN_OPENING),
        ),
        Index("offers_thread_idx", "business_id", "thread_id"),
        Index("offers_reservation_idx", "business_id", "reservation_id"),
        Index("offers_customer_idx", "business_id", "customer_id"),
    )
    kind: Mapped[OfferKind] = mapped_column(Word(OfferKind))
    thread_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(String(40))
    primary_id: Mapped[str | None] = mapped_column(String(40))
    service_id: Mapped[str | None] = mapped_column(String(40))
    staff_id: Mapped[str | None] = mapped_column(String(40))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    busy_until: Mapped[datetime | None]
    price: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    status: Mapped[OfferStatus] = mapped_column(Word(OfferStatus))
    offered_seq: Mapped[int | None]
    offered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(40), default="")
    replaces: Mapped[str | None] = mapped_column(String(40))
    settled_seq: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    reservation_id: Mapped[str | None] = mapped_column(String(40))
    listing_id: Mapped[str | None] = mapped_column(String(40))
    planned_for: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_again: Mapped[bool] = mapped_column(default=False, server_default=false())
    deferred_at: Mapped[datetime | None]
    time_named: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    lease_until: Mapped[datetime | None]
    claim_token: Mapped[str | None] = mapped_column(String(40))
    leaving_at: Mapped[datetime | None]
    trial: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    opening_id: Mapped[str | None] = mapped_column(String(40))
    lane: Mapped[int | None]
    tier: Mapped[Tier | None] = mapped_column(Word(Tier))  # the customer's when they were asked


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
    appointment_id: Mapped[str | None] = mapped_column(String(40))
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    # applied, applied_internally, awaiting_payment, failed, reversed
    status: Mapped[str] = mapped_column(String(20))
    sold_at: Mapped[datetime]
    method: Mapped[str | None] = mapped_column(String(30))  # how it was recorded (U7)
    provider_ref: Mapped[str | None] = mapped_column(String(120))  # what proves it there
    note: Mapped[str | None] = mapped_column(Text)
    reversed_at: Mapped[datetime | None]


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
