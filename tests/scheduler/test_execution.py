"""Due rows are run at their moment: an alarm for the next, a notice for one that is earlier."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from redis.asyncio import Redis

from jirani.connectors.pms import PmsReservation
from jirani.rules.facts import OfferStatus, StayPayment, StayStatus
from jirani.services import Services
from jirani.services.clock import SystemClock
from jirani.services.stays.dispatch import dispatch_due
from jirani.store.news import News
from jirani.store.redis_client import Breaker
from scheduler import clockwork, jobs
from scheduler.clockwork import ticking
from scheduler.execution import InProcess
from scheduler.jobs import DISPATCH, Job
from tests.support.lodge import EARLY, FLAT, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio

PATIENCE = 10.0
A_WHILE = timedelta(milliseconds=1500)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    return lodge


@pytest.fixture
async def news(redis_client: Redis) -> AsyncIterator[tuple[News, News]]:
    """Two processes' lines."""
    lines = tuple(News(redis_client, Breaker(), pause=0.01) for _ in range(2))
    async with AsyncExitStack() as running:
        for line in lines:
            await running.enter_async_context(line.running())
        yield lines[0], lines[1]


def living(lodge: Lodge, start: datetime, news: News) -> Services:
    """Return the services of a process whose time really passes, from a moment on."""
    clock = SystemClock(start)
    execution = InProcess(lodge.services.store, clock, news)
    lodge.pms.clock = clock.now
    return replace(lodge.services, clock=clock, execution=execution)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.005)


@pytest.fixture
def only_dispatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by himself: only the alarm wakes whoever sends."""
    dispatch = Job(DISPATCH, timedelta(hours=1), dispatch_due)
    monkeypatch.setattr(clockwork, "JOBS", (dispatch,))
    monkeypatch.setattr(clockwork, "ROUNDS", ())


async def test_a_row_is_run_at_its_moment(
    lodge: Lodge, news: tuple[News, News], only_dispatch: None
) -> None:
    services = living(lodge, local(6, 12, 9) - A_WHILE, news[0])

    async def left() -> bool:
        return (await lodge.offer(EARLY)).leaving_at is not None

    async with ticking(services):
        await until(left)
    leaving_at = (await lodge.offer(EARLY)).leaving_at
    assert leaving_at
    assert leaving_at >= local(6, 12, 9)


async def test_an_earlier_row_of_another_process_is_heard_of(
    lodge: Lodge, news: tuple[News, News], only_dispatch: None
) -> None:
    """The alarm is set for the day after; then a row comes that is due in a moment."""
    services = living(lodge, local(6, 11, 9), news[0])
    other = InProcess(lodge.services.store, services.clock, news[1])

    async def left() -> bool:
        return (await lodge.offer(EARLY)).leaving_at is not None

    async with ticking(services):
        await asyncio.sleep(0.3)
        assert not await left()
        offer = await lodge.offer(EARLY)
        due_at = services.clock.now() + timedelta(seconds=1)
        async with lodge.services.store.begin("lodge") as work:
            assert await work.stay_offers.postpone(offer.id, due_at)
        await other.schedule(offer.id, due_at)
        # Moved to a time the plan does not know, it stays where it is: plans compare plans (O6).
        await until(left)


async def test_without_an_alarm_the_jobs_find_it_all_the_same(lodge: Lodge) -> None:
    lodge.clock.at = local(6, 12, 9)
    await jobs.run_due(lodge.services)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED


async def test_the_alarm_does_not_ring_without_end_for_what_nobody_runs(
    lodge: Lodge, news: tuple[News, News]
) -> None:
    clock = SystemClock(local(6, 13, 9))
    rung: list[datetime] = []
    execution = InProcess(lodge.services.store, clock, news[0])
    async with execution.on_due(lambda: rung.append(datetime.now(UTC))):
        await asyncio.sleep(2.5)
    assert 1 <= len(rung) <= 3


async def test_of_rows_that_follow_each_other_closely_none_waits_for_a_sweep(
    services: Services, news: tuple[News, News], only_dispatch: None
) -> None:
    """The second is due before whoever was woken for the first is done with it."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    for n, ref in enumerate(("R1", "R2", "R3")):
        lodge.pms.world.place(replace(FLAT, ref=ref), 10000)
        stay = PmsReservation(
            *(ref, ref, StayStatus.CONFIRMED, StayPayment.PAID, date(2026, 6, 15)),
            date(2026, 6, 20),
            channel="direct",
            currency="USD",
        )
        lodge.pms.book(stay)
        await lodge.delivered()
        offer = await lodge.offer(EARLY, ref)
        async with services.store.begin("lodge") as work:
            due_at = local(6, 12, 9) + n * timedelta(milliseconds=150)
            assert await work.stay_offers.postpone(offer.id, due_at)
    living_on = living(lodge, local(6, 12, 9) - timedelta(milliseconds=500), news[0])

    async def left() -> bool:
        return all([(await lodge.offer(EARLY, ref)).leaving_at for ref in ("R1", "R2", "R3")])

    async with ticking(living_on):
        await until(left)
