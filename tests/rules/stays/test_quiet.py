"""Quiet hours, in the zone the guest is in (O7)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jirani.rules.stays.quiet import (
    Window,
    Zones,
    first_allowed,
    is_quiet,
    outlives,
    windows_for,
    zone_of,
    zones_of,
)
from tests.support.stay_facts import FLAT, NEW_YORK, booked, local

STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
HERE = windows_for(zones_of(STAY, FLAT))
TOKYO = ZoneInfo("Asia/Tokyo")
TICK = timedelta(microseconds=1)
FAR = local(12, 31, 0)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (local(6, 12, 8) - TICK, True),
        (local(6, 12, 8), False),
        (local(6, 12, 20) - TICK, False),
        (local(6, 12, 20), True),
    ],
)
def test_one_may_write_from_eight_to_before_eight(at: datetime, quiet: bool) -> None:
    assert is_quiet(at, HERE) is quiet


def test_the_zone_is_the_stated_one_else_the_phones_else_the_listings() -> None:
    before = local(6, 12, 9)
    stated = replace(STAY, guest_zone="Asia/Tokyo")
    assert zone_of(stated, FLAT, before, "Europe/Paris") == TOKYO
    assert zone_of(STAY, FLAT, before, "Europe/Paris") == ZoneInfo("Europe/Paris")
    assert zone_of(STAY, FLAT, before) == NEW_YORK


def test_a_name_that_is_no_zone_says_nothing() -> None:
    odd = replace(STAY, guest_zone="Mars/Olympus")
    assert zone_of(odd, FLAT, local(6, 12, 9)) == NEW_YORK
    assert zone_of(odd, FLAT, local(6, 12, 9), "Asia/Tokyo") == TOKYO


def test_between_arrival_and_departure_it_is_always_the_listings() -> None:
    stated = replace(STAY, guest_zone="Asia/Tokyo")
    begins, ends = local(6, 15, 16), local(6, 20, 11)
    zones = [zone_of(stated, FLAT, at) for at in (begins - TICK, begins, ends - TICK, ends)]
    assert zones == [TOKYO, NEW_YORK, NEW_YORK, TOKYO]


def test_the_first_allowed_moment_is_now_or_eight_in_the_morning() -> None:
    assert first_allowed(local(6, 12, 9), HERE, FAR) == local(6, 12, 9)
    assert first_allowed(local(6, 12, 3), HERE, FAR) == local(6, 12, 8)
    assert first_allowed(local(6, 12, 20), HERE, FAR) == local(6, 13, 8)


def test_a_limit_is_included_and_nothing_is_allowed_after_it() -> None:
    assert first_allowed(local(6, 12, 3), HERE, local(6, 12, 8)) == local(6, 12, 8)
    assert first_allowed(local(6, 12, 3), HERE, local(6, 12, 8) - TICK) is None


@pytest.mark.parametrize("day", [8, 9])
def test_eight_is_eight_when_the_clocks_change(day: int) -> None:
    assert first_allowed(local(3, day - 1, 21), HERE, FAR) == local(3, day, 8)


def test_the_zone_may_change_before_it_opens() -> None:
    # 16:00 in New York is 05:00 in Tokyo: at the check-in the guest is awake.
    stated = windows_for(zones_of(replace(STAY, guest_zone="Asia/Tokyo"), FLAT))
    assert is_quiet(local(6, 15, 15), stated)
    assert first_allowed(local(6, 15, 15), stated, FAR) == local(6, 15, 16)


def test_a_promotional_sms_to_kenya_has_hours_of_its_own_beside() -> None:
    kenyan = windows_for(zones_of(STAY, FLAT, "Africa/Nairobi"), sms_to="+254712345678")
    nairobi = ZoneInfo("Africa/Nairobi")
    for hour, minute, quiet in ((7, 59, True), (8, 0, False), (17, 59, False), (18, 0, True)):
        at = datetime(2026, 6, 12, hour, minute, tzinfo=nairobi)
        assert is_quiet(at.astimezone(UTC), kenyan) is quiet
    assert windows_for(zones_of(STAY, FLAT), sms_to="+12125550100") == HERE


def test_an_offer_that_lives_under_an_hour_ends_before_quiet_hours_begin() -> None:
    now = local(6, 12, 19, 30)
    assert not outlives(local(6, 12, 20), now, HERE)
    assert outlives(local(6, 12, 20) + TICK, now, HERE)
    assert not outlives(now + timedelta(hours=1), now, HERE)
    assert outlives(now + timedelta(hours=1) - TICK, now, HERE)


def test_a_zone_that_changes_may_close_the_window_or_leave_it_open() -> None:
    begins, ends = local(6, 15, 16), local(6, 20, 11)
    asleep = Window(Zones(TOKYO, NEW_YORK, begins, ends))
    assert asleep.closes_after(ends - timedelta(hours=1)) == ends  # midnight in Tokyo
    chicago = Window(Zones(ZoneInfo("America/Chicago"), NEW_YORK, begins, ends))
    assert chicago.closes_after(begins - timedelta(hours=1)) == local(6, 15, 20)
    assert chicago.closes == time(20)
