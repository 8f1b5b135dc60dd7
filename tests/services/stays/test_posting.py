"""Texts leave beside each other, so few that none waits long after it was looked at (U5)."""

from types import SimpleNamespace
from typing import Any

import pytest

from jirani.services.stays import posting
from jirani.services.stays.posting import _arrived, send_offers
from jirani.services.stays.saying import say_in_pms
from tests.support.one_row import a_store

pytestmark = pytest.mark.anyio

NOTHING: Any = None


async def test_sixteen_texts_at_most_are_looked_at_before_they_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []

    async def begin(services: object, business_id: str, ids: list[str]) -> tuple[str, list[Any]]:
        begun.append(len(ids))
        return "", []

    monkeypatch.setattr(posting, "_begun", begin)
    due: Any = [SimpleNamespace(id=str(n)) for n in range(33)]
    assert await send_offers(NOTHING, "lodge", due) == set()
    assert begun == [16, 16, 1]


async def test_where_nothing_has_arrived_nothing_is_entered() -> None:
    await _arrived(NOTHING, "lodge", [], {})


@pytest.mark.parametrize("stays", [(), (SimpleNamespace(pms="memory"),)])
async def test_without_an_account_an_answer_is_dead(
    monkeypatch: pytest.MonkeyPatch, stays: tuple[Any, ...]
) -> None:
    became: list[tuple[str, str]] = []

    async def done(services: object, due: object, state: str, *, note: str) -> None:
        became.append((state, note))

    monkeypatch.setattr("jirani.services.stays.saying.done", done)
    accounts = SimpleNamespace(of=lambda *_: None)
    known: Any = SimpleNamespace(store=a_store(reservations=stays, outbox=()), pms=accounts)
    due: Any = SimpleNamespace(id="e", business_id="lodge")
    entry: Any = SimpleNamespace(payload={"thread": "thread"})
    await say_in_pms(known, due, entry)
    assert became == [("dead", "no such account here")]
