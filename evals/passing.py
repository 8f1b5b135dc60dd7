"""Letting time pass: the clock jumps from one moment at which something is due to the next."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from evals.moments import moments
from evals.world import World

SECOND = timedelta(seconds=1)


async def let_pass(world: World, stretch: timedelta) -> None:
    """Move the clock, and settle at each second at which something becomes due, and at the end."""
    until, quiet = world.clock.now() + stretch, world.quiet_at == world.clock.now()
    while world.clock.now() < until:
        world.clock.advance(await _next_moment(world, until, quiet) - world.clock.now())
        quiet = await world.settle()


async def _next_moment(world: World, until: datetime, quiet: bool) -> datetime:
    """Find the first second at which a row or a callback becomes due: jobs look every second.

    `quiet`: nothing is due now.
    """
    now = world.clock.now()
    latest = min(until, world.next_from_outside() or until)
    # What no job could settle would be due for ever, and must not stop the clock.
    stuck = set() if quiet else await world.due(now)

    async def is_due(second: int) -> bool:
        return bool(await world.due(now + second * SECOND) - stuck)

    if not await world.due(latest) - stuck:
        return latest
    last = _seconds(latest - now)
    # Most things are due at a moment that stands in a row; the rest is found between those.
    marked = sorted({min(_seconds(at - now), last) for at in moments(world.database, now, latest)})
    known = await _first(is_due, marked)
    before = marked[known - 1] if known else 0
    after = marked[known] if known < len(marked) else last
    if after - before > 1 and not await is_due(after - 1):
        return min(latest, now + after * SECOND)
    between = range(before + 1, after - 1)
    return min(latest, now + (before + 1 + await _first(is_due, between)) * SECOND)


async def _first(is_due: Callable[[int], Awaitable[bool]], seconds: "range | list[int]") -> int:
    """Return the place of the first of some seconds at which something is due; else how many."""
    low, high = 0, len(seconds)
    while low < high:
        middle = (low + high) // 2
        if await is_due(seconds[middle]):
            high = middle
        else:
            low = middle + 1
    return low


def _seconds(stretch: timedelta) -> int:
    """Count seconds, a begun one as a whole one."""
    return -(-stretch // SECOND)
