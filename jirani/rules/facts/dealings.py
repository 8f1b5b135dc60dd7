"""What happens between a business and a customer."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.facts.house import Slot
from jirani.rules.facts.words import (
    AppointmentStatus,
    OfferKind,
    OfferStatus,
    PaymentStatus,
    ProposalKind,
    ProposalStatus,
)


@dataclass(frozen=True, slots=True)
class Customer:
    """A person known to one business; name and phone are a contact, not an identity."""

    id: str
    name: str | None = None
    phone: str | None = None
    locale: str | None = None
    offers_stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation about one booking; cross-sell state lives and dies with it."""

    id: str
    customer_id: str
    channel: str
    peer: str
    opened_at: datetime
    last_at: datetime
    ended_at: datetime | None = None
    cross_sell_declined: bool = False
    cross_sell_suggested: bool = False  # named while the slot was chosen (X14)
    charge_at: datetime | None = None  # when the charge goes out by itself (X10)
    asked_contact_at: datetime | None = None
    person_since: datetime | None = None  # a person has taken over
    misunderstood: int = 0  # in a row
    requests: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Appointment:
    """A service by a staff member; `ends_at` excludes the buffer, `busy_until` includes it."""

    id: str
    thread_id: str
    customer_id: str
    service_id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime
    price: int
    currency: str
    status: AppointmentStatus
    hold_until: datetime | None = None
    source: str = "chat"
    moved_from: str | None = None

    @property
    def slot(self) -> Slot:
        """The time it keeps its staff member busy."""
        return Slot(self.staff_id, self.starts_at, self.busy_until)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A booking, a move or a cancellation waiting for the guest's yes (O1)."""

    id: str
    thread_id: str
    kind: ProposalKind
    appointment_id: str  # the appointment to confirm, or to cancel
    moves_id: str | None  # the appointment given up by a move
    status: ProposalStatus
    asked_seq: int  # the guest message it answers: a yes must come later
    expires_at: datetime
    accepted_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Something we propose to sell, on the terms stored when it was sent (O1, O3)."""

    id: str
    kind: OfferKind
    thread_id: str
    customer_id: str
    primary_id: str
    service_id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime
    price: int
    currency: str
    status: OfferStatus
    offered_seq: int  # the guest message it was sent in answer to: a yes must come later
    expires_at: datetime
    reason: str = ""
    replaces: str | None = None
    settled_seq: int | None = None  # the guest message that accepted or declined it

    @property
    def slot(self) -> Slot:
        """The time it keeps its staff member busy."""
        return Slot(self.staff_id, self.starts_at, self.busy_until)


@dataclass(frozen=True, slots=True)
class Offered:
    """What an answer to an offer of any kind is judged by (O1); one never sent asks nothing."""

    id: str
    kind: OfferKind
    thread_id: str
    status: OfferStatus
    offered_seq: int | None
    expires_at: datetime | None
    settled_seq: int | None


@dataclass(frozen=True, slots=True)
class Payment:
    """One charge; `amount` in minor units, the plain sum of its appointments (P4)."""

    id: str
    thread_id: str
    amount: int
    currency: str
    status: PaymentStatus
    method: str
    phone: str | None
    attempt: int
    created_at: datetime
    appointment_ids: tuple[str, ...] = ()
    token: str = ""
    provider_ref: str | None = None
    receipt: str | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None  # "callback" or "query"
    queries: int = 0
    next_query_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the contact ledger (O5): an offer that was sent."""

    sent_at: datetime
    proactive: bool
    kind: str
    offer_id: str = ""
