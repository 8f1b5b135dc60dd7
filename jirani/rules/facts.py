"""The frozen facts that guards read and the store returns."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class AppointmentStatus(StrEnum):
    """Where an appointment stands; `held` and `confirmed` are live."""

    PROPOSED = "proposed"
    HELD = "held"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    RELEASED = "released"
    NO_SHOW = "no_show"


LIVE = frozenset({AppointmentStatus.HELD, AppointmentStatus.CONFIRMED})


class OfferKind(StrEnum):
    """What is offered. Stays and slot recovery bring their own kinds."""

    CROSS_SELL = "cross_sell"


class OfferStatus(StrEnum):
    """Where an offer stands; everything after `deferred` is final."""

    SCHEDULED = "scheduled"
    OFFERED = "offered"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ProposalKind(StrEnum):
    """What waits for the guest's confirmation."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class PaymentStatus(StrEnum):
    """Where a payment stands (domain §1)."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    REFUNDED = "refunded"
    PAID_UNFULFILLED = "paid_unfulfilled"
    DUE_AT_VENUE = "due_at_venue"


class PaymentPolicy(StrEnum):
    """How a business is paid (X12)."""

    PAY_FIRST = "pay-first"
    PAY_OR_VENUE = "pay-or-venue"
    PAY_AT_VENUE = "pay-at-venue"


class Relation(StrEnum):
    """How two services relate (X4)."""

    COMPLEMENTARY = "complementary"
    ALTERNATIVE = "alternative"
    SEQUENTIAL = "sequential"


class Direction(StrEnum):
    """From which end an edge may be walked (X4)."""

    UNIDIRECTIONAL = "unidirectional"
    BIDIRECTIONAL = "bidirectional"


@dataclass(frozen=True, slots=True)
class Slot:
    """A staff member's time; what is held and excluded is [start, busy_until)."""

    staff_id: str
    start: datetime
    busy_until: datetime


@dataclass(frozen=True, slots=True)
class Business:
    """A tenant. `zone` is an IANA name, `currency` ISO 4217, `locale` `en` or `sw`."""

    id: str
    slug: str
    name: str
    vertical: str
    zone: str
    currency: str
    locale: str
    payment_policy: PaymentPolicy


@dataclass(frozen=True, slots=True)
class Service:
    """What is sold: minutes of work, minutes of buffer behind it, price in minor units."""

    id: str
    name: str
    minutes: int
    buffer: int
    price: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who does services."""

    id: str
    name: str
    service_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hours:
    """When a staff member works on one weekday (0 is Monday), in local wall time."""

    staff_id: str
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class HoursException:
    """A day that differs: other hours, or closed when both times are None."""

    staff_id: str
    day: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Two related services; confidence 0..1 (X4)."""

    service_a: str
    service_b: str
    relation: Relation
    confidence: float
    direction: Direction


@dataclass(frozen=True, slots=True)
class Customer:
    """A person known to one business; name and phone are a contact, not an identity."""

    id: str
    name: str | None = None
    phone: str | None = None
    locale: str | None = None
    offers_stopped_at: datetime | None = None


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
class Snippet:
    """A piece of the business's knowledge, to answer questions with."""

    id: str
    topic: str
    language: str
    keywords: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the contact ledger (O5): an offer that was sent."""

    sent_at: datetime
    proactive: bool
    kind: str


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """The numbers of O5."""

    weekly_cap: int = 3
    window: timedelta = timedelta(days=7)
    spacing: timedelta = timedelta(hours=48)
    declines: int = 2
    pause: timedelta = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Timing:
    """Deadlines of booking and cross-sell (X8, X10-X12, P3); settings, these are the defaults."""

    grid: timedelta = timedelta(minutes=5)
    booking_hold: timedelta = timedelta(minutes=5)
    pair_hold: timedelta = timedelta(seconds=30)
    adjacency: timedelta = timedelta(minutes=15)
    charge_grace: timedelta = timedelta(seconds=90)
    late_yes: timedelta = timedelta(minutes=30)
    payment_retry_hold: timedelta = timedelta(minutes=5)
    payment_retry_wait: timedelta = timedelta(seconds=120)
    charge_prompt: timedelta = timedelta(seconds=120)
    contact_wait: timedelta = timedelta(minutes=30)  # an unpaid booking waits so long for a phone
    thread_idle: timedelta = timedelta(hours=24)
    horizon: timedelta = timedelta(days=180)  # how far ahead one can book


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a business sells and who does it, loaded once a turn."""

    services: tuple[Service, ...] = ()
    staff: tuple[Staff, ...] = ()

    def service(self, service_id: str) -> Service:
        """Return a service by id; LookupError if it is not this business's."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise LookupError(service_id)

    def member(self, staff_id: str) -> Staff:
        """Return a staff member by id; LookupError if not this business's."""
        for member in self.staff:
            if member.id == staff_id:
                return member
        raise LookupError(staff_id)

    def qualified(self, service_id: str) -> tuple[Staff, ...]:
        """Return the staff members who may do a service."""
        return tuple(member for member in self.staff if service_id in member.service_ids)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours, exceptions and busy times of staff members over a range of days."""

    hours: tuple[Hours, ...] = ()
    exceptions: tuple[HoursException, ...] = ()
    busy: tuple[Slot, ...] = field(default=())
