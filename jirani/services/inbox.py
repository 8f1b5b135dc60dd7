"""What guests wrote where nobody waits on the line: answered beside each other (domain §7).

A model may think for half a minute: meanwhile others are answered, and everything else is sent.
"""

import asyncio
from datetime import timedelta

from jirani.services import Services
from jirani.services.log import about, log
from jirani.services.sending import send
from jirani.services.watch import watched
from jirani.store.queues import Due

LEASE = timedelta(minutes=3)  # longer than any turn
AT_ONCE = 20
GLANCE = 1.0  # real seconds between two looks for more while somebody is being answered


async def answer_due(services: Services) -> int:
    """Answer every message whose moment has come; return how many were."""
    running: set[asyncio.Task[None]] = set()
    handled = 0
    while True:
        due = await _claimed(services, AT_ONCE - len(running))
        handled += len(due)
        running |= {asyncio.create_task(_answer(services, each)) for each in due}
        if not running:
            return handled
        _, running = await asyncio.wait(
            running, timeout=GLANCE, return_when=asyncio.FIRST_COMPLETED
        )


async def _claimed(services: Services, room: int) -> list[Due]:
    if room < 1:
        return []
    async with services.store.queues(claiming=True) as queues:
        return await queues.claim(services.clock.now(), LEASE, room, answers=True)


async def _answer(services: Services, entry: Due) -> None:
    with about(entry.business_id):
        try:
            with watched("job.row", "job answer", job="answer"):
                await send(services, entry)
        except Exception as error:  # it comes back with its lease; others go on
            log.exception("outbox.failed", entry=entry.id, error=type(error).__name__)
