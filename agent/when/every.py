"""Every day and time a text names, one by one: for those who list them and do not book by them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from agent.when.hours import either, likely, window
from agent.when.line import Moment
from agent.when.manner import BOOKING, Manner
from agent.when.model import Problem
from agent.when.read import line_of
from agent.when.reports.read import report_line_of
from agent.when.things import Clock, Day, Either, Part, Window
from agent.when.tokens import Item

_TIMES = (Clock, Either, Window)


@dataclass(frozen=True, slots=True)
class Named:
    """One thing a text names, with its [start, end) there.

    `days` and `times` are one value, both ends of a range, or every value of a choice. `whole` says
    that the days are a stretch of the calendar such as a week, from its first day to its last.
    """

    start: int
    end: int
    days: tuple[datetime.date, ...] = ()
    times: tuple[datetime.time, ...] = ()
    whole: bool = False


def read_every(
    text: str,
    now: datetime.datetime,
    *,
    expecting_time: bool = False,
    near: datetime.time | None = None,
    manner: Manner = BOOKING,
) -> tuple[Named, ...]:
    """Everything a text names, in reading order, in wall-clock time of `now`'s zone.

    What `read_when` would ask about is handed out as it stands, but for days that do not exist.
    What the text rules out ("not Friday") is left out. Never raises on any text.
    """
    moment = Moment(now, near, expecting_time, manner, naming=True)
    items = (report_line_of if manner.report else line_of)(text, moment).items
    parts = [item for item in items if isinstance(item.thing, Part)]
    clocked = not manner.report or any(isinstance(item.thing, _TIMES) for item in items)
    found = (
        _hours(item)
        if isinstance(item.thing, Part) and not clocked
        else _named(item, _beside(item, parts), moment)
        for item in items
    )
    given = [named for named in found if named.days or named.times]
    # "Next week, Monday maybe": the week is where the day lies, and not wanted with it.
    if not manner.report and any(named.days and not named.whole for named in given):
        given = [named for named in given if not named.whole]
    return tuple(given)


def _hours(item: Item) -> Named:
    """What a part of the day stands for, where no time is said with it."""
    part = item.thing
    ends = (part.after, part.before) if isinstance(part, Part) else ()
    return Named(item.start, item.end, times=tuple(each for each in ends if each is not None))


def _beside(item: Item, parts: Sequence[Item]) -> Part | None:
    near = min(parts, key=lambda part: abs(part.start - item.start), default=None)
    return near.thing if near and isinstance(near.thing, Part) else None


def _named(item: Item, part: Part | None, moment: Moment) -> Named:
    days: Sequence[datetime.date | None] = ()
    times: Sequence[datetime.time | None] = ()
    match item.thing:
        case Day() as day:
            days = day.choices if day.problem is Problem.AMBIGUOUS else (day.start, day.end)
            times = (day.at, day.at_to)
        case Clock() as clock:
            times = likely(clock, part, moment)[:1]
        case Either(clocks):
            times = either(clocks, part, moment)
        case Window() as bounds:
            times = window(bounds, part, moment)
    whole = isinstance(item.thing, Day) and item.thing.vague
    return Named(
        item.start,
        item.end,
        tuple(each for each in days if each is not None),
        tuple(each for each in times if each is not None),
        whole,
    )
