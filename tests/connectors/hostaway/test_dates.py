"""Nights are added to a stay and taken off again once, and seen there (U7)."""

from datetime import timedelta
from typing import Any

import pytest

from jirani.connectors.pms import FeeOutcome, Wrong
from tests.support.hostaway_rig import HostawayRig
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, ONE_DAY, one_more

pytestmark = pytest.mark.anyio


def puts(rig: HostawayRig) -> list[Any]:
    return [body for method, _, body in rig.desk.asked if method == "PUT"]


async def test_dates_and_total_are_sent_and_overbooking_is_not_forced(rig: HostawayRig) -> None:
    result = await rig.pms.extend(one_more())
    assert (result.outcome, result.method, result.verified) == (FeeOutcome.APPLIED, "dates", True)
    assert puts(rig) == [
        {"arrivalDate": "2026-06-15", "departureDate": "2026-06-21", "totalPrice": 590}
    ]
    assert [each for each in rig.desk.params if each == {"forceOverbooking": "0"}]
    assert (await rig.pms.shorten(one_more())).outcome is FeeOutcome.APPLIED
    assert puts(rig)[1:] == [
        {"arrivalDate": "2026-06-15", "departureDate": "2026-06-20", "totalPrice": 500}
    ]


async def test_nights_before_the_arrival_are_added_too(rig: HostawayRig) -> None:
    before = (ARRIVAL - 2 * ONE_DAY, ARRIVAL - ONE_DAY)
    assert (await rig.pms.extend(one_more(*before))).outcome is FeeOutcome.APPLIED
    assert rig.desk.reservations["R1"]["arrivalDate"] == "2026-06-13"


async def test_on_a_channel_the_price_is_not_ours_to_send_and_on_airbnb_nothing_is(
    rig: HostawayRig,
) -> None:
    rig.desk.reservations["R1"]["channelId"] = 2005
    assert (await rig.pms.extend(one_more())).outcome is FeeOutcome.APPLIED
    assert "totalPrice" not in puts(rig)[0]
    rig.desk.reservations["R1"] |= {"channelId": 2018, "confirmationCode": "HMTEST0001"}
    for change in (rig.pms.extend, rig.pms.shorten):
        result = await change(one_more())
        assert result.outcome is FeeOutcome.NEEDS_HOST_ACTION
        assert result.method == "change_reservation"
        assert result.host_url == "https://www.airbnb.com/hosting/stay/HMTEST0001"
    assert len(puts(rig)) == 1


@pytest.mark.parametrize(
    ("blocked", "outcome", "reason"),
    [
        ("blocked", FeeOutcome.FAILED, "night_not_free"),
        ("somethingNew", FeeOutcome.RETRY, "night_unknown"),
    ],
)
async def test_a_night_that_is_not_known_to_be_free_is_not_taken(
    rig: HostawayRig, blocked: str, outcome: FeeOutcome, reason: str
) -> None:
    rig.desk.blocked[str(DEPARTURE)] = blocked
    result = await rig.pms.extend(one_more())
    assert (result.outcome, result.reason) == (outcome, reason)
    assert puts(rig) == []


async def test_who_was_faster_has_the_night(
    rig: HostawayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(ref: str, body: Any) -> tuple[int, dict[str, Any]]:
        rig.desk.stay("R3", 2005, DEPARTURE, 1)
        return 200, {"status": "fail", "result": "The dates are not available"}

    monkeypatch.setattr(rig.desk, "_rewritten", taken)
    result = await rig.pms.extend(one_more())
    assert (result.outcome, result.reason) == (FeeOutcome.FAILED, "night_not_free")


@pytest.mark.parametrize(
    ("call", "fault", "outcome"),
    [
        ("reservation", "broken", FeeOutcome.RETRY),
        ("calendar", "timeout_before", FeeOutcome.RETRY),
        ("extend", "down", FeeOutcome.RETRY),
        ("extend", "timeout_before", FeeOutcome.UNKNOWN),
        ("extend", "timeout_after", FeeOutcome.APPLIED),
        ("extend", "malformed", FeeOutcome.APPLIED),
        ("extend", "refused", FeeOutcome.FAILED),
        ("extend", "fail", FeeOutcome.FAILED),
    ],
)
async def test_whatever_goes_wrong_it_is_asked_again_and_done_once(
    rig: HostawayRig, call: str, fault: str, outcome: FeeOutcome
) -> None:
    rig.fail(call, fault)
    assert (await rig.pms.extend(one_more())).outcome is outcome
    assert (await rig.pms.extend(one_more())).outcome is FeeOutcome.APPLIED
    assert rig.desk.reservations["R1"]["departureDate"] == "2026-06-21"
    assert rig.desk.reservations["R1"]["totalPrice"] == 590


async def test_a_yes_that_does_nothing_is_for_the_host(rig: HostawayRig) -> None:
    rig.desk.deaf_to = {"departureDate"}
    result = await rig.pms.extend(one_more())
    assert (result.outcome, result.method) == (FeeOutcome.NEEDS_HOST_ACTION, "change_dates")
    assert result.reason == "ignored"
    rig.desk.deaf_to = {"totalPrice"}
    result = await rig.pms.extend(one_more())
    assert (result.outcome, result.reason) == (FeeOutcome.APPLIED, "price_not_in_the_total")


async def test_what_makes_no_sense_is_refused(rig: HostawayRig) -> None:
    later = DEPARTURE + timedelta(days=1)
    assert (await rig.pms.extend(one_more(later))).reason == "nights_apart"
    assert (await rig.pms.extend(one_more(currency="USD"))).reason == "other_currency"
    assert (await rig.pms.shorten(one_more(ARRIVAL + ONE_DAY))).reason == "nights_inside"
    assert (await rig.pms.shorten(one_more(later))).outcome is FeeOutcome.APPLIED
    rig.desk.reservations["R1"]["departureDate"] = "2026-06-01"
    assert (await rig.pms.extend(one_more())).reason == "dates_make_no_sense"
    del rig.desk.reservations["R1"]
    assert (await rig.pms.extend(one_more())).reason == Wrong.NOT_FOUND
    assert puts(rig) == []
