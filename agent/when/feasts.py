"""Days with a name: those that keep their date, those that keep their weekday, and Easter.

Public holidays of Kenya first, and days that people elsewhere plan by. Feasts that follow the moon
are not told in advance, so they are not here.
"""

from collections.abc import Callable
from datetime import date, timedelta

from agent.when.days import YEAR, judged, this_or_next_year
from agent.when.line import Found, Rule, rule
from agent.when.things import Day, safe_date

_DATES = {
    **dict.fromkeys(("christmas", "xmas", "krismasi"), (12, 25)),
    **dict.fromkeys(("christmas eve", "xmas eve"), (12, 24)),
    **dict.fromkeys(("new year", "new years", "mwaka mpya"), (1, 1)),
    **dict.fromkeys(("new year eve", "new years eve", "nye"), (12, 31)),
    **{"boxing": (12, 26), "valentine": (2, 14), "valentines": (2, 14)},
    **{"jamhuri": (12, 12), "madaraka": (6, 1), "mashujaa": (10, 20)},
    **{"halloween": (10, 31), "earth days": (4, 22), "juneteenth": (6, 19)},
    **dict.fromkeys(("st patrick", "saint patrick", "st patricks", "st . patrick"), (3, 17)),
    **dict.fromkeys(
        ("international workers days", "workers days", "labour days", "may days"), (5, 1)
    ),
    **dict.fromkeys(("april fools", "april fool"), (4, 1)),
    **{"womens days": (3, 8), "international womens": (3, 8), "cinco de mayo": (5, 5)},
}


def easter(year: int) -> date:
    """Easter Sunday of a year from 1583 on, by the anonymous Gregorian rule."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _beside_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _nth_weekday(month: int, nth: int, weekday: int, later: int = 0) -> Callable[[int], date]:
    """The day of a month that is its nth weekday (-1: its last), some days later."""

    def found(year: int) -> date:
        first = date(year + (nth < 0) * (month // 12), month % 12 + 1 if nth < 0 else month, 1)
        to = (weekday - first.weekday()) % 7
        return first + timedelta(days=to + 7 * (nth - (nth > 0)) + later)

    return found


_RECKONED: dict[str, Callable[[int], date]] = {
    **dict.fromkeys(("easter", "easter sunday", "pasaka"), _beside_easter(0)),
    "good friday": _beside_easter(-2),
    "easter monday": _beside_easter(1),
    **dict.fromkeys(("mother days", "mothers days"), _nth_weekday(5, 2, 6)),
    **dict.fromkeys(("father days", "fathers days"), _nth_weekday(6, 3, 6)),
    "thanksgiving": _nth_weekday(11, 4, 3),
    "black friday": _nth_weekday(11, 4, 3, later=1),
    "cyber monday": _nth_weekday(11, 4, 3, later=4),
    "labor days": _nth_weekday(9, 1, 0),
    "memorial days": _nth_weekday(5, -1, 0),
}
# Where a country's own day is meant is not known; where months come first, it is this one.
_MONTH_FIRST = {"independence days": (7, 4)}
_ELSEWHERE = {"independence days": (12, 12)}


def _feast(found: Found) -> Day | None:
    name = found.word("feast").replace(" '", "")
    today, year = found.moment.today, found.number("year")
    if name in _RECKONED:
        return _reckoned(_RECKONED[name], year, today)
    own = _MONTH_FIRST if found.moment.manner.month_first else _ELSEWHERE
    month, day = own[name] if name in own else _DATES[name]
    whole = safe_date(year, month, day) if year else this_or_next_year(month, day, today)
    return judged(whole, today) if whole else None


def _reckoned(of_year: Callable[[int], date], year: int, today: date) -> Day:
    if year:
        return judged(of_year(year), today)
    this = of_year(today.year)
    near = this >= today or this.month == today.month or today.year == date.max.year
    return judged(this if near else of_year(today.year + 1), today)


_NAMES = "|".join(
    name.replace(" days", "(?: ')? days")
    for name in sorted({*_DATES, *_RECKONED, *_ELSEWHERE}, key=len, reverse=True)
)

FEASTS: tuple[Rule, ...] = (rule(rf"(?P<feast>{_NAMES})(?: days?)?(?: (?P<year>{YEAR}))?", _feast),)
