"""Who has a conversation, the agent or a person (§7)."""

import pytest

from jirani.connectors.channels import MemoryChannel
from jirani.services.handover import hand_back, hand_over, summary
from jirani.services.sending import send_due
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio


async def test_what_no_person_has_is_not_handed_back_and_the_guest_hears_nothing(
    salon: Salon, channel: MemoryChannel
) -> None:
    guest = await salon.guest()
    assert not await hand_back(salon.services, salon.id, guest.thread_id)
    await send_due(salon.services)
    assert channel.texts(guest.peer) == []


async def test_what_a_person_has_is_handed_back_once_and_the_guest_told_once(
    salon: Salon, channel: MemoryChannel
) -> None:
    guest = await salon.guest()
    await hand_over(guest.case)
    assert await hand_back(salon.services, salon.id, guest.thread_id)
    assert not await hand_back(salon.services, salon.id, guest.thread_id)
    await send_due(salon.services)
    assert len(channel.texts(guest.peer)) == 1


async def test_a_summary_shows_the_twenty_newest_messages(salon: Salon) -> None:
    guest = await salon.guest()
    for _ in range(21):
        await guest.says()
    found = await summary(salon.services, salon.id, guest.thread_id)
    assert [each.seq for each in found.messages] == list(range(2, 22))
