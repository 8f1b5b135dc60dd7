"""Webhooks that come at once share a unit, and each is answered for itself (U2)."""

import asyncio

import pytest

from jirani.connectors.pms import Hook
from jirani.services import Services
from jirani.services.stays import intake, keeping
from jirani.services.stays.keeping import Keeper
from tests.support.lodge import ID, local, open_lodge
from tests.support.looking import rows

pytestmark = pytest.mark.anyio


async def test_what_comes_at_once_is_kept_in_order_in_few_units_and_told_apart(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodge = await open_lodge(services, local(6, 1, 12))
    units: list[int] = []
    keep_all = intake.keep_all

    async def counted(services: Services, business: str, hooks: list[Hook]) -> list[bool]:
        units.append(len(hooks))
        return await keep_all(services, business, hooks)

    monkeypatch.setattr(keeping, "keep_all", counted)
    keeper = Keeper()
    hooks = [Hook("memory", f"key-{n % 60}", "{}") for n in range(120)]
    fresh = await asyncio.gather(*(keeper.keep(lodge.services, ID, each) for each in hooks))
    assert fresh == [True] * 60 + [False] * 60
    assert units == [50, 50, 20]
    kept = await rows(services.store, "SELECT dedupe_key FROM pms_events ORDER BY id")
    assert [each[0] for each in kept] == [f"key-{n}" for n in range(60)]
    assert await keeper.keep(lodge.services, ID, Hook("memory", "later", "{}"))


async def test_one_that_cannot_be_kept_takes_no_other_with_it(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 1, 12))
    keeper = Keeper()
    bad = Hook("memory", "bad", {1})  # type: ignore[arg-type]
    hooks = [Hook("memory", "a", "{}"), bad, Hook("memory", "b", "{}")]
    kept = await asyncio.gather(
        *(keeper.keep(lodge.services, ID, each) for each in hooks), return_exceptions=True
    )
    assert (kept[0], kept[2]) == (True, True)
    assert isinstance(kept[1], Exception)
