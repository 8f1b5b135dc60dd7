"""Setting up the world that a scenario describes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from evals.ground import Ground, logs_captured, sqlite
from evals.scenario import Scenario
from evals.seeding import turn_dials
from evals.staying.happenings import furnished
from evals.staying.house import BASE, PMS, knows, sell, sells_only
from evals.staying.world import StayWorld
from evals.world import World, beginning, furnish
from jirani.services.clock import SetClock


@asynccontextmanager
async def opened_world(ground: Ground, scenario: Scenario, seed: int) -> AsyncIterator[World]:
    """Set up the world a scenario describes; `seed` makes its ids.

    Raises:
        Refused: something in the description does not exist or cannot be.
    """
    about = scenario.world
    base, payment = about.get("base", "demo"), about.get("payment", "pay-first")
    file, business_id = await ground.copy(base, payment, f"{scenario.name}-{seed}")
    with logs_captured() as log:
        house = (ground, sqlite(file), SetClock(beginning(about)), seed, log)
        stays = base == BASE
        pms = about.get("pms", PMS)
        world = StayWorld(*house, business_id, pms) if stays else World(*house)
        try:
            await world.opened.client.flushall()
            if isinstance(world, StayWorld):
                await _furnish_stays(world, about)
            else:
                await furnish(world, business_id, about)
            world.redis.down = about.get("redis") == "down"
            yield world
        finally:
            await world.opened.close()
            file.unlink()


async def _furnish_stays(world: StayWorld, about: Mapping[str, Any]) -> None:
    services, business_id = world.services, world.business_id
    async with services.store.read(business_id) as work:
        world.business = await work.business.get()
    furnished(world)
    await world.connected.begin(services, business_id)
    await turn_dials(services, business_id, about.get("dials", {}))
    if "sells" in about:
        await sells_only(services, business_id, about["sells"])
    await sell(services, business_id, about.get("settings", {}))
    await knows(services, business_id, about.get("knowledge", []))
