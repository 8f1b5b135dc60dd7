"""When offers go out, until when, and how long they live (O8, O14), across clock changes too."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from jirani.rules.facts import OfferKind, Terms
from jirani.rules.stays.moments import (
    anchor_of,
    between,
    check_in,
    check_out,
    last_sending,
    life_end,
    schedule_of,
    today,
    wall,
)
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    FLAT,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    booked,
    local,
)

STAY = booked(date(2026, 6, 15), date(2026, 6, 20))


@pytest.mark.parametrize(
    ("kind", "due", "last"),
    [
        (EARLY, local(6, 12, 9), local(6, 14, 16)),
        (LATE, local(6, 17, 9), local(6, 19, 11)),
        (CLEANING, local(6, 18, 10), local(6, 18, 20)),
        (BEFORE, local(6, 12, 9), local(6, 13, 16)),
        (AFTER, local(6, 17, 9), local(6, 19, 11)),
        (ON_THE_DAY, local(6, 20, 8), local(6, 20, 9)),
    ],
)
def test_each_kind_has_its_day_and_its_last_moment(
    kind: OfferKind, due: datetime, last: datetime
) -> None:
    assert schedule_of(kind, STAY, FLAT, SETTINGS[kind]) == due
    assert last_sending(kind, STAY, FLAT) == last


def test_two_extra_nights_are_measured_from_the_first() -> None:
    nights = (date(2026, 6, 13), date(2026, 6, 14))
    terms = Terms(nights[0], 1, "USD", nights=nights)
    assert anchor_of(BEFORE, STAY, FLAT, terms) == local(6, 13, 16)


def test_without_a_window_there_is_no_time() -> None:
    assert schedule_of(EARLY, STAY, FLAT, replace(SETTINGS[EARLY], window=None)) is None


@pytest.mark.parametrize(
    ("kind", "sent", "ends"),
    [
        (EARLY, local(6, 12, 9), local(6, 14, 9)),
        (EARLY, local(6, 14, 16), local(6, 15, 4)),
        (LATE, local(6, 17, 23), local(6, 19, 23)),
        (LATE, local(6, 18, 9), local(6, 19, 23)),
        (BEFORE, local(6, 12, 9), local(6, 14, 4)),
        (ON_THE_DAY, local(6, 20, 8), local(6, 20, 11)),
    ],
)
def test_an_offer_lives_two_days_and_never_past_twelve_hours_before_its_anchor(
    kind: OfferKind, sent: datetime, ends: datetime
) -> None:
    assert life_end(kind, anchor_of(kind, STAY, FLAT), sent) == ends


def test_a_cleaning_lives_until_eight_in_the_evening_of_its_day() -> None:
    terms = Terms(date(2026, 6, 18), 7500, "USD")
    assert life_end(CLEANING, anchor_of(CLEANING, STAY, FLAT, terms), local(6, 17, 10)) == local(
        6, 17, 20
    )


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])  # the clocks change
def test_hours_before_an_anchor_pass_whatever_the_clocks_do(day: date) -> None:
    stay = booked(day, day + timedelta(days=4))
    assert check_in(FLAT, day) - last_sending(EARLY, stay, FLAT) == timedelta(hours=24)
    # The wall clock of the eve therefore shows an hour more or less.
    eve = last_sending(EARLY, stay, FLAT).astimezone(FLAT.tz)
    assert (eve.day, eve.hour) == ((7, 15) if day.month == 3 else (31, 17))
    sent = wall(FLAT, day - timedelta(days=3), time(9))
    assert life_end(EARLY, anchor_of(EARLY, stay, FLAT), sent) - sent == timedelta(hours=48)


@pytest.mark.parametrize("day", [date(2026, 3, 10), date(2026, 11, 3)])
def test_days_before_a_date_are_dates_whatever_the_clocks_do(day: date) -> None:
    due = schedule_of(EARLY, booked(day, day + timedelta(days=2)), FLAT, SETTINGS[EARLY])
    assert due
    assert due.astimezone(FLAT.tz).replace(tzinfo=None) == datetime.combine(
        day - timedelta(days=3), time(9)
    )


def test_a_time_in_the_gap_of_spring_is_read_as_if_the_clocks_had_not_changed() -> None:
    assert wall(FLAT, date(2026, 3, 8), time(2, 30)) == local(3, 8, 3, 30)


def test_a_time_in_a_doubled_hour_is_the_first() -> None:
    assert wall(FLAT, date(2026, 11, 1), time(1, 30, fold=1)) == local(11, 1, 1, 30)


def test_a_stay_lasts_from_standard_check_in_to_standard_check_out() -> None:
    begins, ends, tick = local(6, 15, 16), local(6, 20, 11), timedelta(seconds=1)
    inside = [between(STAY, FLAT, at) for at in (begins - tick, begins, ends - tick, ends)]
    assert inside == [False, True, True, False]


def test_a_day_is_that_of_the_listing() -> None:
    assert today(FLAT, local(6, 14, 23)) == date(2026, 6, 14)


def test_a_listing_without_standard_times_has_none() -> None:
    nowhere = replace(FLAT, check_in=None, check_out=None)
    for standard in (check_in, check_out):
        with pytest.raises(LookupError, match="no standard"):
            standard(nowhere, date(2026, 6, 15))
    with pytest.raises(LookupError, match="no time zone"):
        wall(replace(FLAT, zone=None), date(2026, 6, 15), time(9))
