"""What a phrase can mean, before the message is read as a whole."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.when.model import Problem


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or an inclusive range of days; `start` None means "until `end`".

    `at` is a time on the first day, `at_to` one on the last, where the days came with them.
    `nth` is the number a day was known by ("the 9th"), `weekly` says that it was by its weekday;
    `vague` ranges give way to a day; `yearless` says that it was named by its month
    without a year, so that the next one is only the likeliest.
    """

    start: date | None
    end: date | None = None
    problem: Problem | None = None
    choices: tuple[date, ...] = ()
    at: time | None = None
    at_to: time | None = None
    nth: int = 0
    weekly: bool = False
    vague: bool = False
    yearless: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the window it stands for, and the hours that may be said within it.

    `first` to `last` (hours, wrapping midnight) is wider than the window: four can be "evening".
    """

    after: time | None
    before: time | None
    first: int
    last: int
    centre: int
    swahili: bool = False
    earliest: bool = False
    latest: bool = False

    def holds(self, at: time) -> bool:
        """Whether people would say this time together with this part of the day."""
        if self.first <= self.last:
            return self.first <= at.hour <= self.last
        return at.hour >= self.first or at.hour <= self.last

    def distance(self, at: time) -> int:
        """Minutes from the middle of the part, around the clock."""
        gap = abs(at.hour * 60 + at.minute - self.centre * 60)
        return min(gap, 1440 - gap)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as said: what it may be, likeliest first.

    `swahili` is what the same hour is on the Swahili clock, meant where "saa" (then both are equal)
    or a Swahili part of the day says so.
    """

    @property
    def is_saa(self) -> bool:
        """Whether the hour was said on the Swahili clock."""
        return self.options == self.swahili

    options: tuple[time, ...]
    swahili: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: bounds as said, resolved later; either may be open."""

    after: Clock | None = None
    before: Clock | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """Several times, one of which is meant."""

    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """No time, but a preference."""

    earliest: bool = False
    latest: bool = False
    any_time: bool = False


@dataclass(frozen=True, slots=True)
class Noise:
    """Something that is not a time although it looks like one, or a time that is ruled out."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What something is moved away from; where to follows."""


CODES: dict[type, str] = {
    Day: "<d>",
    Part: "<p>",
    Clock: "<t>",
    Window: "<w>",
    Either: "<e>",
    Wish: "<f>",
    Noise: "<x>",
    Moved: "<m>",
}


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_after(day: date, days: int) -> date | None:
    """A day some days away, or None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def minutes_after(moment: datetime, minutes: int) -> datetime | None:
    """The wall-clock minute some elapsed minutes away, or None beyond the calendar."""
    try:
        later = moment.timestamp() + 60 * minutes
        return datetime.fromtimestamp(later, moment.tzinfo).replace(second=0, microsecond=0)
    except (OverflowError, ValueError, OSError):
        return None
