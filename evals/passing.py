"""Letting time pass: the clock jumps from one moment at which something is due to the next."""

from datetime import datetime, timedelta

from evals.due import due
from evals.world import World

SECOND = timedelta(seconds=1)


async def let_pass(world: World, stretch: timedelta) -> None:
    """Move the clock, and settle at each second at which something becomes due, and at the end."""
    until = world.clock.now() + stretch
    while world.clock.now() < until:
        world.clock.advance(await _next_moment(world, until) - world.clock.now())
        await world.settle()


async def _next_moment(world: World, until: datetime) -> datetime:
    """Find the first second at which a row or a callback becomes due: jobs look every second."""
    now, services = world.clock.now(), world.services
    latest = min(until, world.gateway.next_callback() or until)
    # What no job could settle would be due for ever, and must not stop the clock.
    stuck = await due(services, now)
    if not await due(services, latest) - stuck:
        return latest
    before, after = 0, -((now - latest) // SECOND)
    while after - before > 1:
        middle = (before + after) // 2
        if await due(services, now + middle * SECOND) - stuck:
            after = middle
        else:
            before = middle
    return min(latest, now + after * SECOND)
