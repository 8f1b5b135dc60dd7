"""How a business sells each kind: which settings there are, and which one counts (U1, U9).

A setting is a row: a name and a JSON value, for one listing or every one, one kind or every one.
The most particular counts: listing and kind, listing, kind, business, default.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any, Final

from jirani.rules.facts import STAY_KINDS, KindSettings, OfferKind
from jirani.rules.stays.kinds import FIXED, NIGHTS, OFFER_KINDS, TIMED, WINDOWED, Kind, defaults

EVERY = ""


@dataclass(frozen=True, slots=True)
class StaySetting:
    """One stored setting; an empty `listing_id` or `kind` means every one."""

    name: str
    value: object  # as JSON has it
    listing_id: str = EVERY
    kind: str = EVERY


class Nonsense(ValueError):
    """A value that a setting cannot have; says what it can be."""


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise Nonsense("is true or false")
    return value


def _whole(least: int, most: int, of: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Nonsense(f"is a whole number of {of} from {least} to {most}")
        return value

    return read


def _hours(value: object) -> timedelta:
    number = None if isinstance(value, bool) or not isinstance(value, int | float) else value
    if number is None or not 0 <= number <= 24 or number * 4 != int(number * 4):
        raise Nonsense("is a number of hours from 0 to 24, in quarters")
    return timedelta(hours=number)


def _wall(value: object) -> time:
    try:
        # Two digits, a colon, two digits: `fromisoformat` alone would read much more.
        if not isinstance(value, str) or len(value) != 5 or value[2] != ":":
            raise ValueError(value)
        return time.fromisoformat(value)
    except ValueError:
        raise Nonsense('is a time of day like "09:00"') from None


def _waking(value: object) -> time:
    at = _wall(value)
    if not time(8) <= at < time(20):
        raise Nonsense("lies from 08:00 to before 20:00: nobody is written to at night")
    return at


def _days(value: object) -> timedelta | None:
    return None if value is None else timedelta(days=_whole(1, 60, "days, or null,")(value))


def _price(value: object) -> int | None:
    return None if value is None else _whole(1, 10**9, "minor units, or null,")(value)


def _steps(least: int, most: int, of: str) -> Callable[[object], tuple[int, ...]]:
    def read(value: object) -> tuple[int, ...]:
        if value is None:
            return ()
        found = value if isinstance(value, list | tuple) else ()
        sound = all(isinstance(each, int) and not isinstance(each, bool) for each in found)
        fits = sound and all(least <= each <= most for each in found)
        if not (fits and 2 <= len(found) <= 5 and len(set(found)) == len(found)):
            raise Nonsense(f"is two to five different {of} from {least} to {most}, or null")
        return tuple(sorted(found))

    return read


def _waking_or_none(value: object) -> time | None:
    return None if value is None else _waking(value)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting a host can change: how its value is read, and which kinds have it."""

    read: Callable[[object], Any]
    about: str
    has: Callable[[Kind], bool] = lambda kind: True
    per_kind: bool = True  # False: of the listing as a whole
    every_kind: bool = True  # False: it must name its kind


SETTINGS: Final[Mapping[str, Setting]] = {
    "active": Setting(_switch, "whether it is offered"),
    "window": Setting(
        _days, "how many days before it is offered", lambda kind: kind.due in WINDOWED
    ),
    "send_at": Setting(_waking, "the listing's time of day it is offered at", every_kind=False),
    "price": Setting(_price, "its price", lambda kind: kind.product in FIXED, every_kind=False),
    "wall": Setting(
        _wall,
        "the earliest check-in, or the latest check-out",
        lambda kind: kind.product in TIMED,
        every_kind=False,
    ),
    "discount": Setting(
        _whole(0, 99, "percent"),
        "percent off each extra night's rate",
        lambda kind: kind.product in NIGHTS,
    ),
    "max_nights": Setting(
        _whole(1, 14, "nights"),
        "how many extra nights at most",
        lambda kind: kind.product in NIGHTS,
    ),
    "turnover": Setting(_hours, "the hours between one guest and the next", per_kind=False),
    "cut_off": Setting(_hours, "how many hours before a guest may still ask for it"),
    "learn": Setting(_switch, "whether steps and times are tried, and learned from"),
    "price_steps": Setting(
        _steps(1, 10**9, "amounts in minor units"),
        "prices that may be tried",
        lambda kind: kind.product in FIXED,
        every_kind=False,
    ),
    "discount_steps": Setting(
        _steps(0, 99, "percentages"),
        "discounts that may be tried",
        lambda kind: kind.product in NIGHTS,
    ),
    "other_send_at": Setting(
        _waking_or_none, "a second time of day that may be tried", every_kind=False
    ),
    "holdout": Setting(
        _whole(5, 50, "percent"), "percent of guests with whom nothing is tried", per_kind=False
    ),
}


def complaint(row: StaySetting) -> str | None:
    """Say in words for a host what is wrong with a setting; None: nothing is."""
    about = SETTINGS.get(row.name)
    if about is None:
        return f"There is no setting {row.name!r}; there are {', '.join(SETTINGS)}."
    if row.kind != EVERY:
        if row.kind not in set(STAY_KINDS):
            kinds = ", ".join(OFFER_KINDS)
            return f"There is no kind {row.kind!r}; there are {kinds}."
        if not about.per_kind:
            return f"{row.name} is the listing's, the same for every kind: leave the kind out."
        if not about.has(OFFER_KINDS[OfferKind(row.kind)]):
            return f"{row.kind} has no {row.name}."
    elif not about.every_kind:
        return f"{row.name} must say for which kind it is."
    try:
        about.read(row.value)
    except Nonsense as wrong:
        return f"{row.name} {wrong}, not {row.value!r}."
    return None


def winning(
    rows: Iterable[StaySetting], listing_id: str, kind: OfferKind
) -> dict[str, StaySetting]:
    """Return the row that counts for each setting of a kind at a listing: the most particular."""
    fitting = [
        row for row in rows if row.listing_id in (EVERY, listing_id) and row.kind in (EVERY, kind)
    ]
    by_rank = sorted(fitting, key=lambda row: (row.listing_id != EVERY, row.kind != EVERY))
    return {row.name: row for row in by_rank}


def effective(rows: Iterable[StaySetting], listing_id: str, kind: OfferKind) -> KindSettings:
    """Return how a listing sells a kind, by the most particular of its rows (U9).

    A stored value that cannot be read raises Nonsense: nothing is guessed in its place.
    """
    rows = tuple(rows)
    for row in rows:
        fits = row.listing_id in (EVERY, listing_id) and row.kind in (EVERY, kind)
        if fits and (wrong := complaint(row)):
            raise Nonsense(wrong)
    found = {
        name: SETTINGS[name].read(row.value)
        for name, row in winning(rows, listing_id, kind).items()
    }
    return replace(defaults(kind), **found)
