"""Many guests at once: one winner, nobody half booked, nothing left behind (X8, X9)."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.facts import PaymentPolicy
from jirani.services.clock import SetClock
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from tests.support.house import opened
from tests.support.looking import double_bookings, one, orphan_holds
from tests.support.racing import LOST, NAIL_STAFF, PAULA, tries_to_add, tries_to_book
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


@pytest.fixture(params=["redis", "no-redis"])
async def house(
    request: pytest.FixtureRequest,
    store: Store,
    redis_client: Redis,
    clock: SetClock,
    gateway: MemoryGateway,
    channel: MemoryChannel,
    tmp_path: Path,
) -> Salon:
    """A salon with Redis, and one where the database decides alone."""
    redis = redis_client if request.param == "redis" else open_redis(tmp_path / "gone")
    services = opened(store, redis, clock, gateway, channel)
    # Paid at the venue: no booking of an earlier round lapses unpaid.
    return await open_salon(services, PaymentPolicy.PAY_AT_VENUE, staff=[*NAIL_STAFF, PAULA])


def rounds(few: int, many: int) -> pytest.MarkDecorator:
    """Race a few times in every run, and many times as a proof."""
    return pytest.mark.parametrize("rounds", [few, pytest.param(many, marks=pytest.mark.proof)])


async def count(store: Store, table: str, status: str) -> int:
    found: int = await one(
        store, f"SELECT count(*) FROM {table} WHERE status = :status", status=status
    )
    return found


@rounds(3, 1000)
async def test_of_100_guests_racing_for_one_slot_one_books_it(house: Salon, rounds: int) -> None:
    store = house.services.store
    for number in range(1, rounds + 1):
        guests = await house.guests(100)
        decisions = await asyncio.gather(*(tries_to_book(guest) for guest in guests))

        outcomes = Counter(decision.reason for decision in decisions)
        assert outcomes[Reason.CLEAR] == 1
        assert set(outcomes) <= {Reason.CLEAR, *LOST}
        assert await count(store, "appointments", "confirmed") == number
        assert await count(store, "proposals", "open") == 0
        assert await orphan_holds(house) == []
        house.clock.advance(DAY)
    assert await double_bookings(store) == 0


@rounds(3, 200)
async def test_of_50_guests_for_overlapping_pairs_one_gets_both_and_49_keep_theirs(
    house: Salon, rounds: int
) -> None:
    store = house.services.store
    for number in range(1, rounds + 1):
        guests = await house.guests(50)
        # Every neighbouring slot overlaps every other, though they begin at five different times.
        starts = [house.at("14:00") + timedelta(minutes=5 * (n % 5)) for n in range(50)]
        await house.booked(
            *(
                (guest, "manicure", member.id, start)
                for guest, member, start in zip(guests, NAIL_STAFF, starts, strict=True)
            )
        )
        decisions = await asyncio.gather(*(tries_to_add(guest) for guest in guests))

        outcomes = Counter(decision.reason for decision in decisions)
        assert outcomes[Reason.CLEAR] == 1
        assert set(outcomes) <= {Reason.CLEAR, Reason.NO_ADJACENT_SLOT, *LOST}
        assert await count(store, "appointments", "confirmed") == 51 * number
        assert await count(store, "offers", "accepted") == number
        assert await count(store, "offers", "offered") == 0
        assert await one(store, "SELECT count(*) FROM sales") == number
        assert await orphan_holds(house) == []
        house.clock.advance(DAY)
    assert await double_bookings(store) == 0
