"""The whole message: apply the grammar in order, then settle what is left into one reading."""

from datetime import datetime, time

from agent.when.calendar_days import CALENDAR_DAYS
from agent.when.changes import MOVED, RULED_OUT
from agent.when.clock import CLOCKS, said
from agent.when.day_relations import DAYS, NEIGHBOURS
from agent.when.feasts import FEASTS
from agent.when.line import Found, Line, Moment, Rule, rule
from agent.when.manner import BOOKING, Manner
from agent.when.model import When
from agent.when.noise import BEFORE_DATES, COUNTS, LENGTHS, without_addresses, without_handles
from agent.when.offsets import OFFSETS
from agent.when.parts import NOW, PARTS, WISHES
from agent.when.relations import BOUNDS, RANGES
from agent.when.saa import SAA, six_hours_on
from agent.when.settle import settled
from agent.when.stretches import STRETCHES
from agent.when.things import CODES, Clock
from agent.when.tokens import tokens_of
from agent.when.weekdays import WEEKDAY_RULES


def _bare(found: Found) -> Clock | None:
    digits = found.word("digits").replace(" ", "")
    if found.is_swahili("digits") and 1 <= int(digits) <= 12:
        return six_hours_on(int(digits), 0)
    hour, minute = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return said(int(hour), int(minute), zero=digits.startswith("0"))


# Nobody says when in more; what follows is not read.
LONGEST = 2000

_ANSWERS: tuple[Rule, ...] = (
    rule(r"(?P<digits>(?:[01]?\d|2[0-3]) ?[0-5]\d|(?:[01]?\d|2[0-3]))", _bare),
)
_GRAMMAR = (
    *WISHES,
    *BEFORE_DATES,
    *CALENDAR_DAYS,
    *FEASTS,
    *OFFSETS,
    *WEEKDAY_RULES,
    *STRETCHES,
    *NEIGHBOURS,
    *NOW,
    *SAA,
    *PARTS,
    *CLOCKS,
    *LENGTHS,
    *COUNTS,
    *RULED_OUT,
    *MOVED,
    *RANGES,
    *BOUNDS,
    *DAYS,
)


def read_when(
    text: str,
    now: datetime,
    *,
    expecting_time: bool = False,
    near: time | None = None,
    manner: Manner = BOOKING,
) -> When:
    """What day and time a message means, in wall-clock time of `now`'s zone; empty if it says none.

    `now` must be aware. `expecting_time` says that we just asked for a time, so that a bare "2" is
    one. `near` is the time being talked about: where an hour could be morning or evening, the side
    within three hours of it is taken. Otherwise an hour without "am" or "pm" falls in opening
    hours: 1 to 7 is PM, 8 to 11 AM, 12 noon. Never raises on any text, of which the first 2,000
    characters are read.
    """
    moment = Moment(now, near, expecting_time, manner)
    return settled(line_of(text, moment), moment)


def line_of(text: str, moment: Moment) -> Line:
    """The message with everything in it that is understood in its place."""
    line = Line(tokens_of(without_handles(without_addresses(text[:LONGEST]))), CODES)
    line.rewrite(_GRAMMAR, moment)
    if moment.expecting_time and "<t>" not in line.text and "<w>" not in line.text:
        line.rewrite(_ANSWERS, moment)
    return line
