"""Weeks by their number: "week 27 of last year", "the 3rd week of January", "first 2 weeks"."""

from datetime import date, timedelta

from agent.when.lexicon import MONTHS, WEEKDAYS
from agent.when.line import Found, Rule, rule
from agent.when.reports.stretch import YEAR, first_week_of, weeks_from
from agent.when.things import Day

_MONTH = "|".join(MONTHS)
_SIDES = {"last": -1, "previous": -1, "next": 1}


def _year(found: Found) -> int:
    return found.number("year") or found.moment.today.year + _SIDES.get(found.word("of"), 0)


def _of_year(found: Found) -> Day | None:
    """ISO weeks: the first is the one with the year's first Thursday."""
    first = first_week_of(_year(found), 1)
    count = found.number("count") or 1
    number = found.number("n")
    if found.word("n") == "last":
        after = first_week_of(_year(found) + 1, 1)
        return weeks_from(after - timedelta(days=7 * count), count) if after else None
    if first is None or not 1 <= number <= 53:
        return None
    return weeks_from(first + timedelta(days=7 * (number - 1)), count)


def _of_month(found: Found) -> Day | None:
    monday = _monday(found)
    if monday is None:
        return None
    if found.word("weekday"):
        return Day(monday + timedelta(days=WEEKDAYS.index(found.word("weekday"))))
    return weeks_from(monday, found.number("count") or 1)


def _monday(found: Found) -> date | None:
    today = found.moment.today
    if found.word("month"):
        month = MONTHS.index(found.word("month")) + 1
        year = found.number("year") or today.year + (month < today.month)
    else:
        at = today.year * 12 + today.month - 1 + _SIDES.get(found.word("of"), 0)
        year, month = at // 12, at % 12 + 1
    if found.word("n") == "last":
        at = year * 12 + month
        after = first_week_of(at // 12, at % 12 + 1)
        return after - timedelta(days=7) if after else None
    first = first_week_of(year, month)
    return first + timedelta(days=7 * (found.number("n") - 1)) if first else None


_OF_YEAR = rf"(?:(?:of|in) (?:the )?(?:year )?(?:(?P<year>{YEAR})|(?P<of>this|last|next|the) year))"
_N = r"(?P<n>[1-5](?:th|ord)|last)"

WEEKS: tuple[Rule, ...] = (
    rule(rf"(?:the )?week (?P<n>\d\d?)(?: {_OF_YEAR})?", _of_year),
    rule(rf"(?:the )?(?P<n>\d\d?(?:th|ord)|last) (?:(?P<count>\d) )?weeks? {_OF_YEAR}", _of_year),
    rule(
        rf"(?:the )?{_N} (?:(?P<count>\d) )?weeks? (?:of|in) (?:(?P<month>{_MONTH})(?: \.)?"
        rf"(?: (?P<year>{YEAR}))?|(?:the )?(?P<of>last|next|this|previous|the) month)"
        rf"(?: on (?P<weekday>{'|'.join(WEEKDAYS)}))?",
        _of_month,
    ),
)
