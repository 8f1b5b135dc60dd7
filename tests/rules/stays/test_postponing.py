"""What is held goes at the first allowed minute; which goes first; when to try again."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from jirani.rules.contact import Prevention
from jirani.rules.facts import Contact, ContactPolicy, OfferStatus, Terms
from jirani.rules.stays.postponing import (
    Deferral,
    DueOffer,
    defer,
    first_minute,
    order,
    try_again_at,
)
from jirani.rules.stays.quiet import windows_for, zones_of
from tests.support.stay_facts import CLEANING, FLAT, LATE, local, offered, staying

STAY = staying(date(2026, 6, 15), date(2026, 6, 25))
HERE = windows_for(zones_of(STAY.reservation, FLAT))
POLICY = ContactPolicy()
FAR = local(12, 31, 0)


def facts(*sent: datetime, declines: tuple[datetime, ...] = ()) -> Prevention:
    return Prevention(history=tuple(Contact(at, True, "x") for at in sent), declines=declines)


def first(now: datetime, known: Prevention, last: datetime = FAR) -> datetime | None:
    return first_minute(now, known, HERE, POLICY, last)


def test_what_nothing_holds_goes_now() -> None:
    assert first(local(6, 12, 9), facts()) == local(6, 12, 9)


def test_spacing_holds_for_forty_eight_hours_o6() -> None:
    assert first(local(6, 12, 9), facts(local(6, 11, 10))) == local(6, 13, 10)


def test_a_held_offer_goes_on_the_whole_minute_o6() -> None:
    sent = local(6, 11, 10) + timedelta(seconds=2)
    assert first(local(6, 12, 9), facts(sent)) == local(6, 13, 10, 1)


def test_what_the_ledger_lets_go_at_night_waits_for_the_morning_o7() -> None:
    assert first(local(6, 12, 9), facts(local(6, 10, 21))) == local(6, 13, 8)


def test_the_cap_holds_until_one_of_three_is_seven_days_old_o5() -> None:
    known = facts(local(6, 6, 9), local(6, 8, 9), local(6, 10, 9))
    assert first(local(6, 12, 9), known) == local(6, 13, 9)


def test_the_pause_holds_for_two_days_from_the_second_decline_o5() -> None:
    known = facts(declines=(local(6, 11, 9), local(6, 12, 8, 30)))
    assert first(local(6, 12, 9), known) == local(6, 14, 8, 30)


def test_a_cap_of_none_and_an_opt_out_hold_for_ever() -> None:
    never = replace(POLICY, weekly_cap=0)
    assert first_minute(local(6, 12, 9), facts(), HERE, never, FAR) is None
    assert first(local(6, 12, 9), Prevention(opted_out=True)) is None


def test_the_last_moment_is_included_and_nothing_goes_after_it_o8() -> None:
    known = facts(local(6, 11, 10))
    assert first(local(6, 12, 9), known, local(6, 13, 10)) == local(6, 13, 10)
    assert first(local(6, 12, 9), known, local(6, 13, 10) - timedelta(seconds=1)) is None
    assert first(local(6, 13, 11), facts(), local(6, 13, 10)) is None


TERMS = Terms(date(2026, 6, 25), 5000, "USD")
SENT = local(6, 22, 9)
ROW = offered(LATE, TERMS, SENT, local(6, 24, 9))


def deferred(row: object = ROW, named: datetime | None = None) -> Deferral:
    assert isinstance(row, type(ROW))
    return defer(row, STAY, named, facts(SENT), HERE, local(6, 22, 12), POLICY)


def test_later_is_asked_once_more_at_the_first_minute_o5_allows_o10() -> None:
    assert deferred() == Deferral(local(6, 24, 9), local(6, 24, 23))


def test_later_is_asked_at_the_time_the_guest_named_whatever_the_spacing_o10() -> None:
    assert deferred(named=local(6, 23, 10)) == Deferral(local(6, 23, 10), local(6, 24, 23))


def test_a_named_time_is_held_by_quiet_hours_and_by_too_late_o10() -> None:
    assert deferred(named=local(6, 23, 22)).due_at == local(6, 24, 8)
    assert deferred(named=local(6, 24, 12)) == Deferral(None, ROW.expires_at)


def test_later_that_would_be_at_once_is_not_later_o10() -> None:
    now = local(6, 22, 12)
    assert (
        deferred(named=now)
        == deferred(named=now - timedelta(days=1))
        == Deferral(None, ROW.expires_at)
    )
    assert deferred(named=now + timedelta(minutes=1)).due_at == now + timedelta(minutes=1)


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, asked_again=True),
        replace(ROW, status=OfferStatus.DEFERRED, asked_again=True),
        replace(ROW, terms=None),
    ],
)
def test_it_is_never_asked_a_third_time_o10(row: object) -> None:
    assert deferred(row) == Deferral(None, ROW.expires_at)


def test_a_deferred_cleaning_lives_through_the_evening_it_is_asked_again() -> None:
    terms = Terms(date(2026, 6, 20), 7500, "USD")
    row = offered(CLEANING, terms, local(6, 19, 10), local(6, 19, 20))
    found = defer(row, STAY, None, facts(local(6, 19, 10)), HERE, local(6, 19, 12), POLICY)
    assert found == Deferral(local(6, 21, 10), local(6, 21, 20))


def test_the_nearer_goes_first_then_the_dearer_then_the_lower_id_o11() -> None:
    near, far = local(6, 14, 16), local(6, 15, 16)
    rows = [
        DueOffer("d", near, 100),
        DueOffer("b", far, 200),
        DueOffer("a", far, 200),
        DueOffer("c", far, 300),
    ]
    assert [each.offer_id for each in order(rows)] == ["d", "c", "a", "b"]


def test_a_failing_pms_is_tried_five_times_further_and_further_apart_u5() -> None:
    now = local(6, 12, 9)
    waits = [try_again_at(attempts, now, FAR) for attempts in range(1, 6)]
    minutes = [at and (at - now) / timedelta(minutes=1) for at in waits]
    assert minutes == [1, 4, 16, 64, None]
    assert try_again_at(1, now, FAR, jitter=0) == now + timedelta(seconds=45)
    assert try_again_at(1, now, FAR, jitter=1) == now + timedelta(seconds=75)


def test_nothing_is_tried_again_when_it_would_be_too_late_o8() -> None:
    now = local(6, 12, 9)
    minute = timedelta(minutes=1)
    assert try_again_at(1, now, now + minute) == now + minute
    assert try_again_at(1, now, now + minute - timedelta(seconds=1)) is None
