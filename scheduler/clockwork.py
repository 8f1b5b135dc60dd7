"""APScheduler as the alarm clock: its jobs only set an event, one loop per job does the work.

Its stores are never used: they block the loop and lose jobs; the rows are the schedule.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import perf_counter

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from jirani.services import Services
from jirani.services.log import log
from jirani.services.watch import watched
from scheduler.jobs import DISPATCH, JOBS, ROUNDS, Job

# Whoever is started anew each day would never come to what is done once a day.
FIRST = timedelta(minutes=1)


@asynccontextmanager
async def ticking(services: Services) -> AsyncIterator[None]:
    """Run the jobs in the background until the block ends; work in hand is finished."""
    alarm = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    jobs = (*JOBS, *ROUNDS)
    bells = {job.name: Bell() for job in jobs}
    stopping = asyncio.Event()
    for job in jobs:
        trigger = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone="UTC")
        first = datetime.now(UTC) + min(job.every, FIRST)
        alarm.add_job(bells[job.name].toll, trigger, id=job.name, next_run_time=first)
    workers = [asyncio.create_task(_work(job, services, bells, stopping)) for job in jobs]
    alarm.start()
    try:
        async with AsyncExitStack() as woken:
            if DISPATCH in bells:
                wake = bells[DISPATCH].ring
                await woken.enter_async_context(services.execution.on_due(wake))
            yield
    finally:
        alarm.shutdown(wait=False)
        stopping.set()
        for bell in bells.values():
            bell.ring()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*workers)


class Bell:
    """Rings for one who may be at work: rung again meanwhile, it has rung since the first time."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Ring."""
        if self._since is None:
            self._since = perf_counter()
        self._rung.set()

    async def toll(self) -> None:
        """Ring for the alarm clock, which calls a plain function in a thread: that is unsafe."""
        self.ring()

    async def heard(self) -> float:
        """Wait for it; return for how long it has been ringing, in seconds."""
        await self._rung.wait()
        self._rung.clear()
        since, self._since = self._since, None
        return 0.0 if since is None else perf_counter() - since


async def _work(
    job: Job, services: Services, bells: Mapping[str, Bell], stopping: asyncio.Event
) -> None:
    while True:
        late = await bells[job.name].heard()
        if stopping.is_set():
            return
        try:
            with watched("job.finished", job=job.name, late=round(late, 6)) as told:
                rows = told["rows"] = await job.run(services)
            if rows and job.then is not None and job.then in bells:
                bells[job.then].ring()
        except Exception as error:  # the next tick tries again; the clock must not stop
            log.exception("job.failed", job=job.name, error=type(error).__name__)
