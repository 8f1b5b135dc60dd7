"""Stretches of the calendar as days: months, quarters, years, weeks, and their parts."""

from datetime import date, timedelta

from agent.when.things import Day, safe_date

YEAR = r"(?:1[5-9]|20)\d\d"


def months_from(year: int, month: int, count: int) -> Day | None:
    """Some whole months, from the first day of one; `month` may lie outside 1 to 12."""
    return _until(_first_of(year, month), _first_of(year, month + count))


def weeks_from(monday: date, count: int = 1) -> Day | None:
    """Some whole weeks."""
    return days_from(monday, 7 * count)


def days_from(start: date, count: int) -> Day | None:
    """Some whole days."""
    try:
        return Day(start, start + timedelta(days=count - 1), vague=True)
    except OverflowError:
        return None


def first_week_of(year: int, month: int) -> date | None:
    """The Monday of the first week with most of its days in a month, as ISO weeks are of years."""
    fourth = safe_date(year, month, 4)
    return fourth - timedelta(days=fourth.weekday()) if fourth else None


def part_of(day: Day, place: str) -> Day:
    """The first half, the middle or the second half of a stretch of days."""
    if day.start is None or day.end is None:
        return day
    length = (day.end - day.start).days + 1
    half = day.start + timedelta(days=length // 2)
    if place in {"start", "beginning", "early"}:
        return Day(day.start, half - timedelta(days=1), vague=True)
    if place in {"mid", "middle"}:
        third = timedelta(days=(length - 1) // 3 - (length < 32))
        return Day(day.start + third, day.end - third, vague=True)
    return Day(half, day.end, vague=True) if place else day


def _first_of(year: int, month: int) -> date | None:
    return safe_date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _until(start: date | None, after: date | None) -> Day | None:
    return Day(start, after - timedelta(days=1), vague=True) if start and after else None
