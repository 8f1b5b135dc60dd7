"""What was sold and taken back is off the bill again, or the host is told what to do (U7)."""

import pytest

from jirani.connectors.pms import NewFee, WriteOutcome
from tests.support.hostaway_rig import HostawayRig
from tests.support.pms_rigs import fee

pytestmark = pytest.mark.anyio
CLEANING = {
    **{"id": 2, "type": "fee", "name": "cleaningFee", "title": "Cleaning", "value": 60},
    **{"total": 60, "isIncludedInTotalPrice": 1, "isOverriddenByUser": 0, "isDeleted": 0},
}


async def sold(rig: HostawayRig, what: NewFee | None = None) -> str:
    result = await rig.pms.add_fee(what or fee())
    assert result.ref
    return result.ref


@pytest.mark.parametrize("fault", [None, "timeout_after", "malformed"])
async def test_a_line_is_taken_off_with_its_part_of_the_total_once(
    rig: HostawayRig, fault: str | None
) -> None:
    rig.desk.lines["R1"] = [dict(CLEANING)]
    ref = await sold(rig)
    if fault:
        rig.fail("remove_fee", fault)
    for _ in range(2):
        removed = await rig.pms.remove_fee("R1", ref, "unfee:1")
        assert (removed.outcome, removed.reason) == (WriteOutcome.ACCEPTED, "")
    assert [one.title for one in await rig.pms.fees("R1")] == ["Cleaning"]
    assert rig.desk.reservations["R1"]["totalPrice"] == 500
    (changed,) = [b for m, path, b in rig.desk.asked if m == "PUT" and "financeField" in path]
    assert changed == {
        **{"value": 0, "isIncludedInTotalPrice": 0, "isOverriddenByUser": 1, "isDeleted": 1}
    }


async def test_a_line_that_stays_is_for_the_host_to_take_off(rig: HostawayRig) -> None:
    ref = await sold(rig)
    rig.desk.deaf_to = {"value", "isDeleted"}
    removed = await rig.pms.remove_fee("R1", ref, "unfee:1")
    assert removed.outcome is WriteOutcome.REJECTED
    assert "by hand" in removed.reason
    rig.desk.deaf_to = {"isDeleted"}  # a line of nothing bills nothing
    assert (await rig.pms.remove_fee("R1", ref, "u")).outcome is WriteOutcome.ACCEPTED
    assert await rig.pms.fees("R1") == ()


@pytest.mark.parametrize(
    ("call", "fault", "outcome"),
    [
        ("remove_fee", "timeout_before", WriteOutcome.UNKNOWN),
        ("remove_fee", "rate_limited", WriteOutcome.RETRY),
        ("remove_fee", "fail", WriteOutcome.REJECTED),
        ("reservation", "broken", WriteOutcome.RETRY),
        ("fees", "broken", WriteOutcome.RETRY),
    ],
)
async def test_a_line_that_could_not_be_taken_off_yet_is_said_to_be_there(
    rig: HostawayRig, call: str, fault: str, outcome: WriteOutcome
) -> None:
    ref = await sold(rig)
    rig.fail(call, fault)
    assert (await rig.pms.remove_fee("R1", ref, "unfee:1")).outcome is outcome
    assert len(await rig.pms.fees("R1")) == 1
    assert (await rig.pms.remove_fee("R1", ref, "unfee:1")).outcome is WriteOutcome.ACCEPTED


async def test_a_charge_is_cancelled_by_the_host_and_then_gone() -> None:
    rig = HostawayRig(record="charge")
    ref = await sold(rig)
    kept = await rig.pms.remove_fee("R1", ref, "unfee:1")
    assert kept.outcome is WriteOutcome.REJECTED
    assert ref.removeprefix("charge:") in kept.reason
    rig.fail("charges", "broken")
    assert (await rig.pms.remove_fee("R1", ref, "u")).outcome is WriteOutcome.RETRY
    rig.desk.charges[0]["status"] = "cancelled"
    assert (await rig.pms.remove_fee("R1", ref, "unfee:1")).outcome is WriteOutcome.ACCEPTED
