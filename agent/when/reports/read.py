"""A report read: its own grammar among the rules it shares with bookings."""

from agent.when import reports
from agent.when.calendar_days import CALENDAR_DAYS
from agent.when.clock import CLOCKS
from agent.when.day_relations import DAYS
from agent.when.feasts import FEASTS
from agent.when.line import Line, Moment
from agent.when.noise import BEFORE_DATES, LENGTHS, without_addresses
from agent.when.offsets import OFFSETS
from agent.when.parts import WISHES
from agent.when.read import LONGEST
from agent.when.relations import BOUNDS, RANGES
from agent.when.stretches import STRETCHES
from agent.when.things import CODES
from agent.when.tokens import tokens_of
from agent.when.weekdays import WEEKDAY_RULES

_GRAMMAR = (
    *WISHES,
    *reports.EARLY,
    *BEFORE_DATES,
    *CALENDAR_DAYS,
    *FEASTS,
    *WEEKDAY_RULES,
    *reports.STRETCHES_OF_REPORTS,
    *OFFSETS,
    *STRETCHES,
    *reports.HOURS_OF_DAY,
    *CLOCKS,
    *reports.LATE,
    *LENGTHS,
    *RANGES,
    *BOUNDS,
    *DAYS,
)


def report_line_of(text: str, moment: Moment) -> Line:
    """The text with everything in it that is understood in its place."""
    words = tokens_of(without_addresses(text[:LONGEST]))
    line = Line(reports.with_years(words), CODES)
    line.rewrite(_GRAMMAR, moment)
    return line
