"""How due rows get run, in process: an alarm for the next one, and a notice when one is earlier.

Another engine would implement `jirani.services.execution.Execution` in a file like this; nothing
else knows how a row gets run. The rows are the schedule: whatever is missed here, the job that is
woken finds by looking, every few seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from jirani.services.clock import Clock
from jirani.services.log import log
from jirani.store.news import Listener, News
from jirani.store.work import Store

TOPIC = "due"
NEXT = "next row"
# A row that is due already is being run, or about to be: it is looked for again after a moment,
# and ever later while it is still there.
SOONEST, PATIENCE = timedelta(milliseconds=20), timedelta(seconds=1)
LOOK_AGAIN = 30.0  # real seconds: a notice may get lost with Redis


class InProcess:
    """Sets an alarm for the earliest row of all; another process's row is heard of over Redis."""

    def __init__(self, store: Store, clock: Clock, news: News) -> None:
        self._store = store
        self._clock = clock
        self._news = news

    async def schedule(self, row_id: str, due_at: datetime) -> None:
        """Tell every process that a row is due at a moment; it looks by itself what is next."""
        await self._news.publish(TOPIC, due_at.isoformat())

    async def cancel(self, row_id: str) -> None:
        """Leave it: an alarm that rings for nothing does no harm."""

    @asynccontextmanager
    async def on_due(self, wake: Callable[[], None]) -> AsyncIterator[None]:
        """Call `wake` whenever a row's time has come, while the block lasts."""
        alarm = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        alarm.start()
        async with self._news.listen(TOPIC) as notices:
            watching = asyncio.create_task(self._watch(alarm, wake, notices))
            try:
                yield
            finally:
                alarm.shutdown(wait=False)
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching

    async def _watch(
        self, alarm: AsyncIOScheduler, wake: Callable[[], None], notices: Listener
    ) -> None:
        async def look() -> None:
            notices.miss()

        async def ring() -> None:
            wake()
            notices.miss()  # and look what comes next

        first: datetime | None = None
        pause = SOONEST
        while True:
            before = first
            with suppress(Exception):  # the database is away: the next look finds it again
                first = await self._next()
            now, rings_at = self._clock.now(), first
            if first is not None and first > now:
                pause = SOONEST
                alarm.add_job(ring, _after(first - now), id=NEXT, replace_existing=True)
            elif first is not None:
                # Whoever was woken for it may not have claimed it yet: what comes behind it is
                # seen as soon as they have.
                again = first == before
                pause = min(2 * pause, PATIENCE) if again else SOONEST
                if not again or pause == PATIENCE:
                    wake()
                rings_at = now + pause
                alarm.add_job(look, _after(pause), id=NEXT, replace_existing=True)
            await self._heard(notices, rings_at)

    async def _next(self) -> datetime | None:
        async with self._store.queues() as queues:
            return await queues.next_offer_due()

    async def _heard(self, notices: Listener, rings_at: datetime | None) -> None:
        """Wait for a row that is earlier than the alarm, or for a while."""
        while (notice := await notices.next(LOOK_AGAIN)) is not None:
            try:
                due_at = datetime.fromisoformat(notice)
            except ValueError:
                log.warning("execution.bad_notice")
                continue
            if rings_at is None or due_at < rings_at:
                return


def _after(wait: timedelta) -> DateTrigger:
    return DateTrigger(datetime.now(UTC) + wait)
