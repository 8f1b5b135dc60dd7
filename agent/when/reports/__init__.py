"""Days and times in texts about what was: "last week", "Q3 2019", "3 hours from 10 am".

A guest who books says none of it, and "2018" is a room rather than a year to one who does: these
rules are read in the manner of reports only. What they share with bookings is not written twice.
"""

from agent.when.days import WEEKDAY
from agent.when.line import Rule, rule
from agent.when.nth_days import weekday_in_month
from agent.when.reports.between import LENGTHS_FROM, POINTS
from agent.when.reports.counted import BESIDE_DAYS, COUNTED_FROM_NOW
from agent.when.reports.hours_of_day import HALVES_OF_A_DAY, HOURS_OF_DAY
from agent.when.reports.months import MONTHS_AND_YEARS, QUARTERS, WRITTEN_DAYS
from agent.when.reports.now import NOW_EXACTLY
from agent.when.reports.rolling import SEVERAL, SINGLE
from agent.when.reports.spoken import with_years
from agent.when.reports.weeks import WEEKS

EARLY: tuple[Rule, ...] = (
    *COUNTED_FROM_NOW,
    rule(rf"(?:the )?(?P<which>[1-5]ord) (?P<weekday>{WEEKDAY})(?! (?:of|in) )", weekday_in_month),
    *SEVERAL,
    *HALVES_OF_A_DAY,
    *WRITTEN_DAYS,
    *WEEKS,
    *QUARTERS,
)
STRETCHES_OF_REPORTS: tuple[Rule, ...] = (*SINGLE, *MONTHS_AND_YEARS, *NOW_EXACTLY)
LATE: tuple[Rule, ...] = (*LENGTHS_FROM, *POINTS, *BESIDE_DAYS)

__all__ = ["EARLY", "HOURS_OF_DAY", "LATE", "STRETCHES_OF_REPORTS", "with_years"]
