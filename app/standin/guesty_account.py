"""The account at Guesty that is stood in for: its terms, its ids, how it writes things down."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from app.standin.ground import StandIn
from jirani.connectors.pms import PmsListing, PmsNight, PmsReservation
from jirani.rules.currency import minor_digits

NAME = "guesty"
BALANCE = frozenset({"balanceDue", "totalPaid", "isFullyPaid"})
_OVERVIEW = frozenset(
    (
        *("currency", "updatedAt", "canceledAt", "platform", "source", "listingId"),
        *("subTotalPrice", "hostPayout", "totalFees", "totalTaxes"),
    )
)
_ITEMS = frozenset(
    ("title", "totalPrice", "normalType", "secondIdentifier", "origin", "listingId", "stayIndex")
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What this account does where nobody knows for sure what Guesty does, or where both occur.

    `overview_fields` and `item_fields` are the names a folio knows: neither `BALANCE` nor
    `description` is confirmed to be among them. `v3_hides` are channels V3 was seen to leave out;
    `names_conversation`: a stay names its own in V3. `lines_are_due`: what is put on the bill of a
    paid stay is owed until somebody pays it too. `limited`: count, and refuse what is too much.
    `refusal` is how a call is refused: a 403 would be taken for a dead token, and cost a new one.
    """

    client_id: str = ""  # any, if empty
    client_secret: str = field(default="", repr=False)
    overview_fields: frozenset[str] = _OVERVIEW
    item_fields: frozenset[str] = _ITEMS
    v3_hides: frozenset[str] = frozenset()
    legacy_until: datetime | None = datetime(2027, 3, 1, tzinfo=UTC)
    knows_upsells: bool = True  # takes `isUpsellFee`
    names_conversation: bool = True
    lines_are_due: bool = False
    limited: bool = False
    refusal: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass
class Kept:
    """What Guesty knows of a thing beside what the world knows of it, by the world's names."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    custom: dict[str, dict[str, Any]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    nights: dict[str, tuple[PmsNight, ...]] = field(default_factory=dict)  # as last read
    guests: dict[str, str] = field(default_factory=dict)  # by id, the stay last told of
    unpaid_for: set[str] = field(default_factory=set)  # stays whose payment is not shown now


class Account:
    """The world behind it, by Guesty's ids."""

    def __init__(self, standin: StandIn, terms: Terms) -> None:
        self.standin = standin
        self.memory = standin.memory
        self.world = standin.world
        self.terms = terms
        self.kept = Kept()
        standin.kept[NAME] = {"account": self.kept}
        self.accountid = self.id("account", "stand-in")

    def now(self) -> datetime:
        """Return what time it is in the world."""
        return self.memory.clock()

    def id(self, kind: str, ref: str) -> str:
        """Return a thing's id."""
        return self.standin.ids.hexed(kind, ref)

    def ref(self, kind: str, id: object) -> str | None:
        """Return the world's name of a thing, also of one whose id nobody was given yet."""
        found = self.standin.ids.ref(kind, id)
        if found is None:
            for each in self._names(kind):
                self.id(kind, each)
            found = self.standin.ids.ref(kind, id)
        return found

    def reservation(self, id: object) -> str | None:
        """Return the world's name of a stay."""
        return self.ref("reservation", id)

    def stay(self, id: object) -> PmsReservation | None:
        """Find a stay."""
        ref = self.reservation(id)
        return self.world.reservations.get(ref) if ref else None

    def listing(self, id: object) -> PmsListing | None:
        """Find a place."""
        ref = self.ref("listing", id)
        return self.world.listing(ref) if ref else None

    def guest(self, stay: PmsReservation) -> str:
        """Return the id of a stay's guest."""
        id = self.id("guest", stay.guest_ref or f"booker of {stay.ref}")
        self.kept.guests[id] = stay.ref
        return id

    def booked_by(self, guest: str) -> PmsReservation | None:
        """Find a stay of a guest."""
        if guest not in self.kept.guests:
            for stay in self.world.reservations.values():
                self.guest(stay)
        return self.world.reservations.get(self.kept.guests.get(guest, ""))

    def conversation(self, stay: PmsReservation) -> str | None:
        """Return the id of a stay's conversation; None: there is none."""
        known = self.world.conversation(stay.ref)
        return None if known is None else self.id("conversation", known)

    def _names(self, kind: str) -> Iterable[str]:
        world = self.world
        if kind == "reservation":
            return world.reservations
        if kind == "listing":
            return (place.ref for place in world.listings())
        if kind == "conversation":
            talks = (world.conversation(ref) for ref in world.reservations)
            return (each for each in talks if each is not None)
        if kind == "task":
            return world.tasks
        if kind == "fee":
            return (line.ref for lines in world.fees.values() for line in lines)
        return ()


def instant(at: datetime | None) -> str | None:
    """Write an instant: UTC, with milliseconds and `Z`."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def wall(at: time | None) -> str | None:
    """Write a time of day."""
    return None if at is None else f"{at:%H:%M}"


def amount(minor: int | None, currency: str | None) -> float | int | None:
    """Write money as a number of whole units."""
    if minor is None or currency is None:
        return None
    number = Decimal(minor).scaleb(-minor_digits(currency))
    return int(number) if number == number.to_integral_value() else float(number)


def minor(number: float, currency: str) -> int:
    """Read a number of whole units as minor ones."""
    return round(Decimal(str(number)).scaleb(minor_digits(currency)))


def local(day: date, at: time | None, zone: str | None) -> datetime | None:
    """Return the instant of a wall time at a place; None if either is not known."""
    if at is None or zone is None:
        return None
    return datetime.combine(day, at, ZoneInfo(zone))
