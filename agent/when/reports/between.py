"""Ends of ranges: "until the end of June", and lengths from a start: "3 hours from 10 am"."""

from agent.when.clock import shifted
from agent.when.line import Found, Rule, rule
from agent.when.relations import HOUR, clock_at
from agent.when.reports.stretch import days_from
from agent.when.things import Day, Window, days_after

_MINUTES_IN = {"hours": 60, "minutes": 1}
_DAYS_IN = {"days": 1, "week": 7, "weeks": 7, "fortnight": 14}


def _hours_from(found: Found) -> Window | None:
    clock = clock_at(found, "clock")
    minutes = (found.number("n") or 1) * _MINUTES_IN[found.word("unit")]
    return Window(clock, shifted(clock, minutes)) if clock and minutes < 1440 else None


def _days_from(found: Found) -> Day | None:
    day = found.thing("day")
    if not isinstance(day, Day) or day.start is None:
        return None
    return days_from(day.start, (found.number("n") or 1) * _DAYS_IN[found.word("unit")])


def _or_later(found: Found) -> Day | None:
    day = found.thing("day")
    return Day(day.start) if isinstance(day, Day) and day.start else None


def _later_than(found: Found) -> Day | None:
    day = found.thing("day")
    if not isinstance(day, Day) or day.start is None:
        return None
    return Day(days_after(day.end, 1) if day.vague and day.end else day.start)


def _or_before(found: Found) -> Day | None:
    day = found.thing("day")
    if not isinstance(day, Day) or day.start is None:
        return None
    return Day(None, days_after(day.end, 1) if day.vague and day.end else day.end or day.start)


_FROM = r"(?:, )?(?:starting|beginning|from|starting from|beginning from)(?: on| at)?"

LENGTHS_FROM: tuple[Rule, ...] = (
    rule(
        rf"(?:for )?(?P<n>\d{{1,3}}|an?) (?P<unit>hours|minutes) {_FROM} (?P<clock><t>|{HOUR})",
        _hours_from,
    ),
    rule(
        rf"(?:for (?P<n>\d{{1,3}}|an?) (?P<unit>days|weeks?|fortnight) {_FROM}) (?P<day><d>)",
        _days_from,
    ),
    rule(
        r"(?P<n>\d{1,3}|an?) (?P<unit>days|weeks?|fortnight) (?:, from|starting|beginning)"
        r"(?: on| from)? (?P<day><d>)",
        _days_from,
    ),
)
POINTS: tuple[Rule, ...] = (
    rule(r"(?P<day><d>) (?:or|and) (?:later|after|afterwards?)", _or_later),
    rule(r"(?:since|> =) (?P<day><d>)", _or_later),
    rule(r"(?:later|greater|more|newer) than (?P<day><d>)", _later_than),
    rule(r"(?:< =|no later than) (?P<day><d>)", _or_before),
)
