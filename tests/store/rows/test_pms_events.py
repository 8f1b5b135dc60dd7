"""A PMS's news is kept once, as it came, until it is taken in or laid aside (U2)."""

import asyncio

import pytest

from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import HOUR, Inn, open_inn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def inn(store: Store) -> Inn:
    return await open_inn(store)


async def told(inn: Inn, id: str, key: str, pms: str = "hostaway") -> bool:
    async with inn.store.begin(inn.id) as work:
        return await work.pms_events.put(id, pms, key, {"event": key, "n": [1]}, MONDAY)


async def test_the_same_news_is_kept_once_and_another_pms_s_is_other_news(inn: Inn) -> None:
    assert await told(inn, "e1", "first")
    assert not await told(inn, "e2", "first")
    assert await told(inn, "e3", "first", "guesty")
    async with inn.store.read(inn.id) as work:
        event = await work.pms_events.get("e1")
        with pytest.raises(LookupError):
            await work.pms_events.get("e2")
    assert (event.pms, event.dedupe_key, event.body) == (
        "hostaway",
        "first",
        {"event": "first", "n": [1]},
    )
    assert (event.received_at, event.state, event.attempts, event.note) == (
        MONDAY,
        "ready",
        0,
        None,
    )


async def test_of_many_who_bring_the_same_news_at_once_one_is_heard(inn: Inn) -> None:
    heard = await asyncio.gather(*(told(inn, f"e{n}", "same") for n in range(8)))
    assert sorted(heard) == [False] * 7 + [True]


async def test_what_cannot_be_taken_in_is_laid_aside_with_the_reason(inn: Inn) -> None:
    for n in (1, 2, 3):
        await told(inn, f"e{n}", f"key {n}")
    async with inn.store.begin(inn.id) as work:
        await work.pms_events.done("e1")
        await work.pms_events.park("e2", "no such listing")
        await work.pms_events.retry("e3", MONDAY + HOUR, "the PMS is down")
    async with inn.store.read(inn.id) as work:
        parked = await work.pms_events.parked()
        assert [(each.id, each.state, each.note) for each in parked] == [
            ("e2", "parked", "no such listing")
        ]
        again = await work.pms_events.get("e3")
        assert (again.state, again.note) == ("ready", "the PMS is down")
        assert (await work.pms_events.get("e1")).state == "done"
