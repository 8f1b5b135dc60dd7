"""Days in figures: "2026-12-09", "9/12", "09.12.2026"."""

from datetime import date

from agent.when.days import AFTER, BEFORE, century, on_weekday, this_or_next_year
from agent.when.lexicon import WEEKDAYS
from agent.when.line import Found, Rule, rule
from agent.when.model import Problem
from agent.when.things import Day, safe_date


def _day_first(first: int, second: int, found: Found) -> bool:
    """Whether two numbers are day and month; only one order may exist."""
    if found.moment.manner.month_first:
        return first > 12
    return second <= 12


def _numeric(found: Found) -> Day | None:
    """ISO when the year comes first; else day before month, or as the manner has it."""
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
    return on_weekday(_other_order(whole, weekday, today) or whole, weekday, today)


def _other_order(day: date, weekday: str, today: date) -> date | None:
    """The day with its numbers the other way round, where only that has the weekday said."""
    if not weekday or day.weekday() == WEEKDAYS.index(weekday):
        return None
    years = {day.year, today.year}
    others = [safe_date(year, day.day, day.month) for year in sorted(years)]
    fits = [each for each in others if each and each.weekday() == WEEKDAYS.index(weekday)]
    return next((each for each in fits if each >= today), None)


NUMERIC_DAYS: tuple[Rule, ...] = (
    rule(
        rf"{BEFORE}(?P<date>\d{{1,4}}(?P<mark>[/.-])\d{{1,2}}(?P=mark)\d{{1,4}}|\d{{1,2}}/\d{{1,2}})"
        rf"{AFTER}",
        _numeric,
    ),
)
