"""Rows of the same ids at two businesses are never mistaken for each other (O2).

SQLite has no row-level security: there, each statement has to name its business by itself. Else
one salon's bookings would fill another's book (X9) or be given up (O1), and its freed slots be
offered to another's customers (R1-R4).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import NoResultFound

from jirani.store.engine import open_engine
from jirani.store.rows.base import Rows
from jirani.store.work import Store, Work
from tests.support.asking_recovery import (
    ADDING_RECOVERY,
    READING_RECOVERY,
    WRITING_RECOVERY,
)
from tests.support.asking_rows import ADDING, IDS, READING, WRITING
from tests.support.asking_stays import ADDING_STAYS, READING_STAYS, WRITING_STAYS
from tests.support.databases import fresh_sqlite
from tests.support.twins import contents, fill

pytestmark = pytest.mark.anyio

# The neighbours stand before and behind this business, whichever way rows are found; they have
# rows of the same ids, and others besides.
NEIGHBOURS, MINE = {"a": 1, "z": 3}, ("m", 2)


def kinds(of: type[Rows] = Rows) -> Iterator[type[Rows]]:
    """Return every kind of rows, those built upon another too."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def methods() -> set[Any]:
    """Return whatever a unit of work can be asked to read or write."""
    return {
        method
        for kind in kinds()
        if kind.__module__.startswith("jirani.store.rows")  # test_many has those for many at once
        for name, method in vars(kind).items()
        if iscoroutinefunction(method) and not name.startswith("_")
    }


@asynccontextmanager
async def town(template: Path, folder: Path, *businesses: tuple[str, int]) -> AsyncIterator[Store]:
    """Open a database of some businesses; only the one that is asked has rows of one suffix."""
    folder.mkdir()
    store = Store(open_engine(fresh_sqlite(template, folder)))
    for name, number in businesses:
        async with store.begin(name) as work:
            await fill(work, name, number, IDS if name in NEIGHBOURS else IDS[:1])
    yield store
    await store.close()


@pytest.fixture
async def alone(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """One business with a database of its own."""
    async with town(sqlite_template, tmp_path / "alone", MINE) as store:
        yield store


@pytest.fixture
async def among(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """The same business, with a neighbour before and a neighbour behind it."""
    before, behind = NEIGHBOURS.items()
    async with town(sqlite_template, tmp_path / "among", before, MINE, behind) as store:
        yield store


async def answer(work: Work, call: partial[Any]) -> object:
    named = {kind.__name__: kind for kind in kinds()}
    rows = named[call.func.__qualname__.partition(".")[0]](work.session, work.business.business_id)
    try:
        return await call.func(rows, **call.keywords)
    except (LookupError, NoResultFound) as error:
        return type(error)


class Undone(Exception):
    """So that each call finds everything as it was."""


async def written(store: Store, call: partial[Any]) -> tuple[object, dict[str, Any]]:
    """Return what a writing method answers, and all there is when it has written."""
    with suppress(Undone):
        async with store.begin(MINE[0]) as work:
            said = await answer(work, call)
            left = await contents(work)
            raise Undone
    return said, left


READS = [*READING, *READING_STAYS, *READING_RECOVERY]
WRITES = [*WRITING, *WRITING_STAYS, *WRITING_RECOVERY]
ADDS = ADDING | ADDING_STAYS | ADDING_RECOVERY


def test_every_method_of_every_kind_of_rows_is_asked() -> None:
    assert {each.func for each in (*READS, *WRITES)} | ADDS == methods()


async def test_what_is_read_is_the_same_with_neighbours_and_without(
    alone: Store, among: Store
) -> None:
    said = []
    for store in (alone, among):
        async with store.read(MINE[0]) as work:
            said.append([await answer(work, call) for call in READS])
    for call, expected, found in zip(READS, *said, strict=True):
        assert found == expected, call


async def test_what_is_written_is_the_same_with_neighbours_and_without_and_leaves_them_alone(
    alone: Store, among: Store
) -> None:
    async with among.read(MINE[0]) as work:
        before = await contents(work)
    for call in WRITES:
        said, left = await written(alone, call)
        said_among, left_among = await written(among, call)
        assert said_among == said, call
        assert left_among.pop(MINE[0]) == left.pop(MINE[0]), call
        assert left_among == {name: before[name] for name in NEIGHBOURS}, call
