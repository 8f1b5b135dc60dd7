"""Which hour is meant: "8" beside "evening" is 20:00, "9 to 2" is 09:00 to 14:00."""

from collections.abc import Iterable, Sequence
from datetime import time
from itertools import product

from agent.when.line import Moment
from agent.when.things import Clock, Part, Window

_NEAR_MINUTES = 180


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def likely(clock: Clock, part: Part | None, moment: Moment) -> Sequence[time]:
    """The times a clock may mean, likeliest first.

    By the part of the day, else by the time that is being talked about, else by the manner.
    """
    near = moment.near
    if part:
        options = (*clock.options, *clock.swahili) if part.swahili else clock.options
        fitting = [at for at in options if part.holds(at)]
        if fitting:
            return sorted(fitting, key=part.distance)
    if near is not None:
        close = [at for at in clock.options if abs(_minutes(at) - _minutes(near)) <= _NEAR_MINUTES]
        if close:
            return (*close, *clock.options)
    if moment.manner.clock24 and not clock.is_saa:
        return sorted(clock.options, key=lambda at: (at.hour == 0, at))
    return clock.options


def window(bounds: Window, part: Part | None, moment: Moment) -> tuple[time | None, time | None]:
    """Both bounds of a window, the first before the second where that can be."""
    after = likely(bounds.after, part, moment) if bounds.after else ()
    before = likely(bounds.before, part, moment) if bounds.before else ()
    if not after or not before:
        return (after[0] if after else None, before[0] if before else None)
    # An hour whose half of the day was said decides; the other follows it.
    ordered = [(a, b) for a, b in product(after, before) if a < b]
    if len(before) == 1 and len(after) > 1 and ordered:
        return max(ordered)
    if not ordered and bounds.before and len(after) > 0:
        # "10 to 12 in the morning": noon is no morning hour, but where a morning ends.
        later = [at for at in bounds.before.options if at > after[0]]
        return after[0], (later or before)[0]
    return ordered[0] if ordered else (after[0], before[0])


def either(clocks: Iterable[Clock], part: Part | None, moment: Moment) -> tuple[time, ...]:
    """Every time of a choice, in the same half of the day where the last one names it."""
    last = [likely(clock, part, moment)[0] for clock in clocks][-1]
    return tuple(
        options[0]
        if len(options) == 1 or part
        else min(options, key=lambda at: abs(_minutes(at) - _minutes(last)))
        for options in (likely(clock, part, moment) for clock in clocks)
    )
