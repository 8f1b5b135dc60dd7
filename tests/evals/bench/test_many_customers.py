"""Customers made up for a bench are as the product would have left them, and always the same."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evals.bench.finding import _business, _next, _on_sqlite, _opening
from evals.bench.many_customers import People, inserted
from jirani.store.engine import open_engine
from jirani.store.migrate import migrate
from jirani.store.work import Store

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MANY = 400


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    made = tmp_path / "customers.db"
    engine = open_engine(f"sqlite+aiosqlite:///{made}")
    await migrate(engine)
    await engine.dispose()
    return made


def test_a_seed_makes_the_same_people_of_whatever_number() -> None:
    (few,), (again,) = (People("b", MANY, NOW).batches() for _ in range(2))
    assert few == again
    assert len({row[0] for row in few["customers"]}) == MANY
    assert len({row[0] for row in few["appointments"]}) == len(few["appointments"])


async def test_nobody_is_booked_twice_at_once_and_whoever_was_asked_is_not_next(
    file: Path,
) -> None:
    people = People("b", MANY, NOW)
    async with _business(f"sqlite+aiosqlite:///{file}", people) as store:
        for rows in people.batches():
            inserted(file, "b", rows)  # the database's own triggers look for overlaps
        async with store.read("b") as work:
            order = [each.customer_id for each in await work.candidates.in_order(most=MANY)]
            first = await _next(work, _opening(NOW, 5), NOW)
        assert len(order) == MANY
        asked = [each.customer_id for each in first[:10]]
        inserted(file, "b", people.asked(asked, "opening", timedelta(hours=60)))
        async with store.read("b") as work:
            following = await _next(work, _opening(NOW, 5), NOW)
        assert [each.customer_id for each in following[:40]] == [
            each.customer_id for each in first[10:]
        ]


async def test_finding_is_measured_once_for_each_opening(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.bench.finding.TIMES", 3)
    monkeypatch.setattr("evals.bench.finding.ASKED", 5)
    found = await _on_sqlite(file, "b", MANY, NOW)
    assert len(found.deep.seconds) == len(found.next.seconds)
    assert not found.held.seconds  # there are too few
    store = Store(open_engine(f"sqlite+aiosqlite:///{file}"))
    async with store.read("b") as work:
        chain = ("opening",)
        ids = [each.customer_id for each in await work.candidates.in_order(most=MANY)]
        told = Counter([await work.candidates.was_asked(id, chain) for id in ids])
    await store.close()
    assert told == {True: 5, False: MANY - 5}
