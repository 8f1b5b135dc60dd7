"""The port to a property-management system: what every one of them is fitted to.

Reads answer or raise `PmsUnavailable`; writes answer with what became of them and never raise.
Nothing here retries by itself. Every write carries our key: asked again with the same key, a
connector first looks whether it is already done, since most systems know no such keys. Only `post`
leaves the looking to its caller, who knows what else was said there: see `pms_channel`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from jirani.connectors.pms_objects import (
    Direction,
    Extension,
    NewFee,
    NewTask,
    PmsCalendar,
    PmsFee,
    PmsListing,
    PmsMessage,
    PmsNight,
    PmsReservation,
    PmsTask,
)

__all__ = [
    "Capabilities",
    "Direction",
    "EventKind",
    "Extension",
    "FeeOutcome",
    "FeeResult",
    "Hook",
    "NewFee",
    "NewTask",
    "Page",
    "Pms",
    "PmsCalendar",
    "PmsEvent",
    "PmsFee",
    "PmsListing",
    "PmsMessage",
    "PmsNight",
    "PmsReservation",
    "PmsTask",
    "PmsUnavailable",
    "WriteOutcome",
    "Written",
    "Wrong",
]

T = TypeVar("T")


class Wrong(StrEnum):
    """Why a PMS could not be read, or did not write."""

    DOWN = "down"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    MALFORMED = "malformed"  # it answered, in words we do not understand
    REFUSED = "refused"  # it does not let us
    NOT_FOUND = "not_found"
    UNSUPPORTED = "unsupported"  # it has no such thing: see `Capabilities`


class PmsUnavailable(Exception):
    """A PMS could not be read: an unknown, so a no for now (O12)."""

    def __init__(
        self, reason: Wrong, detail: str = "", *, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a PMS can do at all; asked for the rest, reads raise and writes are `rejected`."""

    fees: bool = True  # lines on a reservation's bill, which can be read back
    extends: bool = True  # changes a stay's dates
    tasks: bool = True
    payment_links: bool = False  # a page where the guest of a direct booking may pay
    keeps_keys: bool = False  # a second post with one key is refused by the PMS itself
    longest_message: int = 4000  # in characters


class WriteOutcome(StrEnum):
    """What became of a write; the words of `channels.SendOutcome`."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # final
    RETRY = "retry"  # not processed, later
    UNKNOWN = "unknown"  # no answer, or none we understood: look before asking again


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to a write; `ref` is the PMS's id of what was written."""

    outcome: WriteOutcome
    ref: str | None = None
    reason: str = ""
    retry_after: timedelta | None = None


class FeeOutcome(StrEnum):
    """How a sale is on record (U7); the last two are not settled: ask again with the same key."""

    APPLIED = "applied"  # on the reservation, and seen there when read back
    RECORDED_ELSEWHERE = "recorded_elsewhere"  # with the PMS, but not on the bill: `method` says
    INTERNAL_ONLY = "internal_only"  # with us
    NEEDS_HOST_ACTION = "needs_host_action"  # the host does the rest at `host_url`
    FAILED = "failed"  # refused for good
    RETRY = "retry"  # not processed, later
    UNKNOWN = "unknown"  # no answer, and reading did not show it either

    @property
    def settled(self) -> bool:
        """Whether asking again would change nothing."""
        return self not in (FeeOutcome.RETRY, FeeOutcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class FeeResult:
    """How a fee or an extension went; `verified`: it was read back. `audit` is what was said."""

    outcome: FeeOutcome
    method: str = ""
    ref: str | None = None
    verified: bool = False
    host_url: str | None = None
    guest_url: str | None = None  # where the guest may pay (direct bookings only)
    reason: str = ""
    retry_after: timedelta | None = None
    audit: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list; `after` asks for the next ones, None: there are none.

    `skipped` names the rows that could not be read at all, with the reason: they hold up no other.
    """

    items: tuple[T, ...]
    after: str | None = None
    skipped: tuple[str, ...] = ()


class EventKind(StrEnum):
    """What a webhook hints at; the truth is what is read then (U2)."""

    CREATED = "created"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as it came in; the same `dedupe_key` is the same delivery."""

    pms: str
    dedupe_key: str
    body: str


@dataclass(frozen=True, slots=True)
class PmsEvent:
    """What one webhook says, read."""

    kind: EventKind
    reservation_ref: str | None
    at: datetime | None = None
    message: PmsMessage | None = None


class Pms(Protocol):
    """A property-management system, in one account of one business."""

    @property
    def name(self) -> str:
        """What reservations from it are recorded as."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def events(self, hook: Hook) -> tuple[PmsEvent, ...]:
        """Read a webhook's body; none for news nobody asked for, ValueError for nonsense."""

    async def reservation(self, ref: str) -> PmsReservation | None:
        """Read a stay; None: the PMS knows none of that id."""

    async def reservations(
        self,
        *,
        updated_since: datetime | None = None,
        arriving: tuple[date, date] | None = None,  # both days included
        after: str | None = None,
    ) -> Page[PmsReservation]:
        """Read stays of every status that match all that is given."""

    async def listing(self, ref: str) -> PmsListing | None:
        """Read a place; None: the PMS knows none of that id."""

    async def listings(self, *, after: str | None = None) -> Page[PmsListing]:
        """Read every place."""

    async def calendar(self, listing_ref: str, first: date, last: date) -> PmsCalendar:
        """Read the nights from `first` to `last`, both included."""

    async def tasks(self, listing_ref: str, first: date, last: date) -> tuple[PmsTask, ...]:
        """Read what is to be done there from one local day to another, both included."""

    async def conversation(self, reservation_ref: str) -> str | None:
        """Find where messages to a stay's guest are posted; None: nowhere."""

    async def messages(
        self, conversation: str, *, since: datetime | None = None
    ) -> tuple[PmsMessage, ...]:
        """Read a conversation, oldest first."""

    async def post(self, conversation: str, text: str, key: str) -> Written:
        """Post a text to the guest. After `unknown` read the conversation first (U5)."""

    async def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Read the lines of a stay's bill."""

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Put a sale on record, as the PMS and the booking's channel allow (U7)."""

    async def remove_fee(self, reservation_ref: str, ref: str, key: str) -> Written:
        """Take a line off again; `accepted` if it is gone, whoever did it."""

    async def extend(self, extension: Extension) -> FeeResult:
        """Add nights to a stay; `failed` with `night_not_free` if somebody has one of them."""

    async def shorten(self, extension: Extension) -> FeeResult:
        """Take added nights off again, and their price."""

    async def add_task(self, task: NewTask) -> Written:
        """Put a task on the plan."""

    async def remove_task(self, ref: str, key: str) -> Written:
        """Take a task off the plan; `accepted` if it is gone, whoever did it."""
