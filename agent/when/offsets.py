"""Days counted from today: "tomorrow", "in a fortnight", "two weeks from now", "in an hour"."""

from agent.when.days import judged
from agent.when.line import Found, Rule, rule
from agent.when.things import Day, days_after, minutes_after, safe_date

_NAMED = {"yesterday": -1, "juzi": -2, "today": 0, "tomorrow": 1, "overmorrow": 2}
_DAYS_IN = {"days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "fortnight": 14}
_LONG_AGO = {"month": 30, "months": 30, "year": 365, "years": 365}
_LOOSELY = {"couple": 2, "few": 3}

# More than anybody plans ahead; also keeps the arithmetic inside the calendar.
_FARTHEST_DAYS, _FARTHEST_MINUTES = 1000, 100_000


def _shifted(found: Found, days: int) -> Day | None:
    day = days_after(found.moment.today, days) if abs(days) <= _FARTHEST_DAYS else None
    return judged(day, found.moment.today) if day else None


def _count(found: Found) -> int:
    """The "n" of a phrase: digits, "a couple of", or one."""
    words = found.word("n").split()
    return found.number("n") or next((_LOOSELY[word] for word in words if word in _LOOSELY), 1)


def _named(found: Found) -> Day | None:
    words = found.word("name").split()
    if "after" in words or "kutwa" in words:
        return _shifted(found, 2)
    if "before" in words:
        return _shifted(found, -2)
    return _shifted(found, _NAMED[words[-1]] + (7 if found.word("week") else 0))


def _ahead(found: Found) -> Day | None:
    """As in "in three days" or "two weeks from tomorrow"."""
    unit = found.word("unit")
    base = 1 if found.word("base") == "tomorrow" else 0
    if unit in {"month", "months"}:
        return _months_ahead(found, _count(found), base)
    return _shifted(found, base + _count(found) * _DAYS_IN[unit])


def _months_ahead(found: Found, count: int, base: int) -> Day | None:
    today = days_after(found.moment.today, base) or found.moment.today
    months = today.month - 1 + count
    days = (
        safe_date(today.year + months // 12, months % 12 + 1, n) for n in (today.day, 30, 29, 28)
    )
    return next((Day(day) for day in days if day), None)


def _hours_ahead(found: Found) -> Day | None:
    """As in "in an hour": elapsed time, so right through a change of the clocks."""
    halves = 1 if found.word("n").startswith("half") else 2 * _count(found)
    halves += bool(found.word("half"))
    minutes = halves * 30 if found.word("unit") == "hours" else halves // 2
    at = minutes_after(found.moment.now, minutes) if minutes <= _FARTHEST_MINUTES else None
    return Day(at.date(), at=at.time()) if at else None


def _ago(found: Found) -> Day | None:
    unit = found.word("unit") or "days"
    return _shifted(found, -(_DAYS_IN | _LONG_AGO)[unit] * _count(found))


_N = r"(?P<n>\d{1,4}|an?|half an?|(?:a )?(?:couple|few)(?: of)?)"
_ABOUT = r"(?:about |around |like |just )?"
_UNIT = r"(?P<unit>days|nights|weeks?|fortnight|months?)"
_CLOCKED = r"(?P<unit>hours|minutes)"

OFFSETS: tuple[Rule, ...] = (
    rule(
        r"(?P<name>(?:the )?(?<!\d )days after (?:tomorrow|tom)"
        r"|(?:the )?(?<!\d )days before yesterday|tomorrow kutwa|overmorrow)",
        _named,
    ),
    rule(
        rf"(?:in|after|baada ya) {_ABOUT}(?:the next )?{_N} {_CLOCKED}"
        r"(?P<half> and a half)?(?: time)?(?: from (?:today|now))?",
        _hours_ahead,
    ),
    rule(rf"{_N} {_CLOCKED}(?P<half> and a half)? from (?:today|now)", _hours_ahead),
    rule(
        rf"(?:in|after) {_ABOUT}{_N} (?:more )?{_UNIT}(?: time)?(?: (?:from|after) (?:now|today))?",
        _ahead,
    ),
    rule(r"baada ya (?P<unit>days|weeks?|months?) (?P<n>\d{1,3})", _ahead),
    rule(r"(?P<unit>days|week|months?) (?P<n>\d{1,3}) ijayo", _ahead),
    rule(rf"{_N} {_UNIT} (?:from|after) (?:now|today|this days|(?P<base>tomorrow))", _ahead),
    rule(rf"{_N} (?P<unit>weeks?|fortnight) (?P<base>today|tomorrow)", _ahead),
    rule(rf"{_N} (?P<unit>days|weeks?|months?|years?) ago", _ago),
    rule(r"last (?P<unit>week|month)", _ago),
    rule(r"(?P<unit>days|week|months?)(?: (?P<n>\d{1,3}))? iliyopita", _ago),
    rule(r"(?P<name>later today|today|tomorrow|yesterday|juzi)(?P<week> week)?", _named),
)
