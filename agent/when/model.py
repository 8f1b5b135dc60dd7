"""What a guest's words about time came to."""

import datetime
from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why the words cannot simply be taken at face value; the guest should be asked."""

    NO_SUCH_DATE = "no_such_date"
    PAST = "past"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class When:
    """One reading of one message, in the business's wall-clock time.

    `date` is the one day meant, or the first of a range whose inclusive end is `date_to`.
    `date_to` without `date` means "until that day". `time` is exact; `after` and `before` bound a
    window (both inclusive for a start). With a `problem` the fields still hold what was said,
    as far as it exists, and `choices` what it could have been.
    `spans` are [start, end) offsets into the text that was read, in reading order.
    """

    date: datetime.date | None = None
    date_to: datetime.date | None = None
    time: datetime.time | None = None
    after: datetime.time | None = None
    before: datetime.time | None = None
    earliest: bool = False
    latest: bool = False
    any_time: bool = False
    problem: Problem | None = None
    choices: tuple[datetime.date | datetime.time, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        """Whether the message said anything about time at all."""
        return self != When()
