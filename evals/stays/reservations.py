"""Reservations out of a file: each is read as it stands, or laid aside with its reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

from evals.stays import published
from evals.stays.lines import Line, date_of, lines_of

COLUMNS = ("reservation_id", "booked_on", "arrival", "departure", "status", "status_date", "adr")
SHAPE = "the row has not as many cells as the header"
TOLD_TWICE = ("nights", "lead_time")  # the dates say it too


class Ended(StrEnum):
    """What became of a stay, in the words of the file."""

    CHECK_OUT = "Check-Out"
    CANCELED = "Canceled"
    NO_SHOW = "No-Show"


@dataclass(frozen=True, slots=True)
class Booked:
    """One row. `rate` is a night's price in minor units; None where the file has none."""

    line: int
    id: str
    booked_on: date
    arrival: date
    departure: date
    ended: Ended
    ended_on: date
    rate: int | None

    @property
    def nights(self) -> int:
        """How many nights it lasts."""
        return (self.departure - self.arrival).days

    @property
    def lead(self) -> int:
        """How many days before the arrival it was booked."""
        return (self.arrival - self.booked_on).days


@dataclass(frozen=True, slots=True)
class Parked:
    """A row laid aside: why, the same for all of its kind, and what stood there."""

    line: int
    id: str
    why: str
    said: str = ""


class _Odd(ValueError):
    def __init__(self, why: str, said: str) -> None:
        super().__init__(why)
        self.why = why
        self.said = said


def reservations_of(file: Path) -> Iterator[Booked | Parked]:
    """Read every row of a file; raises Unusable if that is impossible."""
    for line in lines_of(file, COLUMNS, TOLD_TWICE, instead=published.COLUMNS):
        try:
            yield _booked(_as_ours(line))
        except _Odd as odd:
            yield Parked(line.number, line.cells.get("reservation_id", ""), odd.why, odd.said)


def contradiction(row: Booked) -> tuple[str, str] | None:
    """Say what cannot be so, and what stands there; None: nothing. Dates swapped are no matter."""
    if row.lead < 0:
        return "it was booked after its arrival", f"{row.booked_on}, {row.arrival}"
    if row.ended_on < row.booked_on:
        return "it ended before it was booked", f"{row.ended} {row.ended_on}, {row.booked_on}"
    return None


def _as_ours(line: Line) -> Line:
    if line.wrong:
        raise _Odd(SHAPE, line.wrong)
    if "reservation_id" in line.cells:
        return line
    try:
        return Line(line.number, published.as_ours(line.number, line.cells))
    except ValueError as error:
        raise _Odd(published.ODD, str(error)) from None


def _booked(line: Line) -> Booked:
    dates = (_read(line, name, date_of, "is no date, like 2015-07-31") for name in COLUMNS[1:4])
    booked_on, arrival, departure = dates
    known = f"is none of {', '.join(Ended)}"
    row = Booked(
        *(line.number, line.cells["reservation_id"], booked_on, arrival, departure),
        ended=_read(line, "status", Ended, known),
        ended_on=_read(line, "status_date", date_of, "is no date, like 2015-07-31"),
        rate=_read(line, "adr", _minor, "is no amount, like 75.50"),
    )
    for name, dates_say in zip(TOLD_TWICE, (row.nights, row.lead), strict=True):
        told = line.cells.get(name, "")
        if told and told.removesuffix(".0") != str(dates_say):
            raise _Odd(f"{name} is not what the dates say", f"{told}, not {dates_say}")
    return row


def _read(line: Line, name: str, how: Callable[[str], Any], wrong: str) -> Any:
    cell = line.cells[name]
    try:
        return how(cell)
    except (ValueError, InvalidOperation):
        raise _Odd(f"{name} {wrong}", repr(cell[:40])) from None


def _minor(cell: str) -> int | None:
    """Read an amount of a currency with two decimals, halves up; no amount is no rate."""
    if not cell:
        return None
    amount = Decimal(cell)
    if not amount.is_finite() or abs(amount) > 10**9:
        raise ValueError(cell)
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
