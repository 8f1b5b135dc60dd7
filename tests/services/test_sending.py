"""What leaves is sent once, tried again only if it was not taken, and then given up (P1)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jirani.connectors.channels import ChannelFault, MemoryChannel, Outbound, SendResult
from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.connectors.payments import Charge, ChargeAck
from jirani.services import Services
from jirani.services.charging import start
from jirani.services.outbox import tell
from jirani.services.sending import send_due
from jirani.services.settling import callback
from tests.support.looking import one, rows
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)


async def thanked(guest: Guest) -> None:
    """Put a message to a guest into the outbox."""
    async with guest.salon.services.store.begin(guest.salon.id) as work:
        await tell(guest.case, work, "thanks", key=guest.peer, language="en")


async def state(salon: Salon) -> str:
    found: str = await one(salon.services.store, "SELECT state FROM outbox")
    return found


async def test_a_busy_channel_is_asked_five_times_ever_later(
    salon: Salon, channel: MemoryChannel
) -> None:
    guest = await salon.guest()
    channel.by_peer[guest.peer] = ChannelFault.RETRY
    await thanked(guest)
    waited = []
    for _ in range(5):
        await send_due(salon.services)
        [(now_is, not_before)] = await rows(
            salon.services.store, "SELECT state, not_before FROM outbox"
        )
        if now_is == "dead":
            break
        later = datetime.fromisoformat(str(not_before)).replace(tzinfo=salon.clock.now().tzinfo)
        waited.append(later - salon.clock.now())
        salon.clock.advance(later - salon.clock.now() - SECOND)
        assert await send_due(salon.services) == 0
        salon.clock.advance(SECOND)
    assert now_is == "dead"
    assert waited == [timedelta(seconds=seconds) for seconds in (20, 40, 80, 160)]


class BrokenChannel(MemoryChannel):
    """The process dies, or the line does, while a text is on its way."""

    async def send(self, message: Outbound) -> SendResult:
        raise ConnectionResetError("in the middle of a text")


async def test_what_was_being_sent_is_unknown_after_a_minute_and_never_sent_again(
    salon: Salon,
) -> None:
    broken = replace(salon.services, channels={"memory": BrokenChannel()})
    await thanked(await salon.guest())
    await send_due(broken)
    salon.clock.advance(59 * SECOND)
    assert await send_due(salon.services) == 0
    assert await state(salon) == "sending"
    salon.clock.advance(SECOND)
    assert await send_due(salon.services) == 0
    assert await state(salon) == "unknown"


async def test_a_text_for_a_channel_that_is_no_more_is_given_up(salon: Salon) -> None:
    await thanked(await salon.guest())
    await send_due(replace(salon.services, channels={}))
    assert await state(salon) == "dead"


class SlowChannel(MemoryChannel):
    """Its first text takes so long that another process takes the rest over."""

    def __init__(self, other: Services, salon: Salon) -> None:
        super().__init__()
        self._other, self._salon = other, salon

    async def send(self, message: Outbound) -> SendResult:
        if not self.sent:
            self._salon.clock.advance(timedelta(minutes=1))
            await send_due(self._other)
        return await super().send(message)


async def test_what_another_process_has_sent_meanwhile_is_not_sent_again(
    salon: Salon, channel: MemoryChannel
) -> None:
    first, second = await salon.guests(2)
    for guest in (first, second):
        await thanked(guest)
    slow = SlowChannel(salon.services, salon)
    await send_due(replace(salon.services, channels={"memory": slow}))
    assert [each.peer for each in slow.sent] == [first.peer]
    assert [each.peer for each in channel.sent] == [second.peer]


class HastyGateway(MemoryGateway):
    """Its callback comes in before its answer to the push, which is lost."""

    def __init__(self, salon: Salon) -> None:
        super().__init__(salon.clock.now, default=Course.TIMEOUT_THEN_PAID)
        self._salon = salon

    async def charge(self, charge: Charge) -> ChargeAck:
        answer = await super().charge(charge)
        self._salon.clock.advance(3 * SECOND)
        for update in self.due_callbacks(self._salon.clock.now()):
            assert await callback(self._salon.services, update)
        return answer


async def test_a_callback_that_is_faster_than_the_push_s_own_answer_stands(salon: Salon) -> None:
    salon.services = replace(salon.services, gateway=HastyGateway(salon))
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    assert (await start(guest.case)).payment
    await send_due(salon.services)
    assert await one(salon.services.store, "SELECT status FROM payments") == "paid"
