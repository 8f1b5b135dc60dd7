"""How a sale is put on record when things go wrong (U7)."""

from datetime import timedelta

import pytest

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import Capabilities, EventKind, Extension, FeeOutcome, WriteOutcome
from jirani.rules.facts import NightState
from tests.support.pms_rigs import (
    ARRIVAL,
    DEPARTURE,
    LEAN,
    ONE_DAY,
    Ticking,
    fee,
    memory_house,
    one_more,
    stay,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def pms() -> MemoryPms:
    return memory_house(Ticking())


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("down", FeeOutcome.RETRY),
        ("rate_limited", FeeOutcome.RETRY),
        ("refused", FeeOutcome.FAILED),
        ("timeout_before", FeeOutcome.UNKNOWN),
    ],
)
async def test_a_fee_that_is_not_there_is_not_said_to_be(
    pms: MemoryPms, fault: str, outcome: FeeOutcome
) -> None:
    pms.faults.next("add_fee", fault)
    result = await pms.add_fee(fee())
    assert (result.outcome, result.verified) == (outcome, False)
    assert await pms.fees("R1") == ()
    assert (await pms.add_fee(fee())).outcome is FeeOutcome.APPLIED


@pytest.mark.parametrize("fault", [None, "timeout_before", "timeout_after"])
async def test_a_fee_nobody_could_read_back_is_unknown_until_somebody_can(
    pms: MemoryPms, fault: str | None
) -> None:
    if fault:
        pms.faults.next("add_fee", fault)
    pms.faults.next("fees", "down")
    result = await pms.add_fee(fee())
    assert (result.outcome, result.reason) == (FeeOutcome.UNKNOWN, "unread: down")
    assert (await pms.add_fee(fee())).outcome is FeeOutcome.APPLIED
    assert len(await pms.fees("R1")) == 1


async def test_a_fee_that_was_silently_ignored_is_recorded_elsewhere_once(pms: MemoryPms) -> None:
    pms.faults.always("add_fee", "ignored")
    first, again = await pms.add_fee(fee()), await pms.add_fee(fee())
    assert (first.outcome, first.method) == (FeeOutcome.RECORDED_ELSEWHERE, "charge")
    assert again == first
    assert await pms.fees("R1") == ()
    assert [one.amount for one in pms.world.charges.values()] == [5000]
    assert first.ref
    assert (await pms.remove_fee("R1", first.ref, "undo")).outcome is WriteOutcome.ACCEPTED
    assert pms.world.charges == {}


@pytest.mark.parametrize(
    ("fault", "outcome", "then"),
    [
        ("refused", FeeOutcome.INTERNAL_ONLY, FeeOutcome.RECORDED_ELSEWHERE),
        ("down", FeeOutcome.RETRY, FeeOutcome.RECORDED_ELSEWHERE),
        ("timeout_after", FeeOutcome.UNKNOWN, FeeOutcome.RECORDED_ELSEWHERE),
    ],
)
async def test_the_record_elsewhere_may_fail_too(
    pms: MemoryPms, fault: str, outcome: FeeOutcome, then: FeeOutcome
) -> None:
    pms.faults.always("add_fee", "ignored")
    pms.faults.next("charge", fault)
    assert (await pms.add_fee(fee())).outcome is outcome
    assert (await pms.add_fee(fee())).outcome is then
    assert len(pms.world.charges) == 1


async def test_a_fee_in_another_currency_or_on_no_stay_fails(pms: MemoryPms) -> None:
    assert (await pms.add_fee(fee(currency="USD"))).reason == "other_currency"
    assert (await pms.add_fee(fee(reservation_ref="R9"))).reason == "not_found"
    assert (await pms.extend(one_more(currency="USD"))).reason == "other_currency"
    nowhere = Extension("k", "R9", (DEPARTURE,), 1, "EUR")
    for result in (await pms.extend(nowhere), await pms.shorten(nowhere)):
        assert (result.outcome, result.reason) == (FeeOutcome.FAILED, "not_found")
    assert pms.world.fees == {}


