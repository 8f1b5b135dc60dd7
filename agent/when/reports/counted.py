"""Counted from a day or from now: "1 month 21 days ago", "3 weeks after January 15th"."""

import re
from datetime import date, datetime, timedelta

from agent.when.line import Found, Rule, rule
from agent.when.things import Day, minutes_after, safe_date

_UNITS = {"year": "months", "month": "months", "week": "days", "day": "days"}
_SIZES = {
    "year": 12,
    "month": 1,
    "week": 7,
    "day": 1,
    "fortnight": 14,
    "hour": 60,
    "h": 60,
    "hr": 60,
    "minute": 1,
}
_HALF = {"hour": 30}
_LOOSELY = {"couple": 2, "few": 3, "several": 3}
_PIECE = re.compile(
    r"(\d+|an?|half an|(?:a )?(?:couple|few|several)(?: of)?) "
    r"(years?|months?|weeks?|days|fortnight|hours|minutes|hrs|h)(?!\S)( and a half)?"
)
_MOST_DAYS, _MOST_MONTHS, _MOST_MINUTES = 40_000, 1200, 1_000_000


def months_on(day: date, months: int) -> date | None:
    """The same day some months on, or the last day of a month that is too short for it."""
    at = day.month - 1 + months
    days = (safe_date(day.year + at // 12, at % 12 + 1, n) for n in (day.day, 30, 29, 28))
    return next((each for each in days if each), None)


def _pieces(words: str) -> tuple[int, int, int]:
    """Months, days and minutes that a length comes to."""
    months = days = minutes = 0
    for number, name, half in _PIECE.findall(words):
        unit = name.removesuffix("s")
        loosely = next((_LOOSELY[word] for word in number.split() if word in _LOOSELY), 1)
        size = _SIZES[unit] * (int(number) if number.isdigit() else loosely)
        if half:
            size += size // 2
        if number.startswith("half"):
            size = _HALF.get(unit, 0)
        if unit in {"hour", "hr", "h", "minute"}:
            minutes += size
        elif _UNITS.get(unit) == "months":
            months += size
        else:
            days += size
    return months, days, minutes


def _moved(day: date, words: str, side: int) -> date | None:
    months, days, _ = _pieces(words)
    if days > _MOST_DAYS or months > _MOST_MONTHS:
        return None
    shifted = months_on(day, side * months)
    try:
        return shifted + timedelta(days=side * days) if shifted else None
    except OverflowError:
        return None


def _from_now(found: Found) -> Day | None:
    """As in "2 years 21 days later": with hours in it, a time too."""
    side = -1 if found.word("back") else 1
    words = found.word("length")
    day = _moved(found.moment.today, words, side)
    minutes = _pieces(words)[2]
    if day is None or minutes > _MOST_MINUTES:
        return None
    if not minutes:
        return Day(day)
    then = minutes_after(_on(found.moment.now, day), side * minutes)
    return Day(then.date(), at=then.time()) if then else None


def _on(now: datetime, day: date) -> datetime:
    return datetime.combine(day, now.timetz())


def _beside(found: Found) -> Day | None:
    """As in "2 weeks before Christmas"."""
    base = found.thing("day")
    side = -1 if found.word("way") == "before" else 1
    if not isinstance(base, Day) or base.start is None:
        return None
    day = _moved(base.start, found.word("length"), side)
    return Day(day) if day else None


def _within(found: Found) -> Day | None:
    now = found.moment.now
    months, days, minutes = _pieces(found.word("length"))
    if months or days:
        last = _moved(found.moment.today, found.word("length"), 1)
        return Day(found.moment.today, last) if last else None
    then = minutes_after(now, minutes)
    if then is None:
        return None
    start = now.replace(second=0, microsecond=0)
    end = then.date() if then.date() > start.date() else None
    return Day(start.date(), end, at=start.time(), at_to=then.time())


_NUMBER = r"(?:\d{1,4}|an?|half an|(?:a )?(?:couple|few|several)(?: of)?)"
_LONG = rf"{_NUMBER} (?:years?|months?|weeks?|days|fortnight)"
_SHORT = rf"{_NUMBER} (?:hours|minutes|hrs|h)(?: and a half)?"
_LENGTH = rf"(?P<length>(?:{_LONG}|{_SHORT})(?:(?: and| ,)? (?:{_LONG}|{_SHORT})){{0,4}})"
_ABOUT = r"(?:about |around |just |less than |more than |over |exactly ){0,2}"

COUNTED_FROM_NOW: tuple[Rule, ...] = (
    rule(rf"within (?:the next )?(?P<length>{_LONG}|{_SHORT})", _within),
    rule(rf"{_ABOUT}{_LENGTH} (?P<back>ago|back|earlier)", _from_now),
    rule(
        rf"{_ABOUT}{_LENGTH} (?:later|hence|from now|from today|after today|since now)", _from_now
    ),
    rule(rf"in {_ABOUT}{_LENGTH}(?: time)?(?! since| before| after| from)", _from_now),
)
BESIDE_DAYS: tuple[Rule, ...] = (
    rule(
        rf"{_ABOUT}{_LENGTH} (?P<way>after|before|from|since|following) (?:the )?(?P<day><d>)",
        _beside,
    ),
)
