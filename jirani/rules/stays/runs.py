"""Nights in a row that nobody has: beside a stay, or between two (domain §4)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import count, islice, takewhile

from jirani.rules.facts import NightState

DAY = timedelta(days=1)
# What a gap lies between: somebody's or the host's own nights. An unknown one is neither (O12).
TAKEN = frozenset({NightState.BOOKED, NightState.BLOCKED, NightState.CLOSED})


def free_run(
    first: date, step: timedelta, free: Callable[[date], bool], most: int
) -> tuple[date, ...]:
    """Return the nights from one on, a step apart, that are free in a row, at most so many."""
    nights = (first + n * step for n in count())
    return tuple(islice(takewhile(free, nights), most))


def gaps(nights: Mapping[date, NightState], longest: int) -> Iterator[tuple[date, ...]]:
    """Yield the free runs of at most so many nights between nights that are taken, by date."""
    for day in sorted(nights):
        if nights[day] not in TAKEN:
            continue
        run = free_run(
            day + DAY, DAY, lambda night: nights.get(night) is NightState.FREE, longest + 1
        )
        if 0 < len(run) <= longest and nights.get(run[-1] + DAY) in TAKEN:
            yield run
