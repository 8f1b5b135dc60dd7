"""So many units back or on: "the last 3 months", "next five days", "previous quarter"."""

from datetime import datetime, timedelta

from agent.when.line import Found, Rule, rule
from agent.when.reports.counted import months_on
from agent.when.reports.stretch import days_from, months_from, part_of, weeks_from
from agent.when.things import Day, minutes_after

_BACK = frozenset({"last", "past", "previous"})
_ON = frozenset({"next", "following", "coming", "upcoming"})
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_MINUTES_IN = {"hour": 60, "hr": 60, "minute": 1}
_LOOSELY = {"couple": 2, "few": 3, "several": 3}


def _unit(found: Found) -> str:
    return found.word("unit").removesuffix("s")


def _side(found: Found) -> int:
    which = found.word("which")
    return -1 if which in _BACK else int(which in _ON)


def _part(found: Found) -> Day | None:
    if found.word("place") and _unit(found) == "day":
        return None
    whole = _single(found)
    return part_of(whole, found.word("place")) if whole and whole.end else whole


def _single(found: Found) -> Day | None:
    """The unit before, the one going on, or the one after it."""
    today, unit, side = found.moment.today, _unit(found), _side(found)
    if unit in _MINUTES_IN:
        return _clocked(found.moment.now, side * _MINUTES_IN[unit])
    if unit == "day":
        return Day(today + timedelta(days=side))
    if unit == "week":
        monday = today + timedelta(days=7 * side - today.weekday())
        return days_from(monday, 5) if found.word("working") else weeks_from(monday)
    if unit == "weekend":
        return days_from(today + timedelta(days=7 * side + 5 - today.weekday()), 2)
    size = _MONTHS_IN[unit]
    return months_from(today.year, (today.month - 1) // size * size + 1 + side * size, size)


def _rest(found: Found) -> Day | None:
    whole = _single(found)
    if whole is None or whole.end is None:
        return whole
    return Day(found.moment.today, whole.end, vague=True)


def _several(found: Found) -> Day | None:
    """Some units up to now, or from tomorrow on; quarters are those of the calendar."""
    today, unit, back = found.moment.today, _unit(found), _side(found) < 0
    words = found.word("n").split()
    count = found.number("n") or next((_LOOSELY[word] for word in words if word in _LOOSELY), 0)
    if not 0 < count <= 1000:
        return None
    if unit in _MINUTES_IN:
        return _clocked(found.moment.now, (-count if back else count) * _MINUTES_IN[unit])
    if unit == "quarter":
        this = (today.month - 1) // 3 * 3 + 1
        return months_from(today.year, this + (-3 * count if back else 3), 3 * count)
    if unit in _MONTHS_IN:
        months = count * _MONTHS_IN[unit]
        other = months_on(today, -months if back else months)
        first, last = (other, today - timedelta(days=1)) if back else (today, other)
        if not first or not last:
            return None
        return Day(first if back else first + timedelta(days=1), last, vague=True)
    days = count * (7 if unit == "week" else 1)
    return days_from(today - timedelta(days=days) if back else today + timedelta(days=1), days)


def _clocked(now: datetime, minutes: int) -> Day | None:
    then = minutes_after(now, minutes)
    if then is None:
        return None
    first, last = sorted((then, now.replace(second=0, microsecond=0)))
    end = last.date() if last.date() > first.date() else None
    return Day(first.date(), end, at=first.time(), at_to=last.time())


_N = r"(?P<n>\d{1,4}|few|(?:a )?couple(?: of)?|several)"
_WHICH = r"(?P<which>last|past|previous|next|following|coming|upcoming)"
_SIDES = r"last|past|previous|next|following|coming|this upcoming|upcoming|this|current|the|my"
_UNITS = r"(?P<unit>days|weeks?|months?|quarters?|years?|hours|hrs|minutes)"
_ONE = r"(?P<unit>days|week|month|quarter|weekend)"
_LEAD = r"(?:(?:in|for|over|during|within|of) )?"

SEVERAL: tuple[Rule, ...] = (
    rule(rf"{_LEAD}(?:the )?{_WHICH} {_N} {_UNITS}", _several),
    rule(rf"{_LEAD}(?:the )?{_N} {_WHICH} {_UNITS}", _several),
)
SINGLE: tuple[Rule, ...] = (
    rule(r"(?:the )?rest of (?:the|this) (?P<unit>days|week|month|quarter|year)", _rest),
    rule(
        rf"(?:the )?(?:(?P<place>beginning|start|end|middle) of (?:the )?)?(?P<which>{_SIDES}) "
        rf"(?P<working>working |work |business )?{_ONE}(?! (?:after|before|of|\d))",
        _part,
    ),
    rule(r"(?:the )?(?P<which>last|past|previous|next) (?P<unit>hours|minutes)", _single),
)
