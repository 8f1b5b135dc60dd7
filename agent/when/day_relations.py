"""How the days of a message stand to each other: ranges, choices, bounds, one said twice."""

from datetime import date

from agent.when.days import coming_nth
from agent.when.line import Found, Rule, rule
from agent.when.model import Problem
from agent.when.things import Day, days_after, safe_date


def _day(found: Found, name: str) -> Day | None:
    thing = found.thing(name)
    return thing if isinstance(thing, Day) else None


def _through(found: Found) -> Day | None:
    first, last = _day(found, "first"), _day(found, "last")
    if not (first and last and first.start and last.start):
        return None
    end = last.end or last.start
    if found.moment.manner.report and last.vague:
        end = last.start
    if last.nth and end < first.start:
        end = coming_nth(last.nth, first.start) or end
    start, end = _in_order(first, last, end, found.moment.today)
    while end < start and (start - end).days < 7:
        later = days_after(end, 7)
        if later is None:
            break
        end = later
    problem = first.problem or last.problem
    at, at_to = (first.at, last.at) if first.at and last.at else (None, None)
    return Day(start, end if end > start else None, problem, at=at, at_to=at_to)


def _in_order(first: Day, last: Day, end: date, today: date) -> tuple[date, date]:
    """Both ends of a range in years in which the one follows the other.

    A year said once holds for both; with none, a stretch that is going on is meant before the next.
    """
    start = first.start or end
    if first.yearless and not last.yearless:
        return _in_year(start, end.year - (_place(start) > _place(end))), end
    if last.yearless and not first.yearless:
        return start, end if end >= start else _following(end, start)
    if first.yearless and first.vague:
        begun = _in_year(start, start.year - 1)
        if _following(end, begun) >= today:
            return begun, _following(end, begun)
    return start, _following(end, start) if first.yearless else end


def _place(day: date) -> tuple[int, int]:
    return day.month, day.day


def _following(day: date, start: date) -> date:
    """The next day of the same name from `start` on."""
    return _in_year(day, start.year + (_place(day) < _place(start)))


def _in_year(day: date, year: int) -> date:
    return safe_date(year, day.month, day.day) or day


def _day_or_day(found: Found) -> Day | None:
    """Neighbouring days are a range; others a choice."""
    first, second = _day(found, "first"), _day(found, "second")
    if not (first and second and first.start and second.start) or first.end or second.end:
        return None
    low, high = sorted((first.start, second.start))
    if (high - low).days <= 1:
        return Day(low, high if high > low else None, first.problem or second.problem)
    return Day(low, high, Problem.AMBIGUOUS, (first.start, second.start))


def _and_the_next(found: Found) -> Day | None:
    day = _day(found, "first")
    if day is None or day.start is None or day.end:
        return None
    return Day(day.start, days_after(day.start, 1), day.problem)


def _until_day(found: Found) -> Day | None:
    day = _day(found, "day")
    end = (day.end or day.start) if day else None
    nth = day.nth if day else 0
    before = found.word("how") in {"before", "kabla ya"}
    if day and end and day.start and day.vague and found.moment.naming:
        end = day.start if before else days_after(end, 1)
    elif end and before and not found.moment.naming:
        end = days_after(end, -1)
    return Day(None, end, nth=nth) if end else None


def _after_day(found: Found) -> Day | None:
    """As in "after Tuesday": the week of days that follows it."""
    day = _day(found, "day")
    last = (day.end or day.start) if day else None
    start = days_after(last, 1) if last else None
    if day and found.moment.naming:
        return Day(start if day.vague else day.start)
    return Day(start, days_after(start, 6)) if start else None


def _double(found: Found) -> Day | None:
    """The same day said twice ("tomorrow, Friday"); a question where the two disagree."""
    first, second = _day(found, "first"), _day(found, "second")
    if not (first and second and first.start and second.start) or first.end or second.end:
        return None
    if first.start == second.start:
        return first
    return Day(first.start, problem=Problem.WEEKDAY_MISMATCH, choices=(first.start, second.start))


NEIGHBOURS: tuple[Rule, ...] = (
    rule(r"(?P<first><d>) (?:or|and) (?:the )?(?:days after|next days)(?! <d>)", _and_the_next),
)
DAYS: tuple[Rule, ...] = (
    rule(r"(?:between|kati ya) (?P<first><d>) (?:and|to|-|na|hadi) (?P<last><d>)", _through),
    rule(
        r"(?:(?:from|kuanzia|kutoka) )?(?P<first><d>) (?:to|-|until|through|hadi) (?P<last><d>)",
        _through,
    ),
    rule(r"(?P<first><d>) (?:or|au|ama|/) (?:on |even )?(?P<second><d>)", _day_or_day),
    rule(r"(?:any (?:time|days) )?(?:after|baada ya) (?P<day><d>)", _after_day),
    rule(r"(?P<how>before|by|until|up to|kabla ya|hadi|kufikia) (?P<day><d>)(?! <t>)", _until_day),
    rule(r"(?P<first><d>) (?:, |\( |which is |that is )?(?P<second><d>)(?: \))?", _double),
)
