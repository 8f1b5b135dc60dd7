"""Days said by their place in the calendar: "9 December", "the 9th", "9/12", "Friday the 17th"."""

from dataclasses import replace
from datetime import date

from agent.when.lexicon import MONTHS, WEEKDAYS
from agent.when.line import Found, Moment, Rule, rule
from agent.when.model import Problem
from agent.when.things import Day, days_after, safe_date

WEEKDAY = "|".join(WEEKDAYS)
MONTH = "|".join(MONTHS)
_NTH = r"(?:0?[1-9]|[12]\d|3[0-9])(?:th|ord)?"
YEAR = r"(?:19|20)\d\d"
_TO = r"-|to|until|through|hadi|and|or"
_IN_YEAR = rf"(?:(?: [,./-])? (?P<year>{YEAR}))?"
_OF_MONTH = rf"(?:days )?(?:of |ya |wa |mwezi wa |[./-] )?(?P<month>{MONTH}){_IN_YEAR}"
_BEFORE = rf"(?:(?:this )?(?P<weekday>{WEEKDAY}) (?:, |the |tarehe |- |\( ){{0,2}})?"
_AFTER = rf"(?: \(? ?(?P<after>{WEEKDAY})(?: \))?)?"

# A day of the month with a weekday that fits it no sooner is more likely a slip than a plan.
_WEEKDAY_AND_NUMBER_WITHIN = 62
_WITHOUT_ASKING, _YEARS_WITHOUT_ASKING = 500, 12


def _on_weekday(day: date, weekday: str, today: date) -> Day:
    """The day, unless it is not the weekday said beside it."""
    if not weekday or day.weekday() == WEEKDAYS.index(weekday):
        return judged(day, today)
    said = days_after(today, (WEEKDAYS.index(weekday) - today.weekday() - 1) % 7 + 1)
    return Day(day, problem=Problem.WEEKDAY_MISMATCH, choices=(day, said) if said else (day,))


def judged(day: date, today: date) -> Day:
    """The day, with its problem if it has gone by."""
    return Day(day, problem=Problem.PAST if day < today else None)


def this_or_next_year(month: int, day: int, today: date) -> date | None:
    """The next such day; one gone by this very month is meant as it stands, and past.

    29 February is looked for in the leap year to come.
    """
    this = safe_date(today.year, month, day)
    if this and (this >= today or this.month == today.month):
        return this
    years = range(today.year, today.year + 9) if (month, day) == (2, 29) else (today.year + 1,)
    later = (safe_date(year, month, day) for year in years)
    return next((found for found in later if found and found >= today), None)


def _named(found: Found, day: int) -> date | None:
    month = MONTHS.index(found.word("month")) + 1
    year = found.number("year")
    today = found.moment.today
    return safe_date(year, month, day) if year else this_or_next_year(month, day, today)


def _day_of_month(found: Found) -> Day:
    day = _named(found, found.number("day"))
    if day is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    weekday = found.word("weekday") or found.word("after")
    if weekday and not found.word("year") and not found.moment.manner.asks:
        day = _in_a_fitting_year(day, WEEKDAYS.index(weekday), found.moment)
    return replace(
        _on_weekday(day, weekday, found.moment.today), yearless=not found.word("year")
    )


def _in_a_fitting_year(day: date, weekday: int, moment: Moment) -> date:
    """The first year in which a day falls on a weekday; the day itself if that is far off."""
    years = range(day.year, day.year + _YEARS_WITHOUT_ASKING)
    if moment.manner.report:
        years = range(day.year - 1, day.year + 1)
    days = (safe_date(year, day.month, day.day) for year in years)
    return next((each for each in days if each and each.weekday() == weekday), day)


