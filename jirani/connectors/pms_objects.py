"""What a property-management system tells, in one shape for all of them.

Its ids are opaque strings, money is integer minor units, instants are aware, wall times are the
listing's own. What a PMS does not give is None or `unknown`, never a default: an unknown is a no
for the rules (O12).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from jirani.rules.facts import (
    Neighbour,
    Night,
    NightState,
    OfferKind,
    StayPayment,
    StayStatus,
    Task,
    TaskKind,
)


@dataclass(frozen=True, slots=True)
class PmsReservation:
    """A stay as the PMS has it now; `status_raw` and `payment_basis` say how we came to think so.

    Dates stand as they were told, even swapped ones: who takes them in parks what makes no sense.
    """

    ref: str
    listing_ref: str
    status: StayStatus
    payment: StayPayment
    arrival: date
    departure: date
    channel: str = "other"  # airbnb, booking, vrbo, expedia, direct, other
    code: str | None = None  # the channel's confirmation code
    conversation: str | None = None  # None: not told here, see `Pms.conversation`
    guest_ref: str | None = None
    guest_name: str | None = None
    guest_email: str | None = None
    guest_phone: str | None = None
    guest_locale: str | None = None
    guest_zone: str | None = None
    guests: int | None = None
    do_not_disturb: bool = False
    check_in: time | None = None  # planned for this stay; None: the listing's
    check_out: time | None = None
    total: int | None = None
    currency: str | None = None
    updated_at: datetime | None = None
    status_raw: str = ""
    payment_basis: str = ""  # flag, balance, ota_prepaid, channel


@dataclass(frozen=True, slots=True)
class PmsListing:
    """A place as the PMS has it; `zone` and the times are None where it knows none."""

    ref: str
    name: str
    zone: str | None
    currency: str | None
    check_in: time | None
    check_out: time | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class PmsNight:
    """The night from `day` to the next; `units` is how many are free, where several are let."""

    day: date
    state: NightState
    price: int | None = None
    currency: str | None = None
    min_stay: int | None = None
    closed_to_arrival: bool | None = None
    closed_to_departure: bool | None = None
    units: int | None = None
    reservation_refs: tuple[str, ...] = ()

    @property
    def fact(self) -> Night:
        """What the rules see of it."""
        ref = self.reservation_refs[0] if self.reservation_refs else None
        return Night(self.day, self.state, self.price, self.currency, ref)


@dataclass(frozen=True, slots=True)
class PmsCalendar:
    """A listing's nights, one for each day asked for; `as_of` is how old they are (U10)."""

    listing_ref: str
    nights: tuple[PmsNight, ...]
    as_of: datetime

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """The stays it shows, as far as it reaches: booked nights of one reservation in a row.

        A booking without a reservation, as an imported calendar has them, gets the ref `""`.
        """
        stays: list[Neighbour] = []
        begun: dict[str, date] = {}
        for night in self.nights:
            booked = night.state is NightState.BOOKED
            refs = night.reservation_refs or ("",) if booked else ()
            if not refs and not begun:  # so are most nights of most calendars
                continue
            stays += [Neighbour(ref, at, night.day) for ref, at in begun.items() if ref not in refs]
            begun = {ref: begun.get(ref, night.day) for ref in refs}
        if begun:
            end = self.nights[-1].day + timedelta(days=1)
            stays += [Neighbour(ref, at, end) for ref, at in begun.items()]
        return tuple(sorted(stays, key=lambda one: (one.arrival, one.ref)))

    @classmethod
    def filled(
        cls, listing_ref: str, nights: Sequence[PmsNight], first: date, last: date, as_of: datetime
    ) -> "PmsCalendar":
        """Make one of what was told: a night nobody spoke of is unknown, another's is dropped."""
        told = {night.day: night for night in nights}
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        every = tuple(told.get(day) or PmsNight(day, NightState.UNKNOWN) for day in days)
        return cls(listing_ref, every, as_of)


class Direction(StrEnum):
    """Who wrote a message; what we post and what the host types both go `out`."""

    IN = "in"
    OUT = "out"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class PmsMessage:
    """A message of a conversation, as plain text; `key` is ours, where the PMS keeps it."""

    ref: str
    conversation: str
    direction: Direction
    text: str
    sent_at: datetime
    reservation_ref: str | None = None
    failed: bool = False  # the PMS took it, and could not bring it to the guest
    key: str | None = None


@dataclass(frozen=True, slots=True)
class PmsTask:
    """Something to be done at a listing; `day` is local to it."""

    ref: str
    listing_ref: str
    kind: TaskKind
    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    reservation_ref: str | None = None
    title: str = ""
    done: bool = False
    cancelled: bool = False

    @property
    def fact(self) -> Task:
        """What the rules see of it."""
        return Task(
            *(self.ref, self.kind, self.day, self.starts_at, self.ends_at),
            done=self.done,
            cancelled=self.cancelled,
        )


@dataclass(frozen=True, slots=True)
class PmsFee:
    """A line on a reservation's bill."""

    ref: str
    reservation_ref: str
    title: str
    amount: int
    currency: str | None
    key: str | None = None  # ours, where the PMS keeps it


@dataclass(frozen=True, slots=True)
class NewFee:
    """A fee to put on a reservation for what was sold on `day`; `key` is the sale's (U7)."""

    key: str
    reservation_ref: str
    kind: OfferKind
    title: str
    amount: int
    currency: str
    day: date


@dataclass(frozen=True, slots=True)
class Extension:
    """Nights to add to a stay before its arrival or from its departure on, and their price."""

    key: str
    reservation_ref: str
    nights: tuple[date, ...]
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to put on a listing's plan."""

    key: str
    listing_ref: str
    kind: TaskKind
    title: str
    day: date
    reservation_ref: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
