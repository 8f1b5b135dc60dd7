"""Looking for the neighbour reads what goes with the booking, however much else is sold (X4-X7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event

from jirani.rules.cross_sell import Candidate
from jirani.rules.facts import Direction, Edge, Relation, Service, Staff
from jirani.services.cross_selling import find_options
from jirani.store.work import Store
from tests.support.salon import Guest, Salon, open_salon

pytestmark = pytest.mark.anyio

MORE = 150


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)


async def look(guest: Guest) -> tuple[tuple[Candidate, ...], int]:
    with statements(guest.salon.services.store) as seen:
        found = await find_options(guest.case, declined=False, offered_before=False)
    assert found.decision.allowed, found.decision
    return found.options, len(seen)


async def sell_more(salon: Salon) -> None:
    """Sell many services that go with each other, and with nothing that was sold before."""
    names = [f"more-{n:03}" for n in range(MORE)]
    async with salon.services.store.begin(salon.id) as work:
        for name in names:
            await work.catalogue.put_service(Service(name, name, 45, 0, 1_000))
        for first, second in pairwise(names):
            edge = Edge(first, second, Relation.COMPLEMENTARY, 0.9, Direction.BIDIRECTIONAL)
            await work.catalogue.put_edge(edge)
        await work.catalogue.put_staff(Staff("amina-2", "Amina's sister", frozenset(names)))


async def test_it_asks_as_little_and_finds_the_same_when_much_more_is_sold(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    before = await look(guest)
    await sell_more(salon)
    assert await look(guest) == before
    assert before[1] <= 15


async def test_the_part_of_the_catalogue_is_what_the_whole_says_of_these_services(
    salon: Salon,
) -> None:
    await sell_more(salon)
    wanted = {"manicure", "pedicure", "more-007", "nowhere"}
    async with salon.services.store.read(salon.id) as work:
        whole, part = await work.catalogue.load(), await work.catalogue.part(wanted)
    assert part.services == tuple(each for each in whole.services if each.id in wanted)
    assert part.staff == tuple(
        Staff(member.id, member.name, member.service_ids & wanted)
        for member in whole.staff
        if member.service_ids & wanted
    )


async def test_the_edges_of_a_service_are_those_at_either_end_of_which_it_is(salon: Salon) -> None:
    other = await open_salon(salon.services, slug="other")
    await sell_more(salon)
    async with salon.services.store.read(salon.id) as work:
        whole = await work.catalogue.edges()
        for service in ("manicure", "more-000", "more-007", "nowhere"):
            found = await work.catalogue.edges_of(service)
            ends = [each for each in whole if service in (each.service_a, each.service_b)]
            assert sorted(map(repr, found)) == sorted(map(repr, ends))
    async with salon.services.store.read(other.id) as work:
        assert await work.catalogue.edges_of("more-007") == ()
        assert (await work.catalogue.part(["more-007"])).services == ()
