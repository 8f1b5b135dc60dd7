"""One turnover, one truth: what collides and what does not (U8)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from jirani.rules.decision import ALLOWED, Reason
from jirani.rules.facts import OfferKind, Terms
from jirani.rules.stays.turnover import Claim, claim_of, free_of_claims, taken_in
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    FLAT,
    LATE,
    booked,
    claimed,
    local,
    offered,
)

DAY = date(2026, 6, 20)
FOUR = timedelta(hours=4)
NOW = local(6, 18, 9)


def terms(day: date = DAY, wall: int | None = None, standard: int | None = None) -> Terms:
    at, usual = (time(hour) if hour is not None else None for hour in (wall, standard))
    return Terms(day, 1, "USD", wall=at, standard=usual)


def nights(*days: int) -> Terms:
    dates = tuple(date(2026, 6, day) for day in days)
    return Terms(dates[0], 1, "USD", nights=dates)


@pytest.mark.parametrize(
    ("kind", "terms", "starts", "until"),
    [
        (EARLY, terms(wall=9, standard=16), local(6, 20, 9), local(6, 20, 16)),
        (LATE, terms(wall=18, standard=11), local(6, 20, 11), local(6, 20, 22)),
        (CLEANING, terms(), local(6, 20, 11), local(6, 20, 15)),
        (BEFORE, nights(19), local(6, 19, 16), local(6, 20, 16)),
        (BEFORE, nights(18, 19), local(6, 18, 16), local(6, 20, 16)),
        (AFTER, nights(20), local(6, 20, 11), local(6, 21, 15)),
        (AFTER, nights(20, 21), local(6, 20, 11), local(6, 22, 15)),
    ],
)
def test_each_kind_claims_its_hours(
    kind: OfferKind, terms: Terms, starts: datetime, until: datetime
) -> None:
    assert claim_of(kind, terms, FLAT, FOUR) == (starts, until)


LATE_SOLD = claimed(
    offered(LATE, terms(wall=18, standard=11), NOW, local(6, 19, 23)),
    reservation_id="other",
    sold=True,
)


@pytest.mark.parametrize(
    ("kind", "terms", "free"),
    [
        (EARLY, terms(wall=9, standard=16), False),  # the next guest's
        (EARLY, terms(day=date(2026, 6, 21), wall=9, standard=16), True),
        (AFTER, nights(20), False),  # the same guest's, another night
        (BEFORE, nights(20), False),  # the next guest's, a night before
        (BEFORE, nights(21), True),
        (CLEANING, terms(), False),
        (CLEANING, terms(day=date(2026, 6, 19)), True),
    ],
)
def test_a_sold_late_check_out_excludes_what_collides(
    kind: OfferKind, terms: Terms, free: bool
) -> None:
    span = claim_of(kind, terms, FLAT, FOUR)
    found = free_of_claims(span, "flat", [LATE_SOLD], NOW, offer_id="mine")
    assert found.reason is (Reason.CLEAR if free else Reason.TURNOVER_TAKEN)


def test_hours_that_only_touch_do_not_collide() -> None:
    early = claim_of(EARLY, terms(wall=15, standard=16), FLAT, FOUR)
    for hour, free in ((11, True), (12, False)):
        starts, until = claim_of(LATE, terms(wall=hour, standard=10), FLAT, FOUR)
        other = Claim("o", "flat", "r2", starts, until)
        assert free_of_claims(early, "flat", [other], NOW, offer_id=None).allowed is free


def test_an_open_offer_claims_until_it_ends_and_never_from_itself_or_elsewhere() -> None:
    span = (LATE_SOLD.starts_at, LATE_SOLD.busy_until)
    there = replace(LATE_SOLD, until=NOW)
    tick = timedelta(microseconds=1)
    taken = free_of_claims(span, "flat", [there], NOW - tick, offer_id=None)
    assert taken.reason is Reason.TURNOVER_TAKEN
    assert free_of_claims(span, "flat", [there], NOW, offer_id=None) == ALLOWED
    assert free_of_claims(span, "flat", [LATE_SOLD], NOW, offer_id=LATE_SOLD.offer_id) == ALLOWED
    assert free_of_claims(span, "other", [LATE_SOLD], NOW, offer_id=None) == ALLOWED


def test_sold_nights_that_became_part_of_the_stay_need_no_claim_any_more() -> None:
    before, extended = booked(date(2026, 6, 15), DAY), booked(date(2026, 6, 15), date(2026, 6, 21))
    assert not taken_in(AFTER, nights(20), before)
    assert taken_in(AFTER, nights(20), extended)
    assert not taken_in(AFTER, nights(20, 21), extended)
    assert taken_in(BEFORE, nights(15), before)
    assert not taken_in(BEFORE, nights(14, 15), before)
    assert not taken_in(LATE, terms(), extended)
