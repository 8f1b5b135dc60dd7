"""Days by their number or place in a month: "the 9th", "Friday the 17th", "last Friday of May"."""

from datetime import date

from agent.when.days import (
    BEFORE,
    DAY,
    LAST,
    NO_CLOCK,
    OF_MONTH,
    TO,
    WEEKDAY,
    coming_nth,
    judged,
    on_weekday,
)
from agent.when.lexicon import MONTHS, WEEKDAYS
from agent.when.line import Found, Rule, rule
from agent.when.model import Problem
from agent.when.things import Day, days_after, safe_date

# A day of the month with a weekday that fits it no sooner is more likely a slip than a plan.
_WITHIN, _WITHOUT_ASKING = 62, 500
_MONTHS_OFF = {"next": 1, "following": 1, "ijayo": 1, "last": -1, "previous": -1}


def _nth(found: Found) -> Day:
    number = found.number("day")
    day = coming_nth(number, found.moment.today)
    return Day(day, nth=number) if day else Day(None, problem=Problem.NO_SUCH_DATE)


def _nth_to_nth(found: Found) -> Day | None:
    first = coming_nth(found.number("day"), found.moment.today)
    last = first and coming_nth(found.number("last"), first)
    return Day(first, last) if first and last else Day(None, problem=Problem.NO_SUCH_DATE)


def _weekday_nth(found: Found) -> Day | None:
    """As in "Friday the 17th": the next 17th that is a Friday, if that is soon."""
    today = found.moment.today
    number, weekday = found.number("day"), WEEKDAYS.index(found.word("weekday"))
    first = coming_nth(number, today)
    if first is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    within = _WITHIN if found.moment.manner.asks else _WITHOUT_ASKING
    ahead = range(within)
    offsets = (side for i in ahead for side in (i, -i)) if found.moment.manner.report else ahead
    near = (days_after(today, offset) for offset in offsets)
    fitting = [day for day in near if day and day.day == number and day.weekday() == weekday]
    if fitting:
        return Day(fitting[0])
    # Without an ending or "the" it may be an hour: "Friday 9".
    if not found.word("sure") and not found.word("day").endswith(("th", "ord")) and number < 13:
        return None
    return on_weekday(first, found.word("weekday"), today)


def _in_that_month(found: Found, day: int) -> date | None:
    today = found.moment.today
    months = today.month - 1 + ("next" in found.word("which") or "ijayo" in found.word("then"))
    return safe_date(today.year + months // 12, months % 12 + 1, day)


def _nths_of_that_month(found: Found) -> Day:
    first = _in_that_month(found, found.number("day"))
    last = _in_that_month(found, found.number("last"))
    if first is None or last is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    return Day(min(first, last), max(first, last))


def _nth_of_that_month(found: Found) -> Day:
    today = found.moment.today
    day = _in_that_month(found, found.number("day"))
    if day is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    return on_weekday(day, found.word("weekday"), today)


def weekday_in_month(found: Found) -> Day | None:
    """As in "the first Saturday of September" or "last day of March"."""
    today = found.moment.today
    if found.word("month"):
        month = MONTHS.index(found.word("month")) + 1
        year = found.number("year") or today.year + (month < today.month)
    else:
        at = today.year * 12 + today.month - 1 + _MONTHS_OFF.get(found.word("of"), 0)
        year, month = at // 12, at % 12 + 1
    days = [day for n in range(1, 32) if (day := safe_date(year, month, n))]
    if found.word("weekday") != "days":
        days = [day for day in days if day.weekday() == WEEKDAYS.index(found.word("weekday"))]
    which = -1 if found.word("which") == "last" else found.number("which") - 1
    return judged(days[which], today) if days and which < len(days) else None


NTH_DAYS: tuple[Rule, ...] = (
    rule(
        rf"(?:from |between )?(?:the |tarehe )?{DAY} (?:{TO}) (?:the |tarehe )?{LAST} "
        r"(?:of |in |ya )?(?:(?P<which>this|next|the) month|month (?P<then>hii|ijayo))",
        _nths_of_that_month,
    ),
    rule(
        r"(?:the )?(?P<which>[1-5](?:th|ord)|last) "
        rf"(?P<weekday>{WEEKDAY}|days) (?:of|in) (?:{OF_MONTH}"
        r"|(?:the )?(?P<of>this|next|the|following|last|previous|coming) month)",
        weekday_in_month,
    ),
    rule(
        rf"{BEFORE}(?:the |tarehe )?{DAY} (?:of |ya |wa )?"
        r"(?:(?P<which>this|next|the) month|month (?P<then>hii|ijayo))",
        _nth_of_that_month,
    ),
    rule(
        rf"(?:from |between )?(?:the |tarehe )?(?P<day>\d{{1,2}}(?:th|ord)|(?<=tarehe )\d{{1,2}}) "
        rf"(?:{TO}) (?:the |tarehe )?(?P<last>\d{{1,2}}(?:th|ord)?)",
        _nth_to_nth,
    ),
    rule(rf"(?P<weekday>{WEEKDAY}) (?:, )?(?P<sure>the |tarehe )?{DAY}{NO_CLOCK}", _weekday_nth),
    rule(rf"(?:the )?(?P<day>\d{{1,2}}th) (?:, )?(?P<weekday>{WEEKDAY})", _weekday_nth),
    rule(r"(?:the |tarehe |on ){0,2}(?P<day>\d{1,2}th)", _nth),
    rule(rf"(?:tarehe|(?:the )?date) (?:the )?{DAY}", _nth),
    rule(r"(?:on|for|from|until|to|by) the (?P<day>1[3-9]|2\d|3[01])(?! [a-z])", _nth),
    rule(r"on (?:the )?(?P<day>1[3-9]|2\d|3[01])(?= at | between | from |$| [,.!?])", _nth),
    rule(r"(?:on (?:the )?|for the )(?P<day>\d{1,2}ord)(?! \w)", _nth),
)
