"""What calendar days share: names, the next such day, a weekday that may contradict its date."""

from datetime import date

from agent.when.lexicon import MONTHS, WEEKDAYS
from agent.when.line import Found
from agent.when.model import Problem
from agent.when.things import Day, days_after, safe_date

WEEKDAY = "|".join(WEEKDAYS)
MONTH = "|".join(MONTHS)
NTH = r"(?:0?[1-9]|[12]\d|3[0-9])(?:th|ord)?"
YEAR = r"(?:19|20)\d\d"
TO = r"-|to|until|through|hadi|and|or"
IN_YEAR = rf"(?:(?: [,./-])? (?P<year>{YEAR}))?"
OF_MONTH = rf"(?:days )?(?:of |ya |wa |mwezi wa |[./-] )?(?P<month>{MONTH}){IN_YEAR}"
BEFORE = rf"(?:(?:this )?(?P<weekday>{WEEKDAY}) (?:, |the |tarehe |- |\( ){{0,2}})?"
AFTER = rf"(?: \(? ?(?P<after>{WEEKDAY})(?: \))?)?"
DAY = rf"(?P<day>{NTH})"
LAST = rf"(?P<last>{NTH})"
NO_CLOCK = r"(?! (?:pm|am|oclock|ish|hrs|morning|afternoon|evening|night|-|to|or|minutes|hours))"


def on_weekday(day: date, weekday: str, today: date) -> Day:
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


def coming_nth(day: int, today: date) -> date | None:
    """The next day with this number, today included; months too short for it are passed over."""
    months = (
        (today.year + (today.month - 1 + i) // 12, (today.month - 1 + i) % 12) for i in range(4)
    )
    found = (safe_date(year, month + 1, day) for year, month in months)
    return next((each for each in found if each and each >= today), None)


def century(short: int, this: int) -> int:
    """A year of two digits in the century where it lies within 30 years to come or in the past."""
    return short + (2000 if short + 2000 <= this + 30 else 1900)


def named(found: Found, day: int) -> date | None:
    """A day of the month that a phrase names, in its year or else the next one."""
    month = MONTHS.index(found.word("month")) + 1
    year = found.number("year")
    today = found.moment.today
    return safe_date(year, month, day) if year else this_or_next_year(month, day, today)
