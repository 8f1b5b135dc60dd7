"""Gap nights in calendars of others: one line of the file for each place and day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from evals.scenario import Unusable
from evals.stays.lines import Line, date_of, lines_of
from evals.stays.reservations import SHAPE
from jirani.rules.facts import NightState
from jirani.rules.stays.runs import gaps

COLUMNS = ("listing", "date", "available")
LONGEST = 3  # nights
# That a night is not to be had is all such a file says: booked or blocked, it does not tell.
_STATES = {"1": NightState.FREE, "0": NightState.CLOSED}
_STATES |= {"t": NightState.FREE, "f": NightState.CLOSED}  # as Inside Airbnb publishes them


@dataclass(frozen=True, slots=True)
class Gap:
    """Free nights in a row at a place, with taken ones before and behind."""

    listing: str
    nights: tuple[date, ...]


@dataclass(slots=True)
class Calendars:
    """What every place's calendar says; a night told of in two ways is unknown."""

    nights: dict[str, dict[date, NightState]] = field(default_factory=dict)
    rows: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Enter a line, or lay it aside."""
        self.rows += 1
        try:
            day, state = _night(line)
        except ValueError as error:
            why, _, said = str(error).partition(": ")
            self.wrong[why] += 1
            if len(self.examples) < 20:
                self.examples.append(f"line {line.number}, {why}: {said}")
            return
        known = self.nights.setdefault(line.cells["listing"], {})
        known[day] = state if known.get(day, state) is state else NightState.UNKNOWN

    def gaps(self) -> Iterator[Gap]:
        """Yield the gaps of every place, by place and date."""
        for listing, nights in self.nights.items():
            for run in gaps(nights, LONGEST):
                yield Gap(listing, run)

    def told(self) -> dict[str, object]:
        """Return it as JSON has it."""
        found = list(self.gaps())
        return {
            "rows": self.rows,
            "listings": len(self.nights),
            "gaps": len(found),
            "by_nights": {
                str(length): sum(len(gap.nights) == length for gap in found)
                for length in range(1, LONGEST + 1)
            },
            "parked": {
                "rows": self.wrong.total(),
                "why": dict(self.wrong.most_common()),
                "first": self.examples,
            },
            "found": [
                {"listing": gap.listing, "first": str(gap.nights[0]), "nights": len(gap.nights)}
                for gap in found
            ],
        }


def calendars_of(file: Path) -> Calendars:
    """Read a file of calendars.

    Raises:
        Unusable: it cannot be read, or none of its lines can.
    """
    found = Calendars()
    for line in lines_of(file, COLUMNS):
        found.add(line)
    if not found.nights:
        raise Unusable([f"{file}: has no night that could be read.", *found.examples[:3]])
    return found


def _night(line: Line) -> tuple[date, NightState]:
    if line.wrong:
        raise ValueError(f"{SHAPE}: {line.wrong}")
    day, available = line.cells["date"], line.cells["available"]
    if available not in _STATES:
        raise ValueError(f"available is neither 1 nor 0: {available[:40]!r}")
    try:
        return date_of(day), _STATES[available]
    except ValueError:
        raise ValueError(f"date is no date, like 2015-07-31: {day[:40]!r}") from None
