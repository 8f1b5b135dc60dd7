"""What `agent.when` says to a row, in the manner of those who wrote its like."""

import re
from dataclasses import dataclass
from datetime import timedelta

from agent.when import BOOKING, Manner
from agent.when.every import Named, read_every
from evals.dates.rows import Row

_ASKED_A_TIME = re.compile(r"(?i)\b(?:what|which|when|any)\b.{0,40}\btime|\bwhat hour")
_ONE_NUMBER = re.compile(r"\s*\d{1,2}\s*[.!]?\s*")


@dataclass(frozen=True, slots=True)
class Convention:
    """How a source resolves what words leave open.

    `past_the_end`: a stretch such as a week ends with the first day after it.
    """

    manner: Manner = BOOKING
    past_the_end: bool = False


_ELSEWHERE = Convention()
CONVENTIONS = {
    "NLU++": Convention(Manner(month_first=True, clock24=True, asks=False)),
    "Recognizers-Text": Convention(
        Manner(month_first=True, clock24=True, report=True, asks=False), True
    ),
}


def convention_of(row: Row) -> Convention:
    """Return that of a row's source; `results` are in no other format than that of Recognizers."""
    source = row.source or ("Recognizers-Text" if "results" in row.data else "")
    return CONVENTIONS.get(source, _ELSEWHERE)


def named_in(text: str, row: Row, *, time_asked: bool = False) -> tuple[Named, ...]:
    """What is named in a text said where a row was said."""
    manner = convention_of(row).manner
    asked = (
        time_asked or bool(_ASKED_A_TIME.search(row.before)) or bool(_ONE_NUMBER.fullmatch(text))
    )
    return read_every(text, row.now, expecting_time=asked, manner=manner)


def values_of(named: Named, row: Row) -> list[str]:
    """The values of one thing that is named: days as 2026-11-20, times as 14:00."""
    days = list(named.days)
    if named.whole and convention_of(row).past_the_end:
        days = [days[0], days[-1] + timedelta(days=1)]
    return [*(day.isoformat() for day in days), *(f"{at:%H:%M}" for at in named.times)]
