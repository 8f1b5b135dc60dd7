"""Settings of stays: the last one made counts, and all that was changed is known (U9)."""

from typing import Any

import pytest

from jirani.store.rows.stay_settings import StaySetting
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import HOUR, Inn, open_inn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def inn(store: Store) -> Inn:
    return await open_inn(store)


async def put(inn: Inn, id: str, setting: StaySetting) -> None:
    async with inn.store.begin(inn.id) as work:
        await work.stay_settings.put(id, setting, "host", MONDAY)


@pytest.mark.parametrize("value", [2500, "09:00", True, False, None, 0.5, {"a": [1]}, ""])
async def test_a_value_comes_back_as_it_was_given(inn: Inn, value: Any) -> None:
    setting = StaySetting("price", value, "loft", "early_check_in")
    await put(inn, "c1", setting)
    async with inn.store.read(inn.id) as work:
        assert await work.stay_settings.all() == (setting,)


async def test_a_listing_is_sold_by_its_own_settings_and_every_listing_s(inn: Inn) -> None:
    general, own = StaySetting("active", True), StaySetting("active", False, "loft")
    other = StaySetting("active", False, "hut", "late_check_out")
    for n, each in enumerate((general, own, other)):
        await put(inn, f"c{n}", each)
    async with inn.store.read(inn.id) as work:
        assert await work.stay_settings.of_listing("loft") == (general, own)
        assert await work.stay_settings.of_listing("hut") == (general, other)
        assert await work.stay_settings.all() == (general, other, own)


async def test_every_change_is_audited_and_a_reset_is_no_value(inn: Inn) -> None:
    for n, value in enumerate((4, None)):
        await put(inn, f"c{n}", StaySetting("turnover", value))
    for n in (2, 3):
        async with inn.store.begin(inn.id) as work:
            await work.stay_settings.reset(f"c{n}", "", "", "turnover", "me", MONDAY + HOUR)
    async with inn.store.read(inn.id) as work:
        assert await work.stay_settings.all() == ()
        changes = await work.stay_settings.changes()
        told = [(each["action"], each["before"], each["after"], each["by"]) for each in changes]
    assert told == [
        ("set", None, 4, "host"),
        ("set", 4, None, "host"),
        ("reset", None, None, "me"),
        ("reset", None, None, "me"),
    ]
    assert changes[2]["at"] == MONDAY + HOUR
