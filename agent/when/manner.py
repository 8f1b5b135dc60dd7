"""How words are taken where they leave something open: the convention of who wrote them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """What a kind of text takes for granted.

    `month_first`: 4/5 is 5 April, as in the United States. `clock24`: an hour without "am" or "pm"
    is what it says, as in a timetable, and not in opening hours.
    `report`, for `agent.when.every` only: a text about what was as much as about what will be, so
    that stretches are whole and may be past ("last week", "in 2007", "Q3").
    `asks`: where a weekday contradicts its date the writer can be asked; if not, a day is looked
    for on which both are right.
    """

    month_first: bool = False
    clock24: bool = False
    report: bool = False
    asks: bool = True


BOOKING = Manner()
_MONTH_FIRST = frozenset({"US", "PH", "PR", "FM", "PW"})


def manner_of(region: str) -> Manner:
    """The manner of those who book in a country, by its two letters."""
    return Manner(month_first=True) if region.upper() in _MONTH_FIRST else BOOKING
