"""The demo's phones: whoever is asked for money by the in-memory provider pays by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Services
from jirani.services.log import log
from jirani.services.settling import callback

GLANCE = 0.2  # seconds between two looks at what is due


async def ring(services: Services) -> int:
    """Let the phones answer that are due to; return how many did. A real provider has none."""
    if not isinstance(services.gateway, MemoryGateway):
        return 0
    updates = services.gateway.due_callbacks(services.clock.now())
    for update in updates:
        try:
            await callback(services, update)
        except Exception as error:  # the next phone must ring all the same; a query settles it
            log.exception("payment.callback_failed", error=type(error).__name__)
    return len(updates)


@asynccontextmanager
async def phones(
    services: Services, prompted: Callable[[], None] | None = None
) -> AsyncIterator[None]:
    """Ring in the background until the block ends; `prompted` hears of every new charge.

    Every process that charges needs it: the in-memory provider knows only its own charges.
    """
    gateway = services.gateway
    if not isinstance(gateway, MemoryGateway):
        yield
        return

    stopping = asyncio.Event()

    async def watch() -> None:
        seen = 0
        while not stopping.is_set():
            if prompted and seen < len(gateway.charges):
                prompted()
            seen = len(gateway.charges)
            await ring(services)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), GLANCE)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        stopping.set()  # a phone that rings just now is answered
        await watching
