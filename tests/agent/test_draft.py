"""What is gathered over several messages."""

from datetime import date, time

import pytest

from agent.draft import gather
from agent.when import Problem, When
from agent.wish import Intent, Wish

WEDNESDAY = date(2026, 11, 25)


def test_a_day_is_kept_while_it_is_asked_which_of_two_times() -> None:
    two = When(date=WEDNESDAY, problem=Problem.AMBIGUOUS, choices=(time(15), time(16)))
    asked = Wish(intents=(Intent.BOOK,), service_ids=("cut",), when=two)
    draft = gather([asked, Wish(when=When(time=time(16)))])
    assert (draft.day, draft.time) == (WEDNESDAY, time(16))


def test_of_two_days_none_is_kept() -> None:
    two = When(date=WEDNESDAY, problem=Problem.AMBIGUOUS, choices=(WEDNESDAY, date(2026, 12, 2)))
    assert gather([Wish(intents=(Intent.BOOK,), when=two)]).day is None


@pytest.mark.parametrize(
    "problem", [Problem.WEEKDAY_MISMATCH, Problem.AMBIGUOUS, Problem.NO_SUCH_DATE]
)
def test_a_clear_time_is_kept_while_its_day_is_asked_about(problem: Problem) -> None:
    doubtful = When(date=WEDNESDAY, time=time(14), problem=problem, choices=(WEDNESDAY,))
    asked = gather([Wish(intents=(Intent.BOOK,), service_ids=("cut",), when=doubtful)])
    assert (asked.day, asked.time, asked.which_day) == (None, time(14), True)
    told = gather(
        [
            Wish(intents=(Intent.BOOK,), service_ids=("cut",), when=doubtful),
            Wish(when=When(date=WEDNESDAY)),
        ]
    )
    assert (told.day, told.time, told.which_day) == (WEDNESDAY, time(14), False)


def test_what_is_past_is_kept_in_no_part() -> None:
    past = When(date=WEDNESDAY, time=time(9), problem=Problem.PAST)
    assert gather([Wish(intents=(Intent.BOOK,), when=past)]).time is None
