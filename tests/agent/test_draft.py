"""What is gathered over several messages."""

from datetime import date, time

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
