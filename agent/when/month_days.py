"""Days of a named month, and ranges of them: "9 December", "3rd to 7th Dec", "Dec 3 - Jan 2"."""

from dataclasses import replace
from datetime import date

from agent.when.days import (
    AFTER,
    BEFORE,
    DAY,
    IN_YEAR,
    LAST,
    MONTH,
    NO_CLOCK,
    OF_MONTH,
    TO,
    YEAR,
    judged,
    named,
    on_weekday,
    this_or_next_year,
)
from agent.when.lexicon import MONTHS, WEEKDAYS
from agent.when.line import Found, Moment, Rule, rule
from agent.when.model import Problem
from agent.when.things import Day, safe_date

_YEARS_WITHOUT_ASKING = 12


def _day_of_month(found: Found) -> Day:
    day = named(found, found.number("day"))
    if day is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    weekday = found.word("weekday") or found.word("after")
    if weekday and not found.word("year") and not found.moment.manner.asks:
        day = _in_a_fitting_year(day, WEEKDAYS.index(weekday), found.moment)
    return replace(on_weekday(day, weekday, found.moment.today), yearless=not found.word("year"))


def _in_a_fitting_year(day: date, weekday: int, moment: Moment) -> date:
    """The first year in which a day falls on a weekday; the day itself if that is far off."""
    years = range(day.year, day.year + _YEARS_WITHOUT_ASKING)
    if moment.manner.report:
        years = range(day.year - 1, day.year + 1)
    days = (safe_date(year, day.month, day.day) for year in years)
    return next((each for each in days if each and each.weekday() == weekday), day)


def _month_to_month(found: Found) -> Day | None:
    """As in "Dec 3 - Jan 2", where the hyphen belongs to neither date; "and" and "or" join two."""
    if found.line.text[found.match.end("day") :].strip().startswith(("and ", "or ")):
        return None
    first = named(found, found.number("day"))
    month, year = MONTHS.index(found.word("month_to")) + 1, found.number("year_to")
    if year and first and not found.number("year"):
        first = safe_date(
            year - ((first.month, first.day) > (month, found.number("last"))),
            first.month,
            first.day,
        )
    day = found.number("last")
    last = first and (safe_date(year, month, day) if year else this_or_next_year(month, day, first))
    if not first or not last:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    return Day(first, last if last > first else None, judged(last, found.moment.today).problem)


def _days_of_month(found: Found) -> Day:
    first, last = named(found, found.number("day")), named(found, found.number("last"))
    if first is None or last is None:
        return Day(None, problem=Problem.NO_SUCH_DATE)
    return Day(min(first, last), max(first, last))


MONTH_DAYS: tuple[Rule, ...] = (
    rule(
        rf"(?:between |from |the ){{0,2}}{DAY} (?:{TO}) (?:the )?{LAST} {OF_MONTH}",
        _days_of_month,
    ),
    rule(
        rf"(?:between |from )?(?P<month>{MONTH}) (?:the )?{DAY} (?:{TO}) (?:the )?{LAST}"
        rf"{IN_YEAR}{NO_CLOCK}(?! of )",
        _days_of_month,
    ),
    rule(
        rf"(?:between |from )?(?P<month>{MONTH}) (?:the )?{DAY}{IN_YEAR} (?:{TO}) "
        rf"(?P<month_to>{MONTH}) (?:the )?{LAST}(?:(?: [,./-])? (?P<year_to>{YEAR}))?",
        _month_to_month,
    ),
    rule(rf"{BEFORE}(?:the |tarehe )?{DAY} {OF_MONTH}{AFTER}", _day_of_month),
    rule(
        rf"{BEFORE}(?P<month>{MONTH}) (?:the |[./-] )?{DAY}{IN_YEAR}{AFTER}",
        _day_of_month,
    ),
)
