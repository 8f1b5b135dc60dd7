"""What every connector to a property-management system promises, over all of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jirani.connectors.channels import Outbound, Purpose, SendOutcome
from jirani.connectors.pms import (
    Direction,
    EventKind,
    FeeOutcome,
    PmsUnavailable,
    WriteOutcome,
    Wrong,
)
from jirani.connectors.pms_channel import PmsChannel
from jirani.rules.facts import NightState, StayStatus, TaskKind
from tests.support.pms_rigs import (
    ARRIVAL,
    DEPARTURE,
    NOW,
    ONE_DAY,
    RIGS,
    Rig,
    cleaning,
    fee,
    one_more,
)

pytestmark = pytest.mark.anyio
AGES_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READ_FAULTS = [
    ("down", Wrong.DOWN),
    ("timeout_before", Wrong.TIMEOUT),
    ("rate_limited", Wrong.RATE_LIMITED),
    ("malformed", Wrong.MALFORMED),
    ("refused", Wrong.REFUSED),
]


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest) -> Rig:
    return RIGS[request.param]()


async def read(rig: Rig, call: str) -> object:
    pms = rig.pms
    match call:
        case "reservation":
            return await pms.reservation("R1")
        case "reservations":
            return await pms.reservations()
        case "listing":
            return await pms.listing("L1")
        case "listings":
            return await pms.listings()
        case "calendar":
            return await pms.calendar("L1", ARRIVAL, DEPARTURE)
        case "tasks":
            return await pms.tasks("L1", ARRIVAL, DEPARTURE)
        case "conversation":
            return await pms.conversation("R1")
        case "fees":
            return await pms.fees("R1")
        case _:
            return await pms.messages(await talk(rig))


READS = (
    *("reservation", "reservations", "listing", "listings", "calendar", "tasks"),
    *("conversation", "messages", "fees"),
)


def able(rig: Rig, call: str) -> bool:
    has = rig.pms.capabilities
    return {"tasks": has.tasks, "fees": has.fees}.get(call, True)


async def talk(rig: Rig, ref: str = "R1") -> str:
    conversation = await rig.pms.conversation(ref)
    assert conversation is not None
    return conversation


async def test_a_stay_is_told_with_its_own_dates_and_place(rig: Rig) -> None:
    found = await rig.pms.reservation("R1")
    assert found is not None
    assert (found.arrival, found.departure, found.listing_ref) == (ARRIVAL, DEPARTURE, "L1")
    assert (found.status, found.currency, found.total) == (StayStatus.CONFIRMED, "EUR", 50000)
    assert found.updated_at is not None
    assert found.updated_at.tzinfo is not None


async def test_what_is_not_there_is_none_and_not_an_error(rig: Rig) -> None:
    assert await rig.pms.reservation("nobody") is None
    assert await rig.pms.listing("nowhere") is None
    assert await rig.pms.conversation("nobody") is None


async def test_a_place_is_told_with_a_zone_we_know(rig: Rig) -> None:
    place = await rig.pms.listing("L1")
    assert place is not None
    assert place.zone is None or ZoneInfo(place.zone)
    assert place in (await rig.pms.listings()).items


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(("fault", "reason"), READ_FAULTS)
async def test_a_read_answers_or_says_why_not(
    rig: Rig, call: str, fault: str, reason: Wrong
) -> None:
    if not able(rig, call):
        with pytest.raises(PmsUnavailable) as unable:
            await read(rig, call)
        assert unable.value.reason is Wrong.UNSUPPORTED
        return
    if call == "messages":
        await talk(rig)
    rig.fail(call, fault)
    with pytest.raises(PmsUnavailable) as unread:
        await read(rig, call)
    assert unread.value.reason is reason
    await read(rig, call)  # one call only


async def test_stays_are_listed_by_arrival_and_by_news(rig: Rig) -> None:
    async def refs(**given: object) -> set[str]:
        page = await rig.pms.reservations(**given)  # type: ignore[arg-type]
        assert page.after is None
        return {one.ref for one in page.items}

    assert await refs() == {"R1", "R2"}
    assert await refs(arriving=(ARRIVAL, ARRIVAL)) == {"R1"}
    assert await refs(arriving=(ARRIVAL + ONE_DAY, ARRIVAL + 2 * ONE_DAY)) == set()
    assert await refs(updated_since=NOW + timedelta(days=1)) == set()
    rig.clock.now += timedelta(days=2)
    rig.cancel("R2")
    assert await refs(updated_since=NOW + timedelta(days=1)) == {"R2"}


async def test_a_calendar_tells_each_night_once_and_whose_it_is(rig: Rig) -> None:
    first, last = ARRIVAL - ONE_DAY, DEPARTURE + 2 * ONE_DAY
    calendar = await rig.pms.calendar("L1", first, last)
    days = [night.day for night in calendar.nights]
    assert days == [first + n * ONE_DAY for n in range(9)]
    states = {night.day: night.state for night in calendar.nights}
    assert states[first] is states[DEPARTURE] is NightState.FREE
    assert states[ARRIVAL] is states[DEPARTURE - ONE_DAY] is NightState.BOOKED
    assert [one.ref for one in calendar.neighbours] == ["R1", "R2"]
    assert calendar.nights[0].price == 10000
    assert timedelta(0) <= rig.clock.now - calendar.as_of < timedelta(minutes=10)


async def test_a_cancelled_stay_is_told_as_such_and_frees_its_nights(rig: Rig) -> None:
    rig.cancel("R1")
    found = await rig.pms.reservation("R1")
    assert found is not None
    assert found.status is StayStatus.CANCELLED
    calendar = await rig.pms.calendar("L1", ARRIVAL, ARRIVAL)
    assert calendar.nights[0].state is NightState.FREE


async def test_what_a_webhook_hints_at_can_be_read(rig: Rig) -> None:
    rig.cancel("R1")
    rig.guest_says("R2", "Ndio, asante 🙂")
    events = [event for hook in rig.hooks() for event in rig.pms.events(hook)]
    kinds = [(event.kind, event.reservation_ref) for event in events]
    assert kinds == [(EventKind.CANCELLED, "R1"), (EventKind.MESSAGE, "R2")]
    message = events[1].message
    assert message is not None
    assert (message.direction, message.text) == (Direction.IN, "Ndio, asante 🙂")
    assert message.ref in {one.ref for one in await rig.pms.messages(message.conversation)}


async def test_a_posted_text_stands_in_the_conversation(rig: Rig) -> None:
    conversation = await talk(rig)
    written = await rig.pms.post(conversation, "Early check-in?", "k1")
    assert written.outcome is WriteOutcome.ACCEPTED
    (message,) = await rig.pms.messages(conversation)
    assert (message.text, message.direction) == ("Early check-in?", Direction.OUT)
    assert message.ref == written.ref
    assert await rig.pms.messages(conversation, since=rig.clock.now + timedelta(hours=1)) == ()


@pytest.mark.parametrize(
    ("fault", "outcome", "there"),
    [
        ("down", SendOutcome.RETRY, 0),
        ("rate_limited", SendOutcome.RETRY, 0),
        ("refused", SendOutcome.REJECTED, 0),
        ("timeout_before", SendOutcome.UNKNOWN, 0),
        ("timeout_after", SendOutcome.UNKNOWN, 1),
        ("malformed", SendOutcome.UNKNOWN, 1),
    ],
)
async def test_after_a_time_out_the_conversation_tells_whether_a_text_arrived(
    rig: Rig, fault: str, outcome: SendOutcome, there: int
) -> None:
    channel = PmsChannel(rig.pms)
    text = Outbound("k1", "t1", await talk(rig), "Late check-out?", Purpose.PROMOTIONAL)
    rig.fail("post", fault)
    assert (await channel.send(text)).outcome is outcome
    assert len(rig.texts("R1")) == there
    found = await channel.find(text, AGES_AGO)
    assert found.outcome is (SendOutcome.ACCEPTED if there else SendOutcome.RETRY)
    if found.outcome is SendOutcome.RETRY:
        assert (await channel.send(text)).outcome is SendOutcome.ACCEPTED
    assert rig.texts("R1") == ["Late check-out?"]


async def test_a_system_that_keeps_keys_takes_a_text_once(rig: Rig) -> None:
    conversation = await talk(rig)
    refs = {(await rig.pms.post(conversation, "Hello", "k1")).ref for _ in range(2)}
    assert len(refs) == len(rig.texts("R1")) == (1 if rig.pms.capabilities.keeps_keys else 2)


@pytest.mark.parametrize("fault", [None, "timeout_after", "malformed"])
async def test_a_fee_is_proven_by_reading_and_never_put_there_twice(
    rig: Rig, fault: str | None
) -> None:
    if not rig.pms.capabilities.fees:
        result = await rig.pms.add_fee(fee())
        assert (result.outcome, result.ref) == (FeeOutcome.INTERNAL_ONLY, None)
        return
    if fault:
        rig.fail("add_fee", fault)
    first, again = await rig.pms.add_fee(fee()), await rig.pms.add_fee(fee())
    assert first.outcome is FeeOutcome.APPLIED
    assert first.verified
    assert again == first
    (line,) = await rig.pms.fees("R1")
    assert (line.ref, line.amount, line.title) == (first.ref, 5000, "Late check-out 14:00")
    assert (await rig.pms.remove_fee("R1", line.ref, "undo-1")).outcome is WriteOutcome.ACCEPTED
    assert await rig.pms.fees("R1") == ()
    assert (await rig.pms.remove_fee("R1", line.ref, "undo-1")).outcome is WriteOutcome.ACCEPTED


async def test_on_airbnb_the_host_asks_for_the_money_and_changes_the_dates(rig: Rig) -> None:
    result = await rig.pms.add_fee(fee(reservation_ref="R2"))
    assert result.outcome is FeeOutcome.NEEDS_HOST_ACTION
    assert result.host_url == "https://www.airbnb.com/hosting/stay/HMTEST0002"
    before = await rig.pms.reservation("R2")
    assert before is not None
    added = one_more(before.departure)
    result = await rig.pms.extend(type(added)("k", "R2", added.nights, 9000, "EUR"))
    assert result.outcome is FeeOutcome.NEEDS_HOST_ACTION
    assert await rig.pms.reservation("R2") == before


@pytest.mark.parametrize("fault", [None, "timeout_after", "malformed"])
async def test_nights_are_added_once_and_taken_off_again(rig: Rig, fault: str | None) -> None:
    before = await rig.pms.reservation("R1")
    assert before is not None
    if fault:
        rig.fail("extend", fault)
    results = [await rig.pms.extend(one_more()) for _ in range(2)]
    longer = await rig.pms.reservation("R1")
    assert longer is not None
    if not rig.pms.capabilities.extends:
        assert {one.outcome for one in results} == {FeeOutcome.NEEDS_HOST_ACTION}
        assert longer.departure == DEPARTURE
        return
    assert {(one.outcome, one.verified) for one in results} == {(FeeOutcome.APPLIED, True)}
    assert longer.departure == DEPARTURE + ONE_DAY
    for _ in range(2):
        assert (await rig.pms.shorten(one_more())).outcome is FeeOutcome.APPLIED
    after = await rig.pms.reservation("R1")
    assert after is not None
    assert (after.arrival, after.departure, after.total) == (ARRIVAL, DEPARTURE, before.total)


async def test_a_night_somebody_has_is_never_sold(rig: Rig) -> None:
    nights = (DEPARTURE, DEPARTURE + ONE_DAY, DEPARTURE + 2 * ONE_DAY)
    result = await rig.pms.extend(one_more(*nights))
    if rig.pms.capabilities.extends:
        assert (result.outcome, result.reason) == (FeeOutcome.FAILED, "night_not_free")
    after = await rig.pms.reservation("R1")
    assert after is not None
    assert after.departure == DEPARTURE


async def test_a_task_is_planned_once_and_taken_off_again(rig: Rig) -> None:
    if not rig.pms.capabilities.tasks:
        refused = await rig.pms.add_task(cleaning())
        assert (refused.outcome, refused.reason) == (WriteOutcome.REJECTED, Wrong.UNSUPPORTED)
        return
    rig.fail("add_task", "timeout_after")
    assert (await rig.pms.add_task(cleaning())).outcome is WriteOutcome.UNKNOWN
    written = await rig.pms.add_task(cleaning())
    (task,) = await rig.pms.tasks("L1", ARRIVAL, DEPARTURE)
    assert (task.ref, task.kind, task.reservation_ref) == (written.ref, TaskKind.CLEANING, "R1")
    assert task.fact.day == ARRIVAL + 2 * ONE_DAY
    assert await rig.pms.tasks("L1", ARRIVAL, ARRIVAL) == ()
    for _ in range(2):
        removed = await rig.pms.remove_task(task.ref, "undo-1")
        assert removed.outcome is WriteOutcome.ACCEPTED
    assert await rig.pms.tasks("L1", ARRIVAL, DEPARTURE) == ()
