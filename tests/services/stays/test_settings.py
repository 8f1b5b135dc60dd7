"""Settings of stays: checked in words a host can read, and every change audited (U1, U9)."""

from typing import Any

import pytest

from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.services.stays.settings import in_force, reset_setting, set_setting
from tests.support.lodge import EARLY, ID, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    return await open_lodge(services, local(6, 1, 12))


async def test_a_change_is_audited_with_before_and_after(lodge: Lodge) -> None:
    for price in (2500, 3000):
        await set_setting(lodge.services, ID, "price", price, kind=str(EARLY), by="ann")
    await reset_setting(lodge.services, ID, "price", kind=str(EARLY), by="ann")
    async with lodge.services.store.read(ID) as work:
        changes = await work.stay_settings.changes()
    assert [(each["action"], each["before"], each["after"]) for each in changes] == [
        ("set", None, 2500),
        ("set", 2500, 3000),
        ("reset", 3000, None),
    ]
    assert {each["by"] for each in changes} == {"ann"}


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("price", -1, EARLY),
        ("price", 25.5, EARLY),
        ("price", 2500, ""),
        ("send_at", "03:00", EARLY),
        ("colour", "red", ""),
        ("active", "yes", "sauna"),
    ],
)
async def test_nonsense_is_refused_and_nothing_is_written(
    lodge: Lodge, name: str, value: object, kind: str
) -> None:
    with pytest.raises(Refused):
        await set_setting(lodge.services, ID, name, value, kind=kind, by="ann")
    async with lodge.services.store.read(ID) as work:
        assert await work.stay_settings.all() == ()
        assert await work.stay_settings.changes() == []


async def test_what_is_no_setting_cannot_be_taken_back() -> None:
    nothing: Any = None
    with pytest.raises(Refused, match="no setting 'colour'"):
        await reset_setting(nothing, ID, "colour", by="ann")


async def test_a_listing_that_is_not_there_has_no_settings(lodge: Lodge) -> None:
    with pytest.raises(Refused, match="none yet"):
        await set_setting(lodge.services, ID, "active", False, listing_id="castle", by="ann")
    with pytest.raises(Refused, match="no listing"):
        await in_force(lodge.services, ID, "castle")
