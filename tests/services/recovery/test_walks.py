"""Anything in any order: cancel, trigger, offer, yes, no, stop, silence, pay, fail, move up, crash.

After every step the laws of `tests.support.recovery_laws` hold, whatever somebody heard was true;
and at the end nobody was asked too often, at night, too many at once, or after a stop.
"""

from collections import Counter

import pytest
from redis.asyncio import Redis

from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from tests.support.looking import one
from tests.support.proving import Proved
from tests.support.recovering import recovering
from tests.support.recovery_walk import Walk
from tests.support.salon import open_salon

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(0)]

STEPS, PROOF_STEPS = 40, 1_000
SEEDS = range(1, 51)  # on each of two databases: 100,000 steps
POLICIES = [*PaymentPolicy]


async def walked(
    services: Services, redis: Redis, gateway: MemoryGateway, seed: int, steps: int
) -> tuple[str, int, Counter[str]]:
    policy = POLICIES[seed // 2 % len(POLICIES)]
    house = await recovering(await open_salon(services, policy))
    walk = Walk(house, redis, gateway, seed)
    await walk.walks(steps)
    sql = "SELECT count(*) FROM slot_openings WHERE status = 'filled'"
    return services.store.engine.dialect.name, await one(services.store, sql), walk.done


async def test_whatever_happens_in_whatever_order_no_law_is_broken(
    services: Services, redis_client: Redis, gateway: MemoryGateway, proved: Proved
) -> None:
    name, filled, _ = await walked(services, redis_client, gateway, 8, STEPS)
    assert filled
    proved(f"slot recovery, {name}: {STEPS} steps, {filled} slots filled, no law broken")


@pytest.mark.proof
@pytest.mark.parametrize("seed", SEEDS)
async def test_however_long_it_goes_on(
    services: Services, redis_client: Redis, gateway: MemoryGateway, seed: int, proved: Proved
) -> None:
    name, filled, done = await walked(services, redis_client, gateway, seed, PROOF_STEPS)
    killed = sum(times for what, times in done.items() if what.startswith("killed"))
    assert filled >= 3, done
    assert killed >= 20, done
    proved(
        f"slot recovery, {name}: seed {seed:02}: {PROOF_STEPS:,} steps, {killed} deaths, "
        f"{filled} slots filled, no law broken"
    )
