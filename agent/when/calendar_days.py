"""Days said by their place in the calendar, in the order in which they are looked for."""

from agent.when.line import Rule
from agent.when.month_days import MONTH_DAYS
from agent.when.nth_days import NTH_DAYS
from agent.when.numeric_days import NUMERIC_DAYS

CALENDAR_DAYS: tuple[Rule, ...] = (*NUMERIC_DAYS, *MONTH_DAYS, *NTH_DAYS)
