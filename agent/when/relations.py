"""How the things of a message stand to each other: ranges, bounds, choices."""

from datetime import date

from agent.when.calendar_days import coming_nth
from agent.when.clock import said
from agent.when.line import Found, Rule, rule
from agent.when.model import Problem
from agent.when.saa import six_hours_on
from agent.when.things import Clock, Day, Either, Window, days_after, safe_date

HOUR = r"(?:[01]?\d|2[0-3])"
_T = rf"(?:<t>|{HOUR})"
_ISH = r"(?: (?:oclock|ish))?"


def clock_at(found: Found, name: str, beside: Clock | None = None) -> Clock | None:
    """A time understood before, or a bare hour; on the Swahili clock if the time beside it is."""
    thing = found.thing(name)
    if isinstance(thing, Clock):
        return thing
    word = found.word(name)
    if not word.isdigit():
        return None
    on_swahili_clock = found.is_swahili(name) or (beside and beside.is_saa)
    if on_swahili_clock and 1 <= int(word) <= 12:
        return six_hours_on(int(word), 0)
    return said(int(word), zero=word.startswith("0"))


def _between(found: Found) -> Window | None:
    after = clock_at(found, "first")
    before = clock_at(found, "last", after)
    return Window(after, before) if after and before else None


def _after(found: Found) -> Window | None:
    clock = clock_at(found, "clock")
    return Window(after=clock) if clock else None


def _before(found: Found) -> Window | None:
    clock = clock_at(found, "clock")
    return Window(before=clock) if clock else None


def _at(found: Found) -> Clock | None:
    return clock_at(found, "clock")


def _or(found: Found) -> Either | None:
    first = clock_at(found, "first")
    second = clock_at(found, "second", first)
    return Either((first, second)) if first and second else None


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
    end = day and (day.end or day.start)
    nth = day.nth if day else 0
    before = found.word("how") in {"before", "kabla ya"}
    if day and day.start and day.vague and found.moment.naming:
        end = day.start if before else days_after(day.start, (end - day.start).days + 1)
    elif end and before and not found.moment.naming:
        end = days_after(end, -1)
    return Day(None, end, nth=nth) if end else None


def _after_day(found: Found) -> Day | None:
    """As in "after Tuesday": the week of days that follows it."""
    day = _day(found, "day")
    last = day and (day.end or day.start)
    start = last and days_after(last, 1)
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
RANGES: tuple[Rule, ...] = (
    rule(
        rf"(?:between|anywhere between|kati ya) (?P<first>{_T}){_ISH} (?:and|to|-|na|hadi) "
        rf"(?P<last>{_T}){_ISH}",
        _between,
    ),
    rule(
        rf"(?:from|kuanzia|kutoka|starting) (?P<first>{_T}){_ISH} (?:to|-|until|through|hadi) "
        rf"(?P<last>{_T}){_ISH}",
        _between,
    ),
    rule(r"(?P<first><t>) (?:to|-|until|through|hadi) (?P<last><t>)", _between),
    rule(rf"(?P<first>{HOUR}) (?:to|-|until|hadi) (?P<last><t>)", _between),
    rule(rf"(?P<first><t>) (?:to|-|until|hadi) (?P<last>{HOUR})", _between),
    rule(
        rf"(?:(?<=<d> )|(?<=<d> , )|(?<=<p> )|^)(?P<first>{HOUR}) (?:to|-) (?P<last>{HOUR})"
        r"(?= <d>|$| on| [,?.])",
        _between,
    ),
    rule(rf"(?P<first>{HOUR}) (?:or|au|ama) (?P<second><t>)", _or),
    rule(rf"(?P<first><t>) (?:or|au|ama|/) (?:at )?(?P<second>{_T})", _or),
    rule(rf"(?<=at )(?P<first>{HOUR}) (?:or|au) (?P<second>{HOUR})", _or),
)

BOUNDS: tuple[Rule, ...] = (
    rule(rf"(?:no|not) (?:later than|after) (?:at )?(?P<clock>{_T}){_ISH}", _before),
    rule(rf"(?:no|not) (?:earlier than|sooner than|before) (?:at )?(?P<clock>{_T}){_ISH}", _after),
    rule(
        rf"(?:anytime |any time )?(?:after|past|later than|from|starting|kuanzia|baada ya|since)"
        rf"(?: around| about)? (?P<clock>{_T}){_ISH}(?: onwards?| going forward| or later)?",
        _after,
    ),
    rule(
        rf"(?P<clock>{_T}){_ISH} (?:or later|or after|onwards?|and later|and after|au baadaye"
        r"|kuendelea|na kuendelea)",
        _after,
    ),
    rule(
        rf"(?:before|by|until|earlier than|up to|kabla ya|hadi|kufikia)(?: around| about)? "
        rf"(?P<clock>{_T}){_ISH}",
        _before,
    ),
    rule(rf"(?P<clock>{_T}){_ISH} (?:or earlier|or before|at the latest|latest)", _before),
    rule(rf"(?:at|@|around|about|arnd|say|kama) (?P<clock>{HOUR}){_ISH}(?! <x>| of)", _at),
    rule(rf"(?P<clock>{HOUR})(?= (?:on |in |at )?(?:the )?(?:<d> )?<p>)", _at),
    rule(rf"(?<=<p> )(?:at )?(?P<clock>{HOUR})", _at),
    rule(rf"(?:^|(?<=<d> at )|(?<=for ))(?P<clock>{HOUR})(?= (?:on |this )?<d>)", _at),
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