def _month_to_month(found: Found) -> Day | None:
    """As in "Dec 3 - Jan 2", where a hyphen belongs to neither date. Both days may be one of two."""
    if found.line.text[found.match.end("day") :].strip().startswith(("and ", "or ")):
        return None
    first = _named(found, found.number("day"))
    month, year = MONTHS.index(found.word("month_to")) + 1, found.number("year_to")
    if year and first and not found.number("year"):
        first = safe_date(year - ((first.month, first.day) > (month, 32)), first.month, first.day)
    day = found.number("last")
    last = first and (
        safe_date(year, month, day) if year else this_or_next_year(month, day, first)
    )
    if not first or not last:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    return Day(first, last if last > first else None, judged(last, found.moment.today).problem)


def _days_of_month(found: Found) -> Day:
    first, last = _named(found, found.number("day")), _named(found, found.number("last"))
    if first is None or last is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    return Day(min(first, last), max(first, last))


def century(short: int, this: int) -> int:
    """A year of two digits in the century where it lies within 30 years to come or in the past."""
    return short + (2000 if short + 2000 <= this + 30 else 1900)


def _day_first(first: int, second: int, found: Found) -> bool:
    """Whether two numbers are day and month; only one order may exist."""
    if found.moment.manner.month_first:
        return first > 12
    return second <= 12


def _numeric(found: Found) -> Day | None:
    """ISO when the year comes first, else day before month or as the manner has it, if both exist."""
    parts = [
        int(part) for part in found.word("date").replace(".", "-").replace("/", "-").split("-")
    ]
    today = found.moment.today
    if len(parts) == 2:
        day, month = parts if _day_first(parts[0], parts[1], found) else parts[::-1]
        if month > 12 or not day or not month:
            return None
        whole = this_or_next_year(month, day, today)
    elif parts[0] > 999:
        whole = safe_date(*parts)
    else:
        day, month = parts[:2] if _day_first(parts[0], parts[1], found) else parts[1::-1]
        year = century(parts[2], today.year) if parts[2] < 100 else parts[2]
        whole = safe_date(year, month, day)
    if whole is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    weekday = found.word("weekday") or found.word("after")
    return _on_weekday(_other_order(whole, weekday, today) or whole, weekday, today)


def _other_order(day: date, weekday: str, today: date) -> date | None:
    """The day with its numbers the other way round, where only that has the weekday said."""
    if not weekday or day.weekday() == WEEKDAYS.index(weekday):
        return None
    years = {day.year, today.year}
    others = [safe_date(year, day.day, day.month) for year in sorted(years)]
    fits = [each for each in others if each and each.weekday() == WEEKDAYS.index(weekday)]
    return next((each for each in fits if each >= today), None)


def coming_nth(day: int, today: date) -> date | None:
    """The next day with this number, today included; months too short for it are passed over."""
    months = (
        (today.year + (today.month - 1 + i) // 12, (today.month - 1 + i) % 12) for i in range(4)
    )
    found = (safe_date(year, month + 1, day) for year, month in months)
    return next((each for each in found if each and each >= today), None)


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
    within = _WEEKDAY_AND_NUMBER_WITHIN if found.moment.manner.asks else _WITHOUT_ASKING
    ahead = range(within)
    offsets = (side for i in ahead for side in (i, -i)) if found.moment.manner.report else ahead
    near = (days_after(today, offset) for offset in offsets)
    fitting = [day for day in near if day and day.day == number and day.weekday() == weekday]
    if fitting:
        return Day(fitting[0])
    # Without an ending or "the" it may be an hour: "Friday 9".
    if not found.word("sure") and not found.word("day").endswith(("th", "ord")) and number < 13:
        return None
    return _on_weekday(first, found.word("weekday"), today)


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
    return _on_weekday(day, found.word("weekday"), today)


_MONTHS_OFF = {"next": 1, "following": 1, "ijayo": 1, "last": -1, "previous": -1}


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


_DAY = rf"(?P<day>{_NTH})"
_LAST = rf"(?P<last>{_NTH})"
_NO_CLOCK = r"(?! (?:pm|am|oclock|ish|hrs|morning|afternoon|evening|night|-|to|or|minutes|hours))"
_ANY_DATE = r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}|\d{1,2}/\d{1,2}"

