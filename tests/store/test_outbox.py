"""What leaves is claimed in order, by one worker, and never sent blindly again (P1, O4)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from jirani.store.work import Store
from tests.support.counting import make_counter
from tests.support.house import MONDAY
from tests.support.looking import rows

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=60)


async def put(store: Store, id: str, peer: str = "p", at: datetime = MONDAY) -> bool:
    async with store.begin("a") as work:
        return await work.outbox.put(
            id, kind="message", peer=peer, dedupe_key=f"key-{id}", payload={}, at=at
        )


async def become(store: Store, id: str, state: str, **changes: object) -> None:
    async with store.begin("a") as work:
        await work.outbox.change(id, state=state, **changes)


async def claim(store: Store, now: datetime = MONDAY, n: int = 100) -> list[str]:
    async with store.queues(claiming=True) as queues:
        return [due.id for due in await queues.claim(now, LEASE, n)]


async def reap(store: Store, now: datetime) -> None:
    async with store.queues(claiming=True) as queues:
        await queues.reap(now)


async def states(store: Store) -> dict[str, str]:
    return dict(await rows(store, "SELECT id, state FROM outbox"))


@pytest.fixture
async def outbox(store: Store) -> Store:
    await make_counter(store)
    return store


async def test_only_the_first_of_a_peer_is_claimed_until_it_has_gone(outbox: Store) -> None:
    for id in ("1", "2", "3"):
        await put(outbox, id)
    await put(outbox, "4", "other")
    assert await claim(outbox) == ["1", "4"]
    assert await claim(outbox) == []
    await become(outbox, "1", "sending")
    assert await claim(outbox) == []
    await become(outbox, "1", "sent")
    assert await claim(outbox) == ["2"]


@pytest.mark.parametrize("end", ["sent", "unknown", "dead", "withdrawn"])
async def test_an_entry_that_has_ended_holds_up_nobody(outbox: Store, end: str) -> None:
    await put(outbox, "1")
    await put(outbox, "2")
    await claim(outbox)
    await become(outbox, "1", end)
    assert await claim(outbox) == ["2"]


async def test_nothing_is_claimed_before_its_time_or_past_the_number_asked_for(
    outbox: Store,
) -> None:
    await put(outbox, "1", "a", MONDAY + timedelta(seconds=1))
    for id in ("2", "3", "4"):
        await put(outbox, id, id)
    assert await claim(outbox, n=2) == ["2", "3"]
    assert await claim(outbox) == ["4"]
    assert await claim(outbox, MONDAY + timedelta(seconds=1)) == ["1"]


async def test_the_same_thing_is_queued_once(outbox: Store) -> None:
    assert await put(outbox, "1")
    assert not await put(outbox, "1")


async def test_four_workers_send_everything_once_and_in_order(outbox: Store) -> None:
    async with outbox.begin("a") as work:
        for number in range(120):
            peer = f"peer-{number % 12}"
            id = f"{number:04}"
            await work.outbox.put(
                id, kind="message", peer=peer, dedupe_key=id, payload={}, at=MONDAY
            )
    sent: list[str] = []

    async def worker() -> None:
        while len(sent) < 120:
            for id in await claim(outbox, n=5):
                await become(outbox, id, "sending")
                sent.append(id)
                await become(outbox, id, "sent")

    async with asyncio.timeout(30):
        await asyncio.gather(*(worker() for _ in range(4)))
    assert sorted(sent) == [f"{number:04}" for number in range(120)]
    for rest in range(12):
        own = [id for id in sent if int(id) % 12 == rest]
        assert own == sorted(own)


async def test_what_a_dead_worker_claimed_is_sent_by_another(outbox: Store) -> None:
    await put(outbox, "1")
    await claim(outbox)
    await reap(outbox, MONDAY + LEASE - timedelta(seconds=1))
    assert await states(outbox) == {"1": "claimed"}
    await reap(outbox, MONDAY + LEASE)
    assert await states(outbox) == {"1": "ready"}
    assert await claim(outbox, MONDAY + LEASE) == ["1"]


async def test_what_a_dead_worker_was_sending_is_unknown_and_never_sent_again(
    outbox: Store,
) -> None:
    await put(outbox, "1")
    await claim(outbox)
    await become(outbox, "1", "sending")
    await reap(outbox, MONDAY + LEASE)
    assert await states(outbox) == {"1": "unknown"}
    assert await claim(outbox, MONDAY + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("peer", "becomes"),
    [("memory:p", "unknown"), ("pms:c", "ready"), ("mail:m", "ready"), ("phone:pms:", "unknown")],
)
async def test_only_where_one_can_ask_again_is_what_a_dead_process_was_sending_ready_again(
    outbox: Store, peer: str, becomes: str
) -> None:
    """A PMS and a mail carrier know the same key again (U5, U7); nobody else does (P1)."""
    await put(outbox, "a", peer)
    await claim(outbox)
    await become(outbox, "a", "sending")
    await reap(outbox, MONDAY + LEASE - timedelta(microseconds=1))
    assert await states(outbox) == {"a": "sending"}
    await reap(outbox, MONDAY + LEASE)
    assert await states(outbox) == {"a": becomes}
