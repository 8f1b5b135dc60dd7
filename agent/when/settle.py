"""What is left of a message, as things, settled into the one reading that is handed out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from agent.when.days import coming_nth
from agent.when.hours import either, likely, window
from agent.when.line import Line, Moment
from agent.when.model import Problem, When
from agent.when.things import Clock, Day, Either, Moved, Noise, Part, Window, Wish
from agent.when.tokens import Item

_CORRECTION = re.compile(
    r"(?<!\S)(?:no|nope|actually|sorry|mean|instead|rather|scratch|wait|oops|better|hapana"
    r"|samahani|namaanisha|badala|ngoja|subiri|afadhali|nimebadilisha|change of plans?"
    r"|make (?:it|that)|let us say)(?!\S)"
)
_INSTEAD = re.compile(
    r"(?:\S+ ){0,2}(?:instead|is better|would be better|badala|ni bora|ni afadhali)(?!\S)"
)
_STAY = re.compile(
    r"(?<!\S)(?:check|checking|checkin|checkout|leav\w*|depart\w*|stay\w*|arriv\w*|nights|return\w*"
    r"|drop\w*|pick\w*|kuondoka|kutoka|kufika|kukaa)(?!\S)"
)
_LEAVING = re.compile(r"(?<!\S)(?:out|checkout|leav\w*|depart\w*|until|kuondoka)(?!\S)")
_TIMES = (Clock, Either, Window)


def settled(line: Line, moment: Moment) -> When:
    """One reading of everything the message said."""
    said = [
        item for item in line.items if item.thing and not isinstance(item.thing, (Noise, Moved))
    ]
    days = _last_word(line, [item for item in said if isinstance(item.thing, Day)])
    times = _last_word(line, [item for item in said if isinstance(item.thing, _TIMES)])
    others = [item for item in said if isinstance(item.thing, (Part, Wish))]
    when = _judged(
        _with_wishes(
            _with_times(_of_days(line, days), times, others, moment),
            others,
        ),
        moment,
    )
    return replace(when, spans=_spans([*days, *times, *others]))


def _last_word(line: Line, items: list[Item]) -> list[Item]:
    """What holds after the guest's own corrections ("Friday, no, Saturday")."""
    if len(items) > 1 and _INSTEAD.match(line.words(items[-1])):
        return items[-1:]
    for index in range(len(items) - 1, 0, -1):
        between = line.words(items[index - 1], items[index])
        if _CORRECTION.search(between):
            return items[index:]
    return items


def _of_days(line: Line, items: Sequence[Item]) -> When:
    days = [item.thing for item in items if isinstance(item.thing, Day)]
    if not days:
        return When()
    if len(days) == 1 or all(day == days[0] for day in days):
        return _of_day(days[0])
    known = [day for day in days if day.start]
    known = [day for day in known if not day.vague] or known
    ends = [day for day in days if day.end and not day.start]
    if len(known) == 1 and ends:
        return _of_day(replace(known[0], end=_end_after(known[0], ends[-1])))
    choices = (each for day in known for each in (day.choices or (day.start,)) if each)
    starts = tuple(dict.fromkeys(choices))
    problem = next((day.problem for day in days if day.problem), None)
    if len(starts) < 2:
        return When(date=starts[0] if starts else None, problem=problem)
    if not problem and len(starts) == 2:
        if _STAY.search(line.text):
            leaving_first = _LEAVING.search(line.words(None, items[0]))
            return _stay(*starts, weekly=known[-1].weekly and not leaving_first)
        if abs((starts[1] - starts[0]).days) == 1:
            return When(date=min(starts), date_to=max(starts))
    return When(date=starts[0], problem=problem or Problem.AMBIGUOUS, choices=starts)


def _end_after(first: Day, last: Day) -> date | None:
    """The end of a stay, which "until the 4th" puts after its start."""
    if first.start and last.end and last.end < first.start:
        return coming_nth(last.nth, first.start) if last.nth else None
    return last.end


def _stay(first: date, last: date, *, weekly: bool) -> When:
    """From arrival to departure: "in on Friday, out on Monday" is the Monday after."""
    if weekly and last < first:
        last += timedelta(days=7)
    return When(date=min(first, last), date_to=max(first, last))


def _of_day(day: Day) -> When:
    return When(day.start, day.end, day.at, problem=day.problem, choices=day.choices)


def _with_times(when: When, items: Sequence[Item], others: Sequence[Item], moment: Moment) -> When:
    parts = [(item.start, item.thing) for item in others if isinstance(item.thing, Part)]
    if not items:
        return _with_parts(when, [part for _, part in parts])
    exact: list[time] = []
    for item in items:
        part = min(parts, key=lambda each: abs(each[0] - item.start))[1] if parts else None
        match item.thing:
            case Clock() as clock:
                exact.append(likely(clock, part, moment)[0])
            case Either(clocks):
                exact.extend(either(clocks, part, moment))
            case Window() as bounds:
                after, before = window(bounds, part, moment)
                when = replace(when, after=after or when.after, before=before or when.before)
    choices = tuple(dict.fromkeys(exact))
    if len(choices) > 1:
        problem = when.problem or Problem.AMBIGUOUS
        return replace(when, problem=problem, choices=(*when.choices, *choices))
    return replace(when, time=choices[0]) if choices else when


def _with_parts(when: When, parts: Sequence[Part]) -> When:
    """The window of one part of the day, or that from the first to the last of several."""
    if not parts or when.time:
        return when
    afters = [part.after for part in parts if part.after]
    befores = [part.before for part in parts if part.before]
    return replace(
        when,
        after=min(afters) if len(afters) == len(parts) else None,
        before=max(befores) if len(befores) == len(parts) else None,
    )


def _with_wishes(when: When, others: Sequence[Item]) -> When:
    things = [item.thing for item in others]
    wishes = [thing for thing in things if isinstance(thing, (Wish, Part))]
    return replace(
        when,
        earliest=any(wish.earliest for wish in wishes),
        latest=any(wish.latest for wish in wishes),
        any_time=any(isinstance(wish, Wish) and wish.any_time for wish in wishes),
    )


def _judged(when: When, moment: Moment) -> When:
    """The reading, marked as past where all of it has gone by."""
    if when.problem or not (when.date or when.date_to):
        return when
    last: date | None = when.date_to or when.date
    clock = moment.now.time().replace(second=0, microsecond=0)
    over = when.time or when.before
    gone = last is not None and (
        last < moment.today or (last == moment.today and over is not None and over < clock)
    )
    return replace(when, problem=Problem.PAST) if gone else when


def _spans(items: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(item.start, item.end) for item in items}))
