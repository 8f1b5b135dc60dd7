"""Stays: listings, reservations, calendars, and what is offered around them (domain §4)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from jirani.rules.facts.words import OfferKind, OfferStatus

STAY_CHANNEL = "pms"  # the channel of a conversation that a property-management system keeps


class StayStatus(StrEnum):
    """Where a reservation stands; each PMS's own words are mapped onto these (U1)."""

    INQUIRY = "inquiry"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    NO_SHOW = "no_show"
    OWNER = "owner"
    UNKNOWN = "unknown"


class StayPayment(StrEnum):
    """Whether a stay is paid; kept apart from its status (U1)."""

    PAID = "paid"
    PARTIAL = "partial"
    UNPAID = "unpaid"
    UNKNOWN = "unknown"


class NightState(StrEnum):
    """What a PMS's calendar says of one night."""

    FREE = "free"
    BOOKED = "booked"
    BLOCKED = "blocked"
    CLOSED = "closed"  # empty, but not sold
    UNKNOWN = "unknown"


class TaskKind(StrEnum):
    """What is to be done at a listing."""

    CLEANING = "cleaning"
    MAINTENANCE = "maintenance"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Listing:
    """A place that is let by the night. Times are local wall times; None where the PMS has none."""

    id: str
    pms: str
    ref: str  # the PMS's id of it
    name: str
    zone: str | None
    currency: str | None
    check_in: time | None  # standard
    check_out: time | None  # standard
    active: bool = True

    @property
    def tz(self) -> ZoneInfo:
        """Its zone; LookupError where it has none: nothing can be planned there (O8, O12)."""
        if self.zone is None:
            raise LookupError(f"listing {self.id} has no time zone")
        return ZoneInfo(self.zone)

    def at(self, day: date, wall: time) -> datetime:
        """Return the instant of a local wall time on a day."""
        return datetime.combine(day, wall, self.tz)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Our copy of a stay that a PMS owns; `seen_at` is when it was last read there."""

    id: str
    pms: str
    ref: str
    listing_id: str
    customer_id: str
    thread_id: str
    status: StayStatus
    payment: StayPayment
    channel: str  # airbnb, booking, vrbo, expedia, direct, other
    arrival: date
    departure: date
    conversation: str | None = None  # where messages to this guest are posted
    guest_name: str | None = None
    guest_zone: str | None = None  # IANA, as the guest or the PMS stated it
    guest_phone: str | None = None
    do_not_disturb: bool = False
    code: str | None = None  # the channel's confirmation code
    currency: str | None = None
    updated_at: datetime | None = None  # as the PMS says: older news changes nothing (U2)
    seen_at: datetime | None = None

    @property
    def nights(self) -> int:
        """How many nights it lasts."""
        return (self.departure - self.arrival).days


@dataclass(frozen=True, slots=True)
class Night:
    """One night of a listing's calendar: from `day` to the next; `price` in minor units."""

    day: date
    state: NightState
    price: int | None = None
    currency: str | None = None
    reservation_ref: str | None = None  # whose, if it is booked


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done at a listing on a day, or in a span of time there."""

    ref: str
    kind: TaskKind
    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    done: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another stay at the same listing, as far as a turnover is concerned (U8)."""

    ref: str
    arrival: date
    departure: date


@dataclass(frozen=True, slots=True)
class Around:
    """A listing's calendar around a stay as it was read; None: it could not be read (O12)."""

    read_at: datetime
    nights: tuple[Night, ...] | None
    tasks: tuple[Task, ...] | None
    neighbours: tuple[Neighbour, ...] = ()

    def night(self, day: date) -> Night:
        """Return what is known of a night; `unknown` where nothing is."""
        for night in self.nights or ():
            if night.day == day:
                return night
        return Night(day, NightState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class KindSettings:
    """How a business, or one of its listings, sells one kind; read at the time of use (O3).

    `window` None: not configured, so nothing is planned (U1). `price` in minor units, None: not
    sold (domain §4). `wall` is the time offered: the earliest check-in or the latest check-out.
    """

    active: bool = True
    window: timedelta | None = timedelta(days=3)
    send_at: time = time(9)
    price: int | None = None
    wall: time | None = None
    discount: int = 10  # percent off each night's rate
    max_nights: int = 1
    turnover: timedelta = timedelta(hours=4)
    cut_off: timedelta = timedelta(hours=2)  # how late a guest may still ask for it (U11)
    learn: bool = False  # whether steps and times are tried, and learned from
    price_steps: tuple[int, ...] = ()  # prices that may be tried, minor units
    discount_steps: tuple[int, ...] = ()  # percent that may be tried
    other_send_at: time | None = None  # a second time of day that may be tried
    holdout: int = 20  # percent of guests with whom nothing is tried


class Group(StrEnum):
    """Whether things are tried with a guest, or never: the others are compared with those."""

    LEARNING = "learning"
    HOLDOUT = "holdout"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried with an offer: `step` is its price in minor units, or its discount."""

    group: Group
    step: int | None = None
    send_at: time | None = None  # the listing's time of day for which it was planned


@dataclass(frozen=True, slots=True)
class Terms:
    """What exactly is offered, stored when it is sent and honoured until the offer ends (O3).

    Local to the listing. `wall` for early and late; `nights` for gap nights; `day` is when it
    happens: the arrival, the departure, the day of the service, the first extra night.
    """

    day: date
    price: int
    currency: str
    wall: time | None = None
    standard: time | None = None
    nights: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class StayOffer:
    """An offer around a stay; one row of `offers`, from `scheduled` to its end (U2)."""

    id: str
    kind: OfferKind
    reservation_id: str
    listing_id: str
    customer_id: str
    thread_id: str
    status: OfferStatus
    due_at: datetime | None  # when it is to be sent, or asked once more
    terms: Terms | None = None  # from when it is sent
    offered_seq: int | None = None  # the guest message before it: a yes must come later
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str = ""
    replaces: str | None = None
    settled_seq: int | None = None
    settled_at: datetime | None = None
    asked_again: bool = False  # a deferred one is asked once more, never twice (O10)
    deferred_at: datetime | None = None
    time_named: bool = False  # the guest named the time (O10)
    attempts: int = 0
    leaving_at: datetime | None = None  # handed to the outbox, not yet known to have arrived
    planned_for: datetime | None = None  # what its plan says; `due_at` may be later (O6)
    trial: Trial | None = None  # what is learned from it, where the host lets that be


@dataclass(frozen=True, slots=True)
class StaySale:
    """What an offer became: `method` is how it is recorded, `provider_ref` proves it there."""

    id: str
    offer_id: str
    price: int
    currency: str
    status: str  # applied, applied_internally, awaiting_payment, failed, reversed
    sold_at: datetime
    method: str | None
    provider_ref: str | None
    note: str | None
    reversed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay as a guard sees it: the reservation, its listing, and what surrounds them."""

    reservation: Reservation
    listing: Listing
    around: Around | None = None
    offers: tuple[StayOffer, ...] = field(default=())
