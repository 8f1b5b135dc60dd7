"""What a channel will take later is tried again, later each time, and then given up (P1)."""

from datetime import datetime, timedelta

import pytest

from jirani.connectors.channels import ChannelFault, MemoryChannel
from jirani.services.outbox import tell
from jirani.services.sending import send_due
from tests.support.looking import rows
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio


async def test_a_busy_channel_is_asked_five_times_ever_later(
    salon: Salon, channel: MemoryChannel
) -> None:
    guest = await salon.guest()
    channel.by_peer[guest.peer] = ChannelFault.RETRY
    async with salon.services.store.begin(salon.id) as work:
        await tell(guest.case, work, "thanks", key="k", language="en")
    waited = []
    for _ in range(5):
        await send_due(salon.services)
        [(state, not_before)] = await rows(
            salon.services.store, "SELECT state, not_before FROM outbox"
        )
        if state == "dead":
            break
        later = datetime.fromisoformat(str(not_before)).replace(tzinfo=salon.clock.now().tzinfo)
        waited.append(later - salon.clock.now())
        salon.clock.advance(later - salon.clock.now() - timedelta(seconds=1))
        assert await send_due(salon.services) == 0
        salon.clock.advance(timedelta(seconds=1))
    assert state == "dead"
    assert waited == [timedelta(seconds=seconds) for seconds in (20, 40, 80, 160)]
