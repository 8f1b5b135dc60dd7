"""What a simulated guest knows and wants: its fact sheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

PARTS = {
    "morning": (time(5), time(11, 59)),
    "afternoon": (time(12), time(16, 59)),
    "evening": (time(17), time(21)),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody can come on a day: `earliest` ≤ start ≤ `latest`, as `words` say it."""

    words: str
    earliest: time
    latest: time

    @classmethod
    def of(cls, words: str) -> "Hours":
        """Read `14:00`, `morning`, `after 16:00` or `before 12:00`."""
        if words in PARTS:
            return cls(words, *PARTS[words])
        kind, _, at = words.rpartition(" ")
        moment = time.fromisoformat(at)
        match kind:
            case "after":
                return cls(words, moment, time(23, 59))
            case "before":
                return cls(words, time(0), moment)
            case _:
                return cls(words, moment, moment)

    @property
    def exact(self) -> time | None:
        """The one start there is, if it is one."""
        return self.earliest if self.earliest == self.latest else None

    def allows(self, start: time) -> bool:
        """Tell whether it would suit."""
        return self.earliest <= start <= self.latest


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit somebody wants; `staff` is None where anybody will do."""

    service: str
    day: date
    hours: Hours
    staff: str | None = None

    def suits(self, day: date, start: time) -> bool:
        """Tell whether a start is what is wanted."""
        return day == self.day and self.hours.allows(start)

    def __str__(self) -> str:
        who = f" with {self.staff}" if self.staff else ""
        when = f"at {self.hours.words}" if self.hours.exact else self.hours.words
        return f"{self.service}{who} on {self.day:%A} {self.day.day} {self.day:%B} {when}"


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What somebody does once everything is booked: `kind` and what it needs."""

    kind: str = "nothing"  # nothing, move, cancel, ask, stop-offers
    day: date | None = None
    hours: Hours | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A fact sheet. `visit` is what is wanted in the end; `first` what is said before that."""

    name: str
    phone: str
    visit: Visit
    first: Visit
    calls_it: tuple[str, ...]
    instead: tuple[tuple[date, time], ...] = ()
    wants: str = "booking"  # or a person
    extra: str = "decline"  # accept, decline, later, ignore, late-yes
    contact: str = "when-asked"  # at-once, name-first, after-asking-why
    payment_fails: str = "try-again"  # gives-up
    changes: str = "at-the-question"  # at-once
    afterwards: Afterwards = field(default_factory=Afterwards)

    @property
    def changes_mind(self) -> bool:
        """Tell whether something else is said first."""
        return self.first != self.visit

    @property
    def moved(self) -> Visit:
        """The visit as it is to be in the end, after moving it."""
        day, hours = self.afterwards.day, self.afterwards.hours
        return replace(self.visit, day=day or self.visit.day, hours=hours or self.visit.hours)

    def allows(self, day: date, start: time) -> bool:
        """Tell whether a start is wanted, or good enough."""
        return self.visit.suits(day, start) or (day, start) in self.instead

    @property
    def e164(self) -> str:
        """The phone number as it is stored."""
        digits = re.sub(r"\D", "", self.phone)
        return f"+254{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def facts_of(data: Mapping[str, Any]) -> Facts:
    """Make a fact sheet of what a persona's file says, which is known to fit the schema."""
    visit = _visit(data, {})
    after = data.get("afterwards", {"do": "nothing"})
    return Facts(
        name=data["name"],
        phone=data["phone"],
        visit=visit,
        first=_visit(data, data.get("first_says", {})),
        calls_it=tuple(data.get("calls_it", [visit.service.lower()])),
        instead=tuple(_start(each, visit.day) for each in data.get("instead", [])),
        wants=data.get("wants", "booking"),
        extra=data.get("extra", "decline"),
        contact=data.get("contact", "when-asked"),
        payment_fails=data.get("payment_fails", "try-again"),
        changes=data.get("changes", "at-the-question"),
        afterwards=Afterwards(
            after["do"],
            date.fromisoformat(after["day"]) if "day" in after else None,
            Hours.of(after["time"]) if "time" in after else None,
            after.get("question"),
        ),
    )


def _visit(data: Mapping[str, Any], other: Mapping[str, Any]) -> Visit:
    """Return the visit, with what is said otherwise at first."""
    known = {**data, **other}
    return Visit(
        known["service"],
        date.fromisoformat(known["day"]),
        Hours.of(known["time"]),
        known.get("staff"),
    )


def _start(text: str, day: date) -> tuple[date, time]:
    if "T" in text:
        moment = datetime.fromisoformat(text)  # local, as everything in a fact sheet
        return moment.date(), moment.time()
    return day, time.fromisoformat(text)
