"""Customers, threads, messages, finished turns, and what guards decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jirani.store.base import Identified, Owned


class CustomerRow(Identified):
    """A person known to one business; name and phone are what they typed, proven by nothing."""

    __tablename__ = "customers"
    __table_args__ = (ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),)
    name: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str | None] = mapped_column(String(10))
    offers_stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class IdentityRow(Owned):
    """How a customer is recognised: an address on a channel."""

    __tablename__ = "identities"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
        Index(
            "identities_opted_in_idx",
            "business_id",
            "customer_id",
            sqlite_where=text("opted_in_at IS NOT NULL"),
            postgresql_where=text("opted_in_at IS NOT NULL"),
        ),
    )
    channel: Mapped[str] = mapped_column(String(30), primary_key=True)
    peer: Mapped[str] = mapped_column(String(160), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(40))
    opted_in_at: Mapped[datetime | None]  # wants to be told of freed slots there (R2)
    opted_in_how: Mapped[str | None] = mapped_column(String(30))  # chat, import or api
    opted_in_said: Mapped[str | None] = mapped_column(String(300))  # what shows it, if not chat


class ThreadRow(Identified):
    """One conversation about one booking."""

    __tablename__ = "threads"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"]
        ),
        Index("threads_peer_idx", "business_id", "channel", "peer", "opened_at"),
        Index("threads_charge_idx", "charge_at"),
    )
    customer_id: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(30))
    peer: Mapped[str] = mapped_column(String(160))
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cross_sell_declined: Mapped[bool] = mapped_column(default=False)
    cross_sell_suggested: Mapped[bool] = mapped_column(default=False)  # X14
    charge_at: Mapped[datetime | None]
    asked_contact_at: Mapped[datetime | None]
    person_since: Mapped[datetime | None]
    misunderstood: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    tokens: Mapped[int] = mapped_column(default=0)
    shown: Mapped[list[Any]] = mapped_column(default=list)
    follows: Mapped[str | None] = mapped_column(String(40))  # the thread before it


class MessageRow(Owned):
    """One message; `seq` counts both sides of a thread."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "thread_id"], ["threads.business_id", "threads.id"]),
        UniqueConstraint("business_id", "dedupe_key"),
    )
    thread_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(10))  # guest, agent or person
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(10))
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    wish: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    button: Mapped[str | None] = mapped_column(String(120))  # the id of the one pressed
    at: Mapped[datetime]


class TurnRow(Owned):
    """A finished turn, append-only: the model's messages. No row: it is to be run again."""

    __tablename__ = "turns"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "thread_id", "seq"],
            ["messages.business_id", "messages.thread_id", "messages.seq"],
        ),
    )
    thread_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)  # of the guest's message it answered
    model: Mapped[str] = mapped_column(String(80))
    messages: Mapped[list[Any]]
    reply: Mapped[str] = mapped_column(Text)
    finished_at: Mapped[datetime]


class DecisionRow(Identified):
    """The why-not ledger: what a guard said, about what, with the facts it saw."""

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.business_id"]),
        Index("decisions_thread_idx", "business_id", "thread_id", "id"),
    )
    thread_id: Mapped[str | None] = mapped_column(String(40))
    seq: Mapped[int | None]
    stage: Mapped[str] = mapped_column(String(20))  # planning, sending, acceptance, booking, ...
    subject: Mapped[str | None] = mapped_column(String(40))  # an offer, proposal or payment
    guard: Mapped[str] = mapped_column(String(60))
    allowed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]
