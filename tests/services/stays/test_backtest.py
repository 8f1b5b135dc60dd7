"""Past offers under other limits: what is foretold is what happens when one sets them (O5)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from jirani.rules.facts import OfferKind, Preference
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.stays.backtest import backtest, policy_of
from jirani.services.stays.preferences import Wished, change
from jirani.store.engine import open_engine
from jirani.store.work import Store
from tests.support.databases import fresh_sqlite
from tests.support.lodge import AFTER, CLEANING, EARLY, ID, LATE, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio

A_MOMENT = timedelta(seconds=10)  # as long as an offer waits for one that goes first (O11)
TRIED = {
    "fewer in a week": ("weekly_cap=1",),
    "none at all": ("weekly_cap=0",),
    "closer together": ("spacing_hours=12",),
    "further apart": ("spacing_hours=72", "window_days=14"),
    "more in a longer while": ("weekly_cap=2", "window_days=10", "spacing_hours=36"),
}


async def a_week(services: Services, *wishes: Preference) -> dict[OfferKind, datetime | None]:
    """Let a guest be offered four things, and answer none; return when each was sent."""
    lodge: Lodge = await open_lodge(services, local(12, 5, 12))
    await lodge.sells(EARLY, CLEANING, LATE, AFTER)
    await lodge.books(date(2026, 12, 10), date(2026, 12, 17))
    whose, told = (await lodge.stay()).customer_id, Wished(wishes)
    await change(lodge.services, ID, whose, told, said="", by="host")
    end = local(12, 17, 12)
    while lodge.clock.now() < end:
        async with services.store.queues() as queues:
            due = await queues.next_offer_due()
        await lodge.at(max(min(due or end, end), lodge.clock.now() + A_MOMENT))
    return {kind: each.offered_at for kind, each in (await lodge.offers()).items()}


@asynccontextmanager
async def elsewhere(services: Services, template: Path, folder: Path) -> AsyncIterator[Services]:
    """The same services over rows of their own."""
    folder.mkdir()
    store = Store(open_engine(fresh_sqlite(template, folder)))
    yield replace(services, store=store)
    await store.close()


async def test_what_a_backtest_foretells_is_what_happens_under_those_limits(
    services: Services, sqlite_template: Path, tmp_path: Path
) -> None:
    await a_week(services)
    for n, settings in enumerate(TRIED.values()):
        policy = policy_of(settings)
        found = await backtest(services, ID, policy)
        foretold = {each.kind: each.would.sent_at for each in found.offers}
        assert foretold, settings
        async with elsewhere(services, sqlite_template, tmp_path / str(n)) as other:
            limits = policy(services.contact)
            happened = await a_week(replace(other, contact=limits))
        assert {kind: happened[kind] for kind in foretold} == foretold, settings


async def test_so_does_it_for_a_guest_with_wishes(
    services: Services, sqlite_template: Path, tmp_path: Path
) -> None:
    wishes = (Preference.FEWER_OFFERS, Preference.LOVES_LATE_CHECK_OUT, Preference.NEVER_NIGHTS)
    sent = await a_week(services, *wishes)
    assert {kind for kind, at in sent.items() if at} == {EARLY, LATE}
    for n, settings in enumerate((("weekly_cap=1", "window_days=10"), TRIED["none at all"])):
        policy = policy_of(settings)
        found = await backtest(services, ID, policy)
        foretold = {each.kind: each.would.sent_at for each in found.offers}
        assert foretold, settings
        async with elsewhere(services, sqlite_template, tmp_path / str(n)) as other:
            happened = await a_week(replace(other, contact=policy(services.contact)), *wishes)
        assert {kind: happened[kind] for kind in foretold} == foretold, settings


async def test_what_stays_the_same_is_counted_as_such_and_what_does_not_by_its_reason(
    services: Services,
) -> None:
    sent = await a_week(services)
    same = await backtest(services, ID, policy_of(()))
    assert (same.decisions, same.same, same.offers) == (same.same, same.decisions, [])
    found = await backtest(services, ID, policy_of(["spacing_hours=12"]))
    assert found.ways[LATE, "postponed: spacing", "sent"] == 1
    assert found.fates[LATE, "sent", "sent sooner"] == 1
    [late] = [each for each in found.offers if each.kind is LATE]
    assert (late.was.sent_at, late.would.sent_at) == (sent[LATE], local(12, 14, 9))
    assert found.same + 1 <= found.decisions
    later = await backtest(services, ID, policy_of(()), since=local(12, 12))
    assert 0 < later.decisions < same.decisions


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("cap=2", "There is no number 'cap' to try; there are: weekly_cap"),
        ("weekly_cap=two", "weekly_cap is a whole number"),
        ("weekly_cap", "weekly_cap is a whole number"),
        ("window_days=60", "window_days lies from 1 to 30 here"),
        ("spacing_hours=-1", "spacing_hours is a whole number"),
    ],
)
async def test_what_cannot_be_tried_is_refused_with_what_can(setting: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        policy_of([setting])