CALENDAR_DAYS: tuple[Rule, ...] = (
    rule(
        rf"{_BEFORE}(?P<date>\d{{1,4}}(?P<mark>[/.-])\d{{1,2}}(?P=mark)\d{{1,4}}|\d{{1,2}}/\d{{1,2}})"
        rf"{_AFTER}",
        _numeric,
    ),
    rule(
        rf"(?:between |from |the ){{0,2}}{_DAY} (?:{_TO}) (?:the )?{_LAST} {_OF_MONTH}",
        _days_of_month,
    ),
    rule(
        rf"(?:between |from )?(?P<month>{MONTH}) (?:the )?{_DAY} (?:{_TO}) (?:the )?{_LAST}"
        rf"{_IN_YEAR}{_NO_CLOCK}(?! of )",
        _days_of_month,
    ),
    rule(
        rf"(?:from |between )?(?:the |tarehe )?{_DAY} (?:{_TO}) (?:the |tarehe )?{_LAST} "
        r"(?:of |in |ya )?(?:(?P<which>this|next|the) month|month (?P<then>hii|ijayo))",
        _nths_of_that_month,
    ),
    rule(
        rf"(?:between |from )?(?P<month>{MONTH}) (?:the )?{_DAY}{_IN_YEAR} (?:{_TO}) "
        rf"(?P<month_to>{MONTH}) (?:the )?{_LAST}(?:(?: [,./-])? (?P<year_to>{YEAR}))?",
        _month_to_month,
    ),
    rule(rf"{_BEFORE}(?:the |tarehe )?{_DAY} {_OF_MONTH}{_AFTER}", _day_of_month),
    rule(
        rf"{_BEFORE}(?P<month>{MONTH}) (?:the |[./-] )?{_DAY}{_IN_YEAR}{_AFTER}",
        _day_of_month,
    ),
    rule(
        r"(?:the )?(?P<which>[1-5](?:th|ord)|last) "
        rf"(?P<weekday>{WEEKDAY}|days) (?:of|in) (?:{_OF_MONTH}"
        r"|(?:the )?(?P<of>this|next|the|following|last|previous|coming) month)",
        weekday_in_month,
    ),
    rule(
        rf"{_BEFORE}(?:the |tarehe )?{_DAY} (?:of |ya |wa )?"
        r"(?:(?P<which>this|next|the) month|month (?P<then>hii|ijayo))",
        _nth_of_that_month,
    ),
    rule(
        rf"(?:from |between )?(?:the |tarehe )?(?P<day>\d{{1,2}}(?:th|ord)|(?<=tarehe )\d{{1,2}}) "
        rf"(?:{_TO}) (?:the |tarehe )?(?P<last>\d{{1,2}}(?:th|ord)?)",
        _nth_to_nth,
    ),
    rule(rf"(?P<weekday>{WEEKDAY}) (?:, )?(?P<sure>the |tarehe )?{_DAY}{_NO_CLOCK}", _weekday_nth),
    rule(rf"(?:the )?(?P<day>\d{{1,2}}th) (?:, )?(?P<weekday>{WEEKDAY})", _weekday_nth),
    rule(r"(?:the |tarehe |on ){0,2}(?P<day>\d{1,2}th)", _nth),
    rule(rf"(?:tarehe|(?:the )?date) (?:the )?{_DAY}", _nth),
    rule(r"(?:on|for|from|until|to|by) the (?P<day>1[3-9]|2\d|3[01])(?! [a-z])", _nth),
    rule(r"on (?:the )?(?P<day>1[3-9]|2\d|3[01])(?= at | between | from |$| [,.!?])", _nth),
    rule(r"(?:on (?:the )?|for the )(?P<day>\d{1,2}ord)(?! \w)", _nth),
)
