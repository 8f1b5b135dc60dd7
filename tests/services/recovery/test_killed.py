"""A process that dies anywhere in the loop, in a yes, or at an expiry: the next goes on (R9)."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from jirani.rules.facts import OfferStatus, Opening, OpeningStatus, RecoveryOffer
from jirani.rules.reading import Meaning
from jirani.services import Case, Services
from jirani.services.recovery.answering import accept
from scheduler.jobs import run_due
from tests.support.looking import double_bookings, one, rows
from tests.support.proving import Proved
from tests.support.recovering import QUARTER, Recovering
from tests.support.recovery_stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(0)]

HOUR = timedelta(hours=1)


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.proof)], ids=["few", "all"])
def proof(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_whenever_the_loop_dies_one_is_asked_once(
    house: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await house.wait(2)
    stage = Stage(house, redis_client, await house.opened())
    await stage.set()

    async def ends(services: Services) -> None:
        await stage.settles(services)
        await stage.judged(asked=1)
        assert len(await house.live(stage.opening)) == 1

    deaths = await stage.every(run_due, ends, proof)
    name = house.salon.services.store.engine.dialect.name
    proved(f"killed in the loop, {name}: {deaths} deaths, one offer each time")


async def test_whenever_an_expiry_dies_the_next_is_asked_once(
    house: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await house.wait(3)
    stage = Stage(house, redis_client, await house.opened())
    await house.asked(stage.opening)
    house.salon.clock.advance(QUARTER)
    await stage.set()

    async def ends(services: Services) -> None:
        await stage.settles(services)
        store = services.store
        assert await one(store, "SELECT count(*) FROM offers") == 2
        assert await one(store, "SELECT count(*) FROM contacts") == 2
        assert len(await house.live(stage.opening)) == 1

    deaths = await stage.every(run_due, ends, proof)
    name = house.salon.services.store.engine.dialect.name
    proved(f"killed at an expiry, {name}: {deaths} deaths, the next asked each time")


async def test_whenever_a_yes_dies_it_is_taken_once_by_who_said_it(
    house: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await house.wait(2)
    stage = Stage(house, redis_client, await house.opened())
    guest, offer = await house.asked(stage.opening)
    case = await guest.says(Meaning.ACCEPT)
    await stage.set()

    def yes(services: Services) -> Awaitable[object]:
        return accept(_by(case, services), house.salon.catalogue, offer.id)

    async def ends(services: Services) -> None:
        await yes(services)
        await _filled(house, stage.opening, offer)

    deaths = await stage.every(yes, ends, proof)
    name = house.salon.services.store.engine.dialect.name
    proved(f"killed in a yes, {name}: {deaths} deaths, one booking each time")


async def test_whenever_the_end_of_an_unpaid_one_dies_it_goes_on_to_the_next_once(
    paying: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await paying.wait(2)
    stage = Stage(paying, redis_client, await paying.opened())
    guest, offer = await paying.asked(stage.opening)
    store = paying.salon.services.store
    async with store.begin(paying.salon.id) as work:
        await work.customers.change(guest.customer_id, phone=None)
    made = (await paying.says_yes(guest, offer)).appointment
    assert made
    await paying.passes(2 * HOUR - QUARTER)
    paying.salon.clock.advance(QUARTER)
    await stage.set()

    async def ends(services: Services) -> None:
        await stage.settles(services)
        left = await paying.opening_of(made.id)
        assert left
        assert (left.replaces, left.status) == (stage.opening.id, OpeningStatus.OPEN)
        (asked,) = await paying.offers(left)
        assert (asked.status, asked.customer_id != guest.customer_id) == ("offered", True)
        assert await one(store, "SELECT count(*) FROM slot_openings") == 2
        told = "SELECT count(*) FROM messages WHERE text LIKE '%did not arrive%'"
        assert await one(store, told) == 1
        assert await rows(store, "SELECT status FROM sales") == [("failed",)]
        assert await paying.appointments(left) == []

    deaths = await stage.every(run_due, ends, proof)
    name = store.engine.dialect.name
    proved(f"killed at the end of an unpaid one, {name}: {deaths} deaths, the next asked each time")


async def test_whenever_a_move_up_dies_nobody_loses_a_booking(
    paying: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await paying.sets(move_up="on")
    (guest,) = await paying.wait(1)
    at = paying.salon.at("17:00")
    (later,) = await paying.salon.booked((guest, "manicure", "amina", at))
    await paying.pays(later)
    stage = Stage(paying, redis_client, await paying.opened())
    _, offer = await paying.asked(stage.opening)
    assert offer.primary_id == later.id
    case, store = await guest.says(Meaning.ACCEPT), paying.salon.services.store
    await stage.set()

    def yes(services: Services) -> Awaitable[object]:
        return accept(_by(case, services), paying.salon.catalogue, offer.id)

    live = "SELECT customer_id, starts_at FROM appointments WHERE status IN ('held', 'confirmed')"

    async def ends(services: Services) -> None:
        assert len(await rows(store, live)) == 1  # the one or the other, at every moment
        await yes(services)
        assert await paying.appointments(stage.opening) == [(guest.customer_id, "slot_recovery")]
        assert len(await rows(store, live)) == 1
        left = await paying.opening_of(later.id)
        assert left
        assert (left.depth, left.starts_at) == (1, later.starts_at)
        assert await one(store, "SELECT count(*) FROM slot_openings") == 2
        assert await double_bookings(store) == 0

    deaths = await stage.every(yes, ends, proof)
    name = store.engine.dialect.name
    proved(f"killed in a move up, {name}: {deaths} deaths, one booking each time")


def _by(case: Case, services: Services) -> Case:
    return replace(case, services=services)


async def _filled(house: Recovering, opening: Opening, offer: RecoveryOffer) -> None:
    assert await house.appointments(opening) == [(offer.customer_id, "slot_recovery")]
    assert (await house.now(opening)).status is OpeningStatus.FILLED
    ends = [each.status for each in await house.offers(opening)]
    assert ends == [OfferStatus.ACCEPTED]
    store = house.salon.services.store
    assert await one(store, "SELECT count(*) FROM sales") == 1
    assert await house.salon.services.holds.live(house.salon.id) == []
