"""What an auditor is shown of a year: what was so in the PMS, what was said there, what was sold.

Plain values, moments in UTC, kinds by their names: nothing here knows how the product decides.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

EARLY, LATE, CLEANING = "early_check_in", "late_check_out", "mid_stay_cleaning"
BEFORE = "pre_stay_gap_night"
AHEAD, ON_THE_DAY = "post_stay_gap_night_before_checkin", "post_stay_gap_night_before_checkout"
NIGHTS = "nights"  # asked for: the text does not say on which side
KINDS = (EARLY, LATE, CLEANING, BEFORE, AHEAD, ON_THE_DAY)


@dataclass(frozen=True)
class Place:
    """A listing; `zone` is IANA, times are standard and local."""

    ref: str
    zone: str
    check_in: time
    check_out: time


@dataclass(frozen=True)
class Person:
    """A guest; `zone` is the one that was stated, else their phone's country's if it has one."""

    ref: str
    zone: str | None = None


@dataclass(frozen=True)
class Facts:
    """A stay as it was in the PMS from a moment on."""

    at: datetime
    place: str
    status: str
    payment: str
    arrival: date
    departure: date


@dataclass(frozen=True)
class Put:
    """What a text of ours offers; `asked`: the guest had asked for it."""

    kind: str
    price: str
    what: str  # all that it names but the listing
    wall: time | None = None
    asked: bool = False


@dataclass(frozen=True)
class Said:
    """One message of a conversation. `meant` is what its writer had in mind, `about` which kind.

    `until` is the day on which a guest wants to be asked; `told`: its webhook has arrived.
    """

    at: datetime
    who: str  # guest, us, host
    text: str
    meant: str = ""
    about: str = ""
    until: date | None = None
    told: bool = True
    put: Put | None = None


@dataclass
class StayRecord:
    """One stay: `facts` and `said` in order of time."""

    ref: str
    person: Person
    facts: list[Facts] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    channel: str = "direct"

    def at(self, moment: datetime) -> Facts | None:
        """Return what was so at a moment."""
        found = [each for each in self.facts if each.at <= moment]
        return found[-1] if found else None

    @property
    def puts(self) -> list[tuple[Said, Put]]:
        """Return every offer that came, in order."""
        return [(each, each.put) for each in self.said if each.put]


@dataclass(frozen=True)
class Sold:
    """A sale as our rows have it."""

    stay: str
    key: str  # the offer's id
    kind: str
    price: int
    currency: str
    at: datetime
    status: str
    day: date
    wall: time | None = None
    nights: tuple[date, ...] = ()
    reversed_at: datetime | None = None

    def stands(self, moment: datetime) -> bool:
        """Tell whether it is sold at a moment."""
        return self.at <= moment and (self.reversed_at is None or moment < self.reversed_at)


@dataclass(frozen=True)
class Line:
    """A line of a bill in the PMS, with the key it was written under."""

    stay: str
    key: str
    amount: int
    currency: str


@dataclass(frozen=True)
class Chore:
    """A task in the PMS; `ours`: we planned it."""

    place: str
    kind: str
    day: date
    at: datetime  # when it came to be
    stay: str | None = None
    ours: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass
class Record:
    """A world, as an auditor sees it at the end."""

    places: dict[str, Place] = field(default_factory=dict)
    stays: dict[str, StayRecord] = field(default_factory=dict)
    sales: list[Sold] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    chores: list[Chore] = field(default_factory=list)
    mails: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by stay, about sales

    @cached_property
    def sales_of(self) -> dict[str, list[Sold]]:
        """Sales by their stays."""
        found: dict[str, list[Sold]] = defaultdict(list)
        for sale in self.sales:
            found[sale.stay].append(sale)
        return found

    @cached_property
    def stays_at(self) -> dict[str, list[StayRecord]]:
        """Stays by every place they ever were booked at."""
        found: dict[str, list[StayRecord]] = defaultdict(list)
        for stay in self.stays.values():
            for place in {facts.place for facts in stay.facts}:
                found[place].append(stay)
        return found

    def of_person(self) -> dict[str, list[StayRecord]]:
        """Group stays by their guests."""
        found: dict[str, list[StayRecord]] = defaultdict(list)
        for stay in self.stays.values():
            found[stay.person.ref].append(stay)
        return found


@dataclass(frozen=True)
class Breach:
    """A rule that was broken."""

    rule: str
    stay: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} {self.stay}: {self.what}"


def same(kind: str, other: str) -> bool:
    """Tell whether two kinds sell the same thing: both post-stay nights are one product."""
    nights = (NIGHTS, BEFORE, AHEAD, ON_THE_DAY)
    if NIGHTS in (kind, other):
        return kind in nights and other in nights
    return kind == other or {kind, other} == {AHEAD, ON_THE_DAY}
