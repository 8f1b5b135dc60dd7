"""What calendar and tasks say against an offer (domain §4, U8, U10, O12)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Around,
    Neighbour,
    Night,
    NightState,
    OfferKind,
    Task,
    TaskKind,
    Terms,
)
from jirani.rules.stays.checks import check, free_nights, readable
from jirani.rules.stays.kinds import Product
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    LATE,
    SETTINGS,
    local,
    read,
    staying,
)

NOW = local(6, 12, 9)
ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)
STAY = staying(ARRIVAL, DEPARTURE)
EVE = date(2026, 6, 14)


def early(wall: time = time(9)) -> Terms:
    return Terms(ARRIVAL, 1, "USD", wall=wall, standard=time(16))


def late(wall: time = time(18)) -> Terms:
    return Terms(DEPARTURE, 1, "USD", wall=wall, standard=time(11))


def judged(kind: OfferKind, terms: Terms, **how: Any) -> Reason:
    return check(kind, terms, read(STAY, NOW, **how), SETTINGS[kind], NOW).reason


def work(
    day: date, starts: datetime | None = None, ends: datetime | None = None, **more: Any
) -> Task:
    return replace(Task("t", TaskKind.MAINTENANCE, day, starts, ends), **more)


def test_an_empty_calendar_allows_both() -> None:
    assert judged(EARLY, early()) is Reason.CLEAR
    assert judged(LATE, late()) is Reason.CLEAR


@pytest.mark.parametrize(("hour", "minute", "good"), [(14, 59, False), (15, 0, True)])
def test_nobody_leaves_later_than_the_offered_time_less_the_turnover(
    hour: int, minute: int, good: bool
) -> None:
    reason = Reason.CLEAR if good else Reason.SOMEBODY_LEAVES
    terms = early(time(hour, minute))
    assert judged(EARLY, terms, taken=[EVE]) is reason
    leaving = Neighbour("R0", date(2026, 6, 10), ARRIVAL)
    assert judged(EARLY, terms, neighbours=(leaving,)) is reason


@pytest.mark.parametrize(("hour", "minute", "good"), [(12, 0, True), (12, 1, False)])
def test_nobody_arrives_before_the_offered_time_plus_the_turnover(
    hour: int, minute: int, good: bool
) -> None:
    reason = Reason.CLEAR if good else Reason.SOMEBODY_ARRIVES
    terms = late(time(hour, minute))
    assert judged(LATE, terms, taken=[DEPARTURE]) is reason
    coming = Neighbour("R2", DEPARTURE, date(2026, 6, 22))
    assert judged(LATE, terms, neighbours=(coming,)) is reason


@pytest.mark.parametrize("kind", [EARLY, LATE])
def test_hours_that_are_not_said_are_not_free_o12(kind: OfferKind) -> None:
    terms = Terms(ARRIVAL if kind is EARLY else DEPARTURE, 1, "USD")
    assert judged(kind, terms) is Reason.NO_OFFERED_TIME


def test_other_days_and_the_stay_itself_are_nobodys() -> None:
    others = (Neighbour("R0", date(2026, 6, 8), EVE), Neighbour("R1", ARRIVAL, DEPARTURE))
    assert judged(EARLY, early(), neighbours=others, taken=[date(2026, 6, 13)]) is Reason.CLEAR
    own = Neighbour("R1", date(2026, 6, 14), ARRIVAL)
    assert judged(EARLY, early(), neighbours=(own,)) is Reason.CLEAR


def test_a_block_beside_the_stay_is_in_the_way() -> None:
    assert judged(EARLY, early(), blocked=[EVE]) is Reason.BLOCKED
    assert judged(LATE, late(), blocked=[DEPARTURE]) is Reason.BLOCKED
    assert judged(EARLY, early(), blocked=[ARRIVAL - timedelta(days=2)]) is Reason.CLEAR


@pytest.mark.parametrize(
    ("task", "good"),
    [
        (work(ARRIVAL, local(6, 15, 7), local(6, 15, 9)), True),
        (work(ARRIVAL, local(6, 15, 7), local(6, 15, 9, 1)), False),
        (work(ARRIVAL, local(6, 15, 15, 59), local(6, 15, 18)), False),
        (work(ARRIVAL, local(6, 15, 16), local(6, 15, 18)), True),
        (work(ARRIVAL, local(6, 15, 9), local(6, 15, 9)), False),
        (work(ARRIVAL), False),  # at some hour of that day
        (work(ARRIVAL, local(6, 15, 16)), True),
        (work(ARRIVAL, None, local(6, 15, 9)), True),
        (work(EVE), True),
        (work(ARRIVAL, done=True), True),
        (work(ARRIVAL, cancelled=True), True),
    ],
)
def test_no_work_stands_in_the_extra_hours_before_check_in(task: Task, good: bool) -> None:
    reason = Reason.CLEAR if good else Reason.TASK_IN_THE_WAY
    assert judged(EARLY, early(), tasks=(task,)) is reason


@pytest.mark.parametrize(
    ("task", "good"),
    [
        (work(DEPARTURE, local(6, 20, 9), local(6, 20, 11)), True),
        (work(DEPARTURE, local(6, 20, 11), local(6, 20, 15)), False),
        (work(DEPARTURE, local(6, 20, 21, 59), local(6, 20, 23)), False),
        (work(DEPARTURE, local(6, 20, 22), local(6, 20, 23)), True),
        (work(DEPARTURE), False),
        (work(date(2026, 6, 21)), True),
    ],
)
def test_no_work_stands_before_the_offered_check_out_plus_the_turnover(
    task: Task, good: bool
) -> None:
    reason = Reason.CLEAR if good else Reason.TASK_IN_THE_WAY
    assert judged(LATE, late(), tasks=(task,)) is reason


@pytest.mark.parametrize(
    ("day", "changes", "good"),
    [
        (ARRIVAL, {}, True),
        (date(2026, 6, 16), {}, False),
        (date(2026, 6, 19), {}, False),
        (date(2026, 6, 19), {"done": True}, False),
        (date(2026, 6, 19), {"cancelled": True}, True),
        (date(2026, 6, 19), {"kind": TaskKind.MAINTENANCE}, True),
        (DEPARTURE, {}, True),
    ],
)
def test_one_cleaning_in_the_stay_is_enough(day: date, changes: dict[str, Any], good: bool) -> None:
    task = replace(Task("t", TaskKind.CLEANING, day), **changes)
    reason = Reason.CLEAR if good else Reason.CLEANING_PLANNED
    assert judged(CLEANING, Terms(date(2026, 6, 18), 1, "USD"), tasks=(task,)) is reason


def test_who_is_not_to_be_disturbed_is_not_cleaned_for() -> None:
    private = read(staying(ARRIVAL, DEPARTURE, do_not_disturb=True), NOW)
    found = check(CLEANING, Terms(date(2026, 6, 18), 1, "USD"), private, SETTINGS[CLEANING], NOW)
    assert found.reason is Reason.DO_NOT_DISTURB


def test_every_night_of_the_terms_must_be_free() -> None:
    nights = (DEPARTURE, date(2026, 6, 21))
    terms = Terms(DEPARTURE, 1, "USD", nights=nights)
    assert judged(AFTER, terms) is Reason.CLEAR
    assert judged(AFTER, terms, taken=[nights[1]]) is Reason.NIGHT_NOT_FREE
    assert judged(AFTER, terms, blocked=[nights[0]]) is Reason.NIGHT_NOT_FREE
    guest = Neighbour("R2", nights[1], date(2026, 6, 23))
    assert judged(AFTER, terms, neighbours=(guest,)) is Reason.NIGHT_NOT_FREE


@pytest.mark.parametrize("state", sorted(set(NightState) - {NightState.FREE}))
def test_only_a_free_night_is_free(state: NightState) -> None:
    stay = read(STAY, NOW)
    assert stay.around
    nights = tuple(
        replace(night, state=state) if night.day == DEPARTURE else night
        for night in stay.around.nights or ()
    )
    stay = replace(stay, around=replace(stay.around, nights=nights))
    terms = Terms(DEPARTURE, 1, "USD", nights=(DEPARTURE,))
    unknown = state is NightState.UNKNOWN
    found = check(AFTER, terms, stay, SETTINGS[AFTER], NOW).reason
    assert found is (Reason.CALENDAR_UNREADABLE if unknown else Reason.NIGHT_NOT_FREE)


@pytest.mark.parametrize(("kind", "terms"), [(EARLY, early()), (LATE, late())])
def test_a_night_nothing_is_known_of_is_a_no(kind: OfferKind, terms: Terms) -> None:
    stay = replace(STAY, around=Around(NOW, (), ()))
    assert check(kind, terms, stay, SETTINGS[kind], NOW).reason is Reason.CALENDAR_UNREADABLE


def test_the_run_of_free_nights_touches_the_stay() -> None:
    stay = read(STAY, NOW, taken=[date(2026, 6, 12), date(2026, 6, 22)])
    assert stay.around
    before, after = (
        free_nights(product, stay.reservation, stay.around, 5)
        for product in (Product.NIGHTS_BEFORE, Product.NIGHTS_AFTER)
    )
    assert before == (date(2026, 6, 13), EVE)
    assert after == (DEPARTURE, date(2026, 6, 21))
    assert free_nights(Product.NIGHTS_AFTER, stay.reservation, stay.around, 1) == (DEPARTURE,)


def test_a_free_night_beyond_a_taken_one_is_none() -> None:
    stay = read(STAY, NOW, taken=[EVE])
    assert stay.around
    found = free_nights(Product.NIGHTS_BEFORE, stay.reservation, stay.around, 5)
    assert not isinstance(found, tuple)
    assert found.reason is Reason.NIGHT_NOT_FREE


def test_a_calendar_is_fresh_for_ten_minutes() -> None:
    around = read(STAY, NOW).around
    ten = timedelta(minutes=10)
    assert readable(EARLY, around, NOW + ten).allowed
    stale = readable(EARLY, around, NOW + ten + timedelta(microseconds=1))
    assert stale.reason is Reason.CALENDAR_STALE
    assert readable(EARLY, None, NOW).reason is Reason.CALENDAR_UNREADABLE


@pytest.mark.parametrize(
    ("kind", "needs_nights", "needs_tasks"),
    [(EARLY, True, True), (LATE, True, True), (CLEANING, False, True), (BEFORE, True, False)],
)
def test_what_a_kind_is_checked_against_must_have_been_read(
    kind: OfferKind, needs_nights: bool, needs_tasks: bool
) -> None:
    night = Night(EVE, NightState.FREE)
    assert readable(kind, Around(NOW, None, ()), NOW).allowed is not needs_nights
    assert readable(kind, Around(NOW, (night,), None), NOW).allowed is not needs_tasks
