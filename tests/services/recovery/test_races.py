"""Many answers at once to one freed slot: one has it, everybody else hears the truth (R4, R5)."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from agent.turn import Guest as Speaker
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.facts import (
    OfferStatus,
    Opening,
    OpeningStatus,
    PaymentPolicy,
    RecoveryOffer,
)
from jirani.rules.reading import Meaning
from jirani.services.clock import SetClock
from jirani.services.confirming import confirm
from jirani.services.contacts import set_preference
from jirani.services.proposing import propose_cancellation
from jirani.services.recovery.answering import accept, decline
from jirani.services.recovery.expiring import end_silent
from jirani.services.recovery.loop import recover
from jirani.services.threads import receive
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from scheduler.jobs import run_due
from tests.support.house import opened
from tests.support.looking import double_bookings, one, orphan_holds, rows
from tests.support.proving import Proved
from tests.support.recovering import Recovering, recovering
from tests.support.salon import Guest, open_salon

pytestmark = pytest.mark.anyio

# What is said of a slot, and is true for one of a hundred only, or for all others.
TRUTHS = {
    "booked": "It's yours",
    "taken": "has been taken",
    "held": "is offered to somebody else just now",
}
TAKEN = {Reason.SLOT_FILLED, Reason.SLOT_HELD, Reason.SLOT_TAKEN}


@pytest.fixture(params=["redis", "no-redis"])
async def either(
    request: pytest.FixtureRequest,
    store: Store,
    redis_client: Redis,
    clock: SetClock,
    gateway: MemoryGateway,
    channel: MemoryChannel,
    tmp_path: Path,
) -> Recovering:
    """A salon with Redis, and one where the database decides alone."""
    redis = redis_client if request.param == "redis" else open_redis(tmp_path / "gone")
    services = opened(store, redis, clock, gateway, channel)
    return await recovering(await open_salon(services, PaymentPolicy.PAY_AT_VENUE))


async def all_asked(
    house: Recovering, n: int, *, silent: bool = False, days: int = 1
) -> tuple[Opening, list[tuple[Guest, RecoveryOffer]]]:
    """Offer one opening to many at once; `silent`: they were asked in turn, and said nothing."""
    opening, guests = await house.opened(days=days), await house.salon.guests(n)
    services = house.salon.services
    now = services.clock.now()
    offers = []
    async with services.store.begin(house.salon.id) as work:
        for lane, guest in enumerate(guests):
            offer = RecoveryOffer(
                *(services.ids.new(), opening.id, lane, guest.thread_id, guest.customer_id),
                service_id=opening.service_id,
                staff_id=opening.staff_id,
                starts_at=opening.starts_at,
                ends_at=opening.ends_at,
                busy_until=opening.busy_until,
                price=120_000,
                currency=opening.currency,
                status=OfferStatus.OFFERED,
                offered_seq=0,
                expires_at=now + timedelta(minutes=15),
            )
            await work.recovery_offers.add(offer, now)
            offers.append(offer)
            if silent:
                await work.recovery_offers.settle(
                    offer.id, OfferStatus.EXPIRED, at=now, reason="silence"
                )
    return opening, list(zip(guests, offers, strict=True))


@pytest.mark.parametrize("silent", [False, True], ids=["live", "late"])
async def test_of_100_yeses_at_once_one_is_booked_and_99_hear_that_it_is_taken(
    either: Recovering, silent: bool
) -> None:
    opening, asked = await all_asked(either, 100, silent=silent)
    cases = [await guest.says(Meaning.ACCEPT) for guest, _ in asked]
    answers = await asyncio.gather(
        *(
            accept(case, either.salon.catalogue, offer.id)
            for case, (_, offer) in zip(cases, asked, strict=True)
        )
    )
    outcomes = Counter(each.decision.reason for each in answers)
    assert outcomes.pop(Reason.CLEAR) == 1
    assert set(outcomes) <= TAKEN
    assert outcomes.total() == 99
    store = either.salon.services.store
    (winner,) = [each.appointment for each in answers if each.appointment]
    assert await either.appointments(opening) == [(winner.customer_id, "slot_recovery")]
    assert (await either.now(opening)).filled_by == winner.id
    assert await one(store, "SELECT count(*) FROM sales") == 1
    assert await one(store, "SELECT count(*) FROM offers WHERE status = 'offered'") == 0
    told = await rows(store, "SELECT text FROM messages WHERE text LIKE '%has been taken%'")
    assert len(told) == (0 if silent else 99)
    assert await double_bookings(store) == 0
    assert await either.salon.services.holds.live(either.salon.id) == []


@pytest.mark.parametrize(
    ("rounds", "many"), [(1, 10), pytest.param(10, 100, marks=pytest.mark.proof)]
)
async def test_of_many_yeses_in_chat_at_once_one_is_booked_and_all_others_are_told_the_truth(
    either: Recovering, rounds: int, many: int, request: pytest.FixtureRequest, proved: Proved
) -> None:
    """As they come in at the door: stored, read, answered by the agent with its tools."""
    services, id = either.salon.services, either.salon.id
    door, told = Speaker(services), Counter[str]()
    for days in range(1, rounds + 1):
        opening, asked = await all_asked(either, many, days=days)
        heard = [
            await receive(services, id, "memory", guest.peer, "yes", f"{guest.peer}-yes")
            for guest, _ in asked
        ]
        turns = await asyncio.gather(*(door.answer(id, each, wait=120) for each in heard))
        ((winner, source),) = await either.appointments(opening)
        assert source == "slot_recovery"
        for turned, (guest, _) in zip(turns, asked, strict=True):
            said = next((name for name, words in TRUTHS.items() if words in turned.reply), None)
            assert said, turned.reply
            assert (said == "booked") == (guest.customer_id == winner), turned.reply
            told[said] += 1
        assert await double_bookings(services.store) == 0
    assert (told["booked"], told.total()) == (rounds, many * rounds)
    assert await one(services.store, "SELECT count(*) FROM sales") == rounds
    assert await orphan_holds(either.salon) == []  # only what losers are asked about instead
    where = request.node.callspec.params
    proved(f"{told.total():,} yeses in chat, {where['database']}, {where['either']}: {dict(told)}")


async def test_a_cancellation_that_is_confirmed_many_times_at_once_opens_one_slot_r8(
    house: Recovering,
) -> None:
    await house.wait(2)
    guest, made = await house.booked()
    proposed = await propose_cancellation(await guest.says(), made)
    assert proposed.proposal
    case, asked = await guest.says(Meaning.ACCEPT), proposed.proposal.id
    catalogue = house.salon.catalogue
    answers = await asyncio.gather(*(confirm(case, catalogue, asked) for _ in range(10)))
    assert all(each.decision.allowed for each in answers)
    services = house.salon.services
    await asyncio.gather(*(run_due(services) for _ in range(4)))
    assert await one(services.store, "SELECT count(*) FROM slot_openings") == 1
    assert await one(services.store, "SELECT count(*) FROM offers") == 1


async def test_yes_no_stop_silence_and_the_loop_at_once_leave_one_truth(house: Recovering) -> None:
    """Whoever meets whom: nothing waits for another forever, and the slot has one owner at most."""
    await house.wait(3)
    opening, asked = await all_asked(house, 25)
    services, catalogue = house.salon.services, house.salon.catalogue
    said = [Meaning.ACCEPT, Meaning.DECLINE, Meaning.OPT_OUT, Meaning.UNCLEAR, Meaning.UNCLEAR]
    cases = [await guest.says(said[n % 5]) for n, (guest, _) in enumerate(asked)]
    late = replace(services, clock=SetClock(services.clock.now() + timedelta(minutes=15)))
    acts = []
    for n, (case, (_, offer)) in enumerate(zip(cases, asked, strict=True)):
        acts.append(
            (
                lambda c=case, o=offer: accept(c, catalogue, o.id),
                lambda c=case, o=offer: decline(c, o.id),
                lambda c=case: set_preference(c),
                lambda o=offer: end_silent(late, house.salon.id, o.id),
                lambda: recover(services, house.salon.id, opening.id),
            )[n % 5]
        )
    await asyncio.gather(*(act() for act in acts))
    after, owners = await house.now(opening), await house.appointments(opening)
    assert len(owners) == 1
    assert after.status is OpeningStatus.FILLED
    found = await rows(services.store, "SELECT status, count(*) FROM offers GROUP BY status")
    by_status: dict[str, int] = dict((status, n) for status, n in found)
    assert by_status["accepted"] == 1
    assert "offered" not in by_status
