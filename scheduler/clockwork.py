"""APScheduler as the alarm clock: its jobs only set an event, one loop per job does the work.

Its stores are never used: they block the loop and lose jobs; the rows are the schedule.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from jirani.services import Services
from jirani.services.log import log
from scheduler.jobs import JOBS, Job


@asynccontextmanager
async def ticking(services: Services) -> AsyncIterator[None]:
    """Run the jobs in the background until the block ends; work in hand is finished."""
    alarm = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    bells = {job.name: asyncio.Event() for job in JOBS}
    stopping = asyncio.Event()
    for job in JOBS:
        trigger = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone="UTC")
        alarm.add_job(bells[job.name].set, trigger, id=job.name)
    workers = [asyncio.create_task(_work(job, services, bells[job.name], stopping)) for job in JOBS]
    alarm.start()
    try:
        yield
    finally:
        alarm.shutdown(wait=False)
        stopping.set()
        for bell in bells.values():
            bell.set()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*workers)


async def _work(job: Job, services: Services, bell: asyncio.Event, stopping: asyncio.Event) -> None:
    while True:
        await bell.wait()
        bell.clear()
        if stopping.is_set():
            return
        try:
            await job.run(services)
        except Exception as error:  # the next tick tries again; the clock must not stop
            log.exception("job.failed", job=job.name, error=type(error).__name__)
