"""What a chat runs on: which data, from which moment, with which business."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from app.chat.channel import TerminalChannel
from app.chat.conversation import Conversation
from app.commands.running import business_of
from app.settings import Settings
from app.speaking import guest_of, model_of
from app.wiring import opened
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services.clock import Ids, SystemClock
from jirani.store.redis_server import stop_server


@asynccontextmanager
async def conversation(
    settings: Settings,
    channel: TerminalChannel,
    *,
    business: str,
    model: str,
    now: datetime | None,
    pays_after: timedelta,
) -> AsyncIterator[Conversation]:
    """Open a conversation with a business; a naive `now` is meant in the business's zone.

    Raises UnknownModel, Refused for an unknown business, and what `opened` raises.
    """
    chosen = model_of(settings, model)
    async with opened(settings, channel=channel) as services:
        found = await business_of(services, business)
        clock = services.clock
        if now:
            clock = SystemClock(now if now.tzinfo else now.replace(tzinfo=ZoneInfo(found.zone)))
        gateway = MemoryGateway(clock.now, delay=pays_after)
        services = replace(services, clock=clock, ids=Ids(clock), gateway=gateway)
        async with guest_of(services, settings, chosen) as guest:
            yield Conversation(services, guest, found, channel.peer)


@contextmanager
def nothing_kept(settings: Settings) -> Iterator[Settings]:
    """Point the settings at an empty world of its own, gone when the block ends."""
    with TemporaryDirectory(prefix="jirani-") as folder:
        data = Path(folder)
        try:
            world = {"data_dir": data, "database_url": None, "redis_url": None}
            yield settings.model_copy(update={**world, "migrate_on_start": True})
        finally:
            stop_server(data)
