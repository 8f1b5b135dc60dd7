"""Without Redis the guest is served by the database alone, and nothing is lost (X9)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.reading import Meaning
from jirani.services import Services
from jirani.services.answering import accept
from jirani.services.clock import SetClock
from jirani.services.confirming import confirm
from jirani.store.holds import HoldResult
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from tests.support.house import opened
from tests.support.looking import double_bookings, one
from tests.support.redis import embedded_redis
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.anyio


@pytest.fixture
async def alone(
    store: Store,
    clock: SetClock,
    gateway: MemoryGateway,
    channel: MemoryChannel,
    tmp_path: Path,
) -> AsyncIterator[Salon]:
    """A salon whose Redis has gone."""
    client = open_redis(tmp_path / "gone")
    yield await open_salon(opened(store, client, clock, gateway, channel))
    await client.aclose()


async def test_a_guest_books_and_adds_the_neighbouring_slot(alone: Salon) -> None:
    guest = await alone.guest()
    with capture_logs() as logs:
        await guest.books("manicure", "amina", alone.at("14:00"))
        offer = await guest.offer()
        answered = await accept(await guest.says(Meaning.ACCEPT), alone.catalogue, offer.id)
    assert answered.decision.allowed
    assert await double_bookings(alone.services.store) == 0
    assert [line["event"] for line in logs].count("redis.unavailable") == 1


async def test_the_second_guest_is_refused_by_the_database(alone: Salon) -> None:
    first, second, third = await alone.guests(3)
    asked = await first.asks_for("manicure", "amina", alone.at("14:00"))
    assert (await second.asks_for("manicure", "amina", alone.at("14:00"))).proposal is None
    assert asked.proposal
    case = await first.says(Meaning.ACCEPT)
    assert (await confirm(case, alone.catalogue, asked.proposal.id)).decision.allowed
    refused = await third.asks_for("manicure", "amina", alone.at("14:15"))
    assert refused.decision.reason is Reason.SLOT_TAKEN


async def test_holds_are_unavailable_and_none_are_listed(alone: Salon) -> None:
    services: Services = alone.services
    slot = (await alone.guest()).appointment("manicure", "amina", alone.at("14:00")).slot
    ttl = services.timing.pair_hold
    assert await services.holds.hold(alone.id, slot, "me", ttl) is HoldResult.UNAVAILABLE
    assert await services.holds.release(alone.id, [slot], "me") == 0
    assert await services.holds.live(alone.id) == []


async def test_a_redis_that_dies_between_question_and_answer_costs_nothing(
    store: Store, clock: SetClock, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    with embedded_redis() as socket:
        client = open_redis(socket)
        salon = await open_salon(opened(store, client, clock, gateway, channel))
        guest = await salon.guest()
        asked = await guest.asks_for("manicure", "amina", salon.at("14:00"))
        assert len(await salon.services.holds.live()) == 1
    case = await guest.says(Meaning.ACCEPT)
    assert asked.proposal
    assert (await confirm(case, salon.catalogue, asked.proposal.id)).decision.allowed
    assert await one(store, "SELECT count(*) FROM appointments WHERE status = 'confirmed'") == 1
    await client.aclose()