async def test_without_fees_a_direct_guest_may_pay_on_a_page(pms: MemoryPms) -> None:
    lean = memory_house(Ticking(), LEAN)
    result = await lean.add_fee(fee())
    assert (result.outcome, result.guest_url) == (
        FeeOutcome.INTERNAL_ONLY,
        "https://pay.example/R1/5000",
    )
    lean.change("R1", channel="booking")
    assert (await lean.add_fee(fee())).guest_url is None
    lean = memory_house(Ticking(), Capabilities(fees=False))
    assert (await lean.add_fee(fee())).guest_url is None


async def test_a_fee_is_taken_off_in_spite_of_a_time_out(pms: MemoryPms) -> None:
    ref = (await pms.add_fee(fee())).ref
    assert ref
    pms.faults.next("remove_fee", "down", "timeout_after")
    outcomes = [(await pms.remove_fee("R1", ref, "undo")).outcome for _ in range(3)]
    assert outcomes == [WriteOutcome.RETRY, WriteOutcome.UNKNOWN, WriteOutcome.ACCEPTED]
    assert await pms.fees("R1") == ()


async def test_a_stay_grows_at_either_end_and_says_so(pms: MemoryPms) -> None:
    before = ARRIVAL - ONE_DAY
    assert (await pms.extend(one_more(before))).outcome is FeeOutcome.APPLIED
    found = await pms.reservation("R1")
    assert found
    assert (found.arrival, found.departure, found.total) == (before, DEPARTURE, 59000)
    (hook,) = pms.hooks.due(pms.clock())
    assert [one.kind for one in pms.events(hook)] == [EventKind.CHANGED]


async def test_nights_apart_from_the_stay_or_in_its_middle_are_refused(pms: MemoryPms) -> None:
    apart = await pms.extend(one_more(ARRIVAL - 2 * ONE_DAY))
    assert (apart.outcome, apart.reason) == (FeeOutcome.FAILED, "nights_apart")
    inside = await pms.shorten(one_more(ARRIVAL + ONE_DAY))
    assert (inside.outcome, inside.reason) == (FeeOutcome.FAILED, "nights_inside")
    whole = await pms.shorten(one_more(*(ARRIVAL + n * ONE_DAY for n in range(5))))
    assert whole.reason == "nights_inside"


@pytest.mark.parametrize(
    ("state", "sold"),
    [("closed", True), ("free", True), ("blocked", False), ("unknown", False)],
)
async def test_an_empty_night_closed_to_strangers_may_be_added(
    pms: MemoryPms, state: str, sold: bool
) -> None:
    pms.world.set_night("L1", DEPARTURE, NightState(state))
    outcome = (await pms.extend(one_more())).outcome
    assert outcome is (FeeOutcome.APPLIED if sold else FeeOutcome.FAILED)


async def test_of_two_guests_who_want_one_night_one_gets_it(pms: MemoryPms) -> None:
    pms.book(stay("R3", arrival=DEPARTURE + ONE_DAY, departure=DEPARTURE + 2 * ONE_DAY))
    first = await pms.extend(one_more())
    second = await pms.extend(Extension("k3", "R3", (DEPARTURE,), 9000, "EUR"))
    assert (first.outcome, second.outcome) == (FeeOutcome.APPLIED, FeeOutcome.FAILED)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("down", FeeOutcome.RETRY),
        ("refused", FeeOutcome.FAILED),
        ("timeout_before", FeeOutcome.UNKNOWN),
        ("ignored", FeeOutcome.NEEDS_HOST_ACTION),
    ],
)
async def test_dates_that_did_not_change_are_not_said_to_have(
    pms: MemoryPms, fault: str, outcome: FeeOutcome
) -> None:
    pms.faults.next("extend", fault)
    assert (await pms.extend(one_more())).outcome is outcome
    found = await pms.reservation("R1")
    assert found
    assert (found.departure, found.total) == (DEPARTURE, 50000)
    assert pms.hooks.due(pms.clock() + timedelta(days=1)) == []


async def test_dates_nobody_could_read_back_are_unknown(pms: MemoryPms) -> None:
    pms.faults.next("reservation", "timeout_before")
    assert (await pms.extend(one_more())).outcome is FeeOutcome.UNKNOWN
    assert (await pms.extend(one_more())).outcome is FeeOutcome.APPLIED


async def test_without_a_total_none_is_made_up(pms: MemoryPms) -> None:
    pms.change("R1", total=None)
    await pms.extend(one_more())
    await pms.shorten(one_more())
    found = await pms.reservation("R1")
    assert found
    assert found.total is None
