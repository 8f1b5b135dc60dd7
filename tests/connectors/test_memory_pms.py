"""What the in-memory twin can let go wrong (O12, U2, U5, U10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.memory_pms_world import small_world
from jirani.connectors.pms import (
    Capabilities,
    Direction,
    EventKind,
    Hook,
    Pms,
    PmsEvent,
    PmsListing,
    PmsUnavailable,
    WriteOutcome,
    Wrong,
)
from jirani.rules.facts import NightState, StayPayment, StayStatus
from tests.support.pms_rigs import (
    ARRIVAL,
    DEPARTURE,
    NOW,
    ONE_DAY,
    Ticking,
    cleaning,
    fee,
    memory_house,
    stay,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def pms(clock: Ticking) -> MemoryPms:
    return memory_house(clock)


def seen(pms: MemoryPms, clock: Ticking) -> list[tuple[EventKind, str | None]]:
    events = [event for hook in pms.hooks.due(clock.now) for event in pms.events(hook)]
    return [(event.kind, event.reservation_ref) for event in events]


def test_it_is_a_pms(pms: MemoryPms) -> None:
    port: Pms = pms
    assert port.name == "memory"


async def test_faults_befall_the_next_calls_then_all_until_they_are_over(pms: MemoryPms) -> None:
    pms.faults.next("reservation", "down", PmsFault.RATE_LIMITED)
    pms.faults.always("*", "refused")
    for reason in (Wrong.DOWN, Wrong.RATE_LIMITED, Wrong.REFUSED, Wrong.REFUSED):
        with pytest.raises(PmsUnavailable) as unread:
            await pms.reservation("R1")
        assert unread.value.reason is reason
    pms.faults.over()
    assert await pms.reservation("R1")


async def test_a_fault_of_one_call_leaves_the_others_alone(pms: MemoryPms) -> None:
    pms.faults.always("calendar", "down")
    assert await pms.reservation("R1")
    pms.faults.over("calendar")
    assert await pms.calendar("L1", ARRIVAL, ARRIVAL)


@pytest.mark.parametrize(
    ("call", "fault"), [("reservation", "stale"), ("post", "ignored"), ("nothing", "down")]
)
def test_a_fault_that_cannot_be_is_refused_at_once(pms: MemoryPms, call: str, fault: str) -> None:
    with pytest.raises(ValueError, match="cannot befall"):
        pms.faults.next(call, fault)


@pytest.mark.parametrize("later", [timedelta(hours=1), None])
async def test_a_limit_may_say_for_how_long(pms: MemoryPms, later: timedelta | None) -> None:
    pms.faults.retry_after = later
    pms.faults.next("*", "rate_limited", "rate_limited")
    with pytest.raises(PmsUnavailable) as unread:
        await pms.listing("L1")
    written = await pms.post("conversation-R1", "Hello", "k1")
    assert unread.value.retry_after == written.retry_after == later
    assert str(unread.value) == "rate_limited: listing"


async def test_a_stale_calendar_shows_the_past_and_admits_its_age(
    pms: MemoryPms, clock: Ticking
) -> None:
    await pms.calendar("L1", ARRIVAL, DEPARTURE)
    pms.book(stay("R3", arrival=DEPARTURE, departure=DEPARTURE + ONE_DAY))
    clock.now += timedelta(minutes=1)
    pms.faults.next("calendar", "stale")
    old = await pms.calendar("L1", DEPARTURE, DEPARTURE + ONE_DAY)
    assert [night.state for night in old.nights] == [NightState.FREE, NightState.UNKNOWN]
    assert clock.now - old.as_of == timedelta(hours=1)
    fresh = await pms.calendar("L1", DEPARTURE, DEPARTURE)
    assert (fresh.nights[0].state, fresh.as_of) == (NightState.BOOKED, clock.now)


async def test_a_calendar_never_read_before_may_be_stale_too(pms: MemoryPms) -> None:
    pms.faults.next("calendar", "stale")
    assert (await pms.calendar("L1", ARRIVAL, ARRIVAL)).as_of == NOW - timedelta(hours=1)


async def test_a_status_or_a_payment_may_be_unknown(pms: MemoryPms) -> None:
    pms.faults.next("reservation", "status_unknown", "payment_unknown")
    first, second = await pms.reservation("R1"), await pms.reservation("R1")
    assert first
    assert second
    assert (first.status, first.payment) == (StayStatus.UNKNOWN, StayPayment.PAID)
    assert (second.status, second.payment) == (StayStatus.CONFIRMED, StayPayment.UNKNOWN)


async def test_one_unreadable_stay_holds_up_no_other(pms: MemoryPms) -> None:
    pms.world.unreadable.add("R1")
    page = await pms.reservations()
    assert [one.ref for one in page.items] == ["R2"]
    assert page.skipped == ("R1: malformed",)
    with pytest.raises(PmsUnavailable, match="malformed"):
        await pms.reservation("R1")


async def test_swapped_dates_are_told_as_they_are_and_take_no_night(pms: MemoryPms) -> None:
    pms.change("R1", arrival=DEPARTURE, departure=ARRIVAL)
    found = await pms.reservation("R1")
    assert found
    assert (found.arrival, found.departure) == (DEPARTURE, ARRIVAL)
    calendar = await pms.calendar("L1", ARRIVAL, DEPARTURE)
    assert {night.state for night in calendar.nights} == {NightState.FREE}


async def test_long_lists_come_in_pages_and_lose_nobody(pms: MemoryPms) -> None:
    for n in range(250):
        pms.world.put(stay(f"X{n}"))
    found: list[str] = []
    after: str | None = None
    for _ in range(3):
        page = await pms.reservations(after=after)
        found += [one.ref for one in page.items]
        after = page.after
    assert after is None
    assert len(set(found)) == len(found) == 252


async def test_nights_may_be_priced_blocked_or_closed_but_not_under_a_guest(
    pms: MemoryPms,
) -> None:
    pms.world.set_night("L1", DEPARTURE, price=0)
    pms.world.set_night("L1", DEPARTURE + ONE_DAY, "blocked")
    pms.world.set_night("L1", ARRIVAL, NightState.CLOSED, 7000)
    told = (await pms.calendar("L1", ARRIVAL, DEPARTURE + ONE_DAY)).nights
    assert (told[0].state, told[0].price) == (NightState.BOOKED, 7000)
    assert (told[-2].state, told[-2].price) == (NightState.FREE, 0)
    assert told[-1].state is NightState.BLOCKED


async def test_what_is_nowhere_cannot_be_read_or_written_to(pms: MemoryPms) -> None:
    for read in (pms.calendar("L9", ARRIVAL, ARRIVAL), pms.tasks("L9", ARRIVAL, ARRIVAL)):
        with pytest.raises(PmsUnavailable, match="not_found"):
            await read
    with pytest.raises(PmsUnavailable, match="not_found"):
        await pms.messages("nowhere")
    assert (await pms.post("nowhere", "Hi", "k")).outcome is WriteOutcome.REJECTED
    lost = replace(cleaning(), listing_ref="L9")
    assert (await pms.add_task(lost)).reason == Wrong.NOT_FOUND


async def test_a_guest_nobody_can_write_to_has_no_conversation(pms: MemoryPms) -> None:
    pms.book(stay("R3", conversation=""))
    assert await pms.conversation("R3") is None
    with pytest.raises(LookupError):
        pms.guest_says("R3", "Hello?")


async def test_a_text_too_long_is_refused(clock: Ticking) -> None:
    pms = memory_house(clock, Capabilities(longest_message=4))
    assert (await pms.post("conversation-R1", "Hello", "k")).reason == "too_long"


async def test_a_host_writes_by_hand_and_our_own_texts_may_echo(
    pms: MemoryPms, clock: Ticking
) -> None:
    pms.host_says("R1", "Karibu!")
    assert seen(pms, clock) == [(EventKind.MESSAGE, "R1")]
    written = await pms.post("conversation-R1", "Hello", "k1")
    assert seen(pms, clock) == []
    pms.echoes = True
    written = await pms.post("conversation-R1", "Hello again", "k2")
    (hook,) = pms.hooks.due(clock.now)
    (event,) = pms.events(hook)
    assert event.message
    assert (event.message.ref, event.message.direction) == (written.ref, Direction.OUT)


async def test_webhooks_come_in_order_and_once(pms: MemoryPms, clock: Ticking) -> None:
    pms.book(stay("R3"))
    pms.change("R3", payment=StayPayment.UNPAID)
    pms.cancel("R3")
    kinds = [EventKind.CREATED, EventKind.CHANGED, EventKind.CANCELLED]
    assert seen(pms, clock) == [(kind, "R3") for kind in kinds]
    assert seen(pms, clock) == []
    assert pms.hooks.next_at() is None


async def test_a_webhook_may_be_lost_while_the_truth_can_be_read(
    pms: MemoryPms, clock: Ticking
) -> None:
    pms.hooks.upcoming.append("lost")
    pms.cancel("R1", StayStatus.REFUNDED)
    assert seen(pms, clock) == []
    found = await pms.reservation("R1")
    assert found
    assert found.status is StayStatus.REFUNDED


def test_a_webhook_may_come_late_twice_or_after_the_next(pms: MemoryPms, clock: Ticking) -> None:
    pms.hooks.upcoming.extend(["late", "duplicate", "out_of_order"])
    pms.book(stay("R3"))
    pms.change("R3", guests=2)
    pms.change("R3", guests=3)
    assert seen(pms, clock) == [(EventKind.CHANGED, "R3")] * 2
    pms.cancel("R3")
    assert seen(pms, clock) == [(EventKind.CANCELLED, "R3"), (EventKind.CHANGED, "R3")]
    assert pms.hooks.next_at() == clock.now + timedelta(minutes=10)
    clock.now += timedelta(minutes=10)
    assert seen(pms, clock) == [(EventKind.CREATED, "R3")]


def test_two_deliveries_of_one_webhook_have_one_key(pms: MemoryPms, clock: Ticking) -> None:
    pms.hooks.upcoming.append("duplicate")
    pms.cancel("R1")
    pms.cancel("R1")
    keys = [hook.dedupe_key for hook in pms.hooks.due(clock.now)]
    assert keys[0] == keys[1] != keys[2]


def test_a_garbled_webhook_is_nonsense(pms: MemoryPms, clock: Ticking) -> None:
    pms.hooks.upcoming.append("garbled")
    pms.cancel("R1")
    (hook,) = pms.hooks.due(clock.now)
    with pytest.raises(ValueError, match="not a webhook"):
        pms.events(hook)


@pytest.mark.parametrize(
    "body",
    [
        *("", "null", "[]", "7", "{}", '"event"', '{"event": []}', '{"event": "changed"}'),
        '{"event": "changed", "reservation": 7, "at": null}',
        '{"event": "changed", "reservation": "R1", "at": "yesterday"}',
        '{"event": "message", "reservation": "R1", "at": null, "message": null}',
        '{"event": "message", "reservation": "R1", "at": null, "message": {"id": 1}}',
        "[" * 100_000,
    ],
)
def test_nonsense_is_a_value_error_and_nothing_else(pms: MemoryPms, body: str) -> None:
    with pytest.raises(ValueError, match="not a webhook"):
        pms.events(Hook("memory", "k", body))


def test_news_nobody_asked_for_are_no_events(pms: MemoryPms) -> None:
    assert pms.events(Hook("memory", "k", '{"event": "rate_change", "x": 1}')) == ()


async def test_two_processes_never_give_the_same_id(clock: Ticking) -> None:
    refs = set()
    for _ in range(2):
        pms = memory_house(clock)
        refs.add((await pms.post("conversation-R1", "Hello", "k1")).ref)
        refs.add((await pms.add_fee(fee())).ref)
        clock.now += timedelta(seconds=1)
    assert len(refs) == 4


async def test_a_place_can_be_forgotten_with_all_that_happened_there(pms: MemoryPms) -> None:
    await pms.calendar("L1", ARRIVAL, ARRIVAL)
    await pms.post("conversation-R1", "Hello", "k1")
    await pms.add_fee(fee())
    await pms.add_task(cleaning())
    pms.world.place(PmsListing("L2", "Hut", None, None, None, None))
    pms.forget("L1")
    pms.forget("L1")
    world = pms.world
    left = (world.reservations, world.messages, world.fees, world.tasks)
    assert not any(left)
    assert [one.ref for one in (await pms.listings()).items] == ["L2"]


def test_a_stay_may_move_to_another_place(pms: MemoryPms) -> None:
    pms.change("R1", listing_ref="L2")
    assert pms.world.nights("L1", ARRIVAL, ARRIVAL)[0].state is NightState.FREE
    assert pms.world.nights("L2", ARRIVAL, ARRIVAL)[0].state is NightState.BOOKED


async def test_the_small_world_has_two_places_and_three_guests(clock: Ticking) -> None:
    pms = MemoryPms(clock)
    small_world(pms.world, clock.now.date())
    page = await pms.reservations()
    assert [one.ref for one in page.items] == ["R1", "R2", "R3"]
    for one in page.items:
        place = await pms.listing(one.listing_ref)
        assert place
        assert place.currency == one.currency


def test_an_event_without_a_time_reads_as_it_was_written(pms: MemoryPms, clock: Ticking) -> None:
    event = PmsEvent(EventKind.CHANGED, None)
    pms.hooks.tell(event)
    (hook,) = pms.hooks.due(clock.now)
    assert pms.events(hook) == (event,)
