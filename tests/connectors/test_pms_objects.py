from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.connectors.airbnb import RESOLUTIONS, request_url
from jirani.connectors.pms import FeeOutcome, PmsCalendar, PmsNight
from jirani.rules.facts import Neighbour, Night, NightState
from tests.support.pms_rigs import NOW, ONE_DAY

FIRST = date(2026, 6, 1)


def calendar(*refs: str | None) -> PmsCalendar:
    """Nights from the first of June on; None is a free one, "" is booked by nobody we know."""
    nights = tuple(
        PmsNight(FIRST + n * ONE_DAY, NightState.FREE)
        if ref is None
        else PmsNight(
            FIRST + n * ONE_DAY, NightState.BOOKED, reservation_refs=(ref,) if ref else ()
        )
        for n, ref in enumerate(refs)
    )
    return PmsCalendar("L1", nights, NOW)


def stays(*refs: str | None) -> list[tuple[str, int, int]]:
    return [(one.ref, one.arrival.day, one.departure.day) for one in calendar(*refs).neighbours]


def test_the_stays_around_are_read_off_the_nights() -> None:
    assert stays("A", "A", None, "B", "C", "C") == [("A", 1, 3), ("B", 4, 5), ("C", 5, 7)]
    assert stays(None, None) == []


def test_bookings_of_an_imported_calendar_count_as_stays_without_a_name() -> None:
    assert stays("", "", "A", None, "") == [("", 1, 3), ("A", 3, 4), ("", 5, 6)]


def test_a_blocked_night_is_nobodys_stay_and_ends_none() -> None:
    told = calendar("A", None, "A")
    blocked = replace(told.nights[1], state=NightState.BLOCKED, reservation_refs=("X",))
    told = replace(told, nights=(told.nights[0], blocked, told.nights[2]))
    assert [one.ref for one in told.neighbours] == ["A", "A"]


def test_two_units_let_under_one_place_are_two_stays() -> None:
    night = PmsNight(FIRST, NightState.BOOKED, reservation_refs=("A", "B"))
    told = PmsCalendar("L1", (night,), NOW)
    end = FIRST + ONE_DAY
    assert told.neighbours == (Neighbour("A", FIRST, end), Neighbour("B", FIRST, end))


def test_a_night_nobody_spoke_of_is_unknown_and_another_is_dropped() -> None:
    told = [PmsNight(FIRST, NightState.FREE), PmsNight(FIRST + 9 * ONE_DAY, NightState.FREE)]
    filled = PmsCalendar.filled("L1", told, FIRST, FIRST + ONE_DAY, NOW)
    assert [night.state for night in filled.nights] == [NightState.FREE, NightState.UNKNOWN]


def test_a_night_is_a_fact_without_its_wire() -> None:
    night = PmsNight(FIRST, NightState.BOOKED, 100, "EUR", 2, reservation_refs=("A", "B"))
    assert night.fact == Night(FIRST, NightState.BOOKED, 100, "EUR", "A")


@given(st.lists(st.sampled_from([None, "", "A", "B"]), max_size=12))
def test_the_stays_cover_exactly_the_booked_nights(refs: list[str | None]) -> None:
    told = calendar(*refs)
    covered = [
        one.arrival + timedelta(days=n)
        for one in told.neighbours
        for n in range((one.departure - one.arrival).days)
    ]
    booked = [night.day for night in told.nights if night.state is NightState.BOOKED]
    assert sorted(covered) == booked


@pytest.mark.parametrize("code", [None, "", "hm1", "HM/../x", "HMTEST0001\n", "A" * 17, "ÄÖÜ123"])
def test_an_unsound_code_leads_to_the_general_page(code: str | None) -> None:
    assert request_url(code) == RESOLUTIONS


def test_a_sound_code_leads_to_its_stay() -> None:
    assert request_url("HMTEST0001") == "https://www.airbnb.com/hosting/stay/HMTEST0001"
    assert request_url("HMTEST0001", "https://x.test/{code}?a={b}") == (
        "https://x.test/HMTEST0001?a={b}"
    )


def test_what_may_change_by_asking_again_is_not_settled() -> None:
    open_ones = {one for one in FeeOutcome if not one.settled}
    assert open_ones == {FeeOutcome.RETRY, FeeOutcome.UNKNOWN}
