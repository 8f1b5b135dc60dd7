"""Letting time pass: the clock jumps from one moment at which something is due to the next."""

from datetime import datetime, timedelta

from evals.world import World
from jirani.store.queues import Due

SECOND = timedelta(seconds=1)


async def let_pass(world: World, stretch: timedelta) -> None:
    """Move the clock, and settle at each second at which something becomes due, and at the end."""
    until = world.clock.now() + stretch
    while world.clock.now() < until:
        world.clock.advance(await _next_moment(world, until) - world.clock.now())
        await world.settle()


async def _next_moment(world: World, until: datetime) -> datetime:
    """Find the first second at which a row or a callback becomes due: jobs look every second."""
    now = world.clock.now()
    latest = min(until, world.gateway.next_callback() or until)
    # What no job could settle would be due for ever, and must not stop the clock.
    stuck = await _due(world, now)
    if not await _due(world, latest) - stuck:
        return latest
    quiet, due = 0, -((now - latest) // SECOND)
    while due - quiet > 1:
        middle = (quiet + due) // 2
        if await _due(world, now + middle * SECOND) - stuck:
            due = middle
        else:
            quiet = middle
    return min(latest, now + due * SECOND)


async def _due(world: World, at: datetime) -> set[tuple[str, Due]]:
    """Return what the jobs would find at a moment, if nothing happened until then."""
    async with world.services.store.queues() as queues:
        looks = (
            queues.offers,
            queues.proposals,
            queues.charges,
            queues.queries,
            queues.holds,
        )
        return {(look.__name__, row) for look in looks for row in await look(at)}
