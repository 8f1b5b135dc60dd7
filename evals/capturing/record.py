"""The rows of a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ulid import ULID

from jirani.rules.facts import (
    Appointment,
    Business,
    Catalogue,
    Customer,
    Edge,
    Hours,
    HoursException,
    Offer,
    Payment,
    Proposal,
    Snippet,
    Thread,
)
from jirani.rules.message import Message
from jirani.store.rows.recorded import CalledBack, Decided, DialTurned, Finished


@dataclass(frozen=True, slots=True)
class House:
    """A business as it is: what it sells, who works when, what it knows."""

    business: Business
    catalogue: Catalogue
    edges: tuple[Edge, ...]
    hours: tuple[Hours, ...]
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The rows of a conversation, of all its threads, oldest first."""

    house: House
    customer: Customer
    threads: tuple[Thread, ...]
    messages: tuple[Message, ...]
    turns: Mapping[tuple[str, int], Finished]
    decisions: Sequence[Decided]
    appointments: tuple[Appointment, ...]
    proposals: tuple[Proposal, ...]
    offers: tuple[Offer, ...]
    sales: Sequence[Mapping[str, object]]
    payments: tuple[Payment, ...]
    pushes: Mapping[str, str]
    callbacks: Sequence[CalledBack]
    dials: Mapping[str, str]
    dials_turned: Sequence[DialTurned]
    names: Mapping[str, str]
    people: Sequence[Customer]
    earlier: int  # threads of this guest that are left out
    days: Sequence[date] = ()
    exceptions: tuple[HoursException, ...] = ()
    around: Sequence[Appointment] = ()  # what else stood in the staff's diaries on those days
    given_up: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def business(self) -> Business:
        """Whose guest it was."""
        return self.house.business

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its times are meant."""
        return ZoneInfo(self.business.zone)

    @property
    def start(self) -> datetime:
        """When the guest wrote first."""
        return next(each.at for each in self.messages if each.author == "guest")

    @property
    def end(self) -> datetime:
        """When the last thing happened that has left a trace."""
        return max(_traces(self))


def made_at(id: str) -> datetime:
    """Return when an id was made; long ago if it does not tell."""
    try:
        return ULID.from_str(id).datetime
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _traces(record: Record) -> Iterator[datetime]:
    yield from (each.at for each in record.messages)
    yield from (each.at for each in record.turns.values())
    yield from (each.at for each in record.decisions)
    yield from (each.at for each in record.callbacks)
    for payment in record.payments:
        yield from (at for at in (payment.created_at, payment.settled_at) if at)
