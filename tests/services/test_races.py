"""Many guests at once: one winner, nobody half booked, nothing left behind (X8, X9)."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import PaymentPolicy
from jirani.services.clock import SetClock
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from tests.support.house import opened
from tests.support.proving import Proved
from tests.support.racing import NAIL_STAFF, PAULA, Race, race_for_one_slot, race_for_pairs
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.anyio

ROUNDS = {"postgresql": 1000, "sqlite": 200}  # of the proof, with Redis; a tenth without


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


async def test_of_100_guests_racing_for_one_slot_one_books_it(house: Salon) -> None:
    for _ in range(3):
        await race_for_one_slot(house, 100)


async def test_of_50_guests_for_overlapping_pairs_one_gets_both_and_49_keep_theirs(
    house: Salon,
) -> None:
    for _ in range(3):
        await race_for_pairs(house, 50)


@pytest.mark.proof
@pytest.mark.parametrize("race", [race_for_one_slot, race_for_pairs])
async def test_of_20_guests_one_wins_in_every_round(
    house: Salon, race: Race, proved: Proved, request: pytest.FixtureRequest
) -> None:
    database = house.services.store.engine.dialect.name
    redis = request.node.callspec.params["house"]
    rounds = ROUNDS[database] // (1 if redis == "redis" else 10)
    for _ in range(rounds):
        await race(house, 20)
    what = "one slot" if race is race_for_one_slot else "overlapping pairs"
    proved(
        f"races for {what}, {database}, {redis}: {rounds:,} rounds of 20 contenders, "
        "one winner each, 0 overlaps, 0 rows or holds left behind"
    )
