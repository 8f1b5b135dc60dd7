"""`jirani migrate` on both databases: twice, at once, too old, too new."""

from functools import partial
from pathlib import Path

import pytest
from anyio import to_thread
from sqlalchemy import URL, text

from jirani.store.engine import open_engine
from jirani.store.migrate import check, migrate, revisions
from tests.support.programs import Outcome, ended, here, start

pytestmark = pytest.mark.anyio

NEWER = (
    "The database is at revision 9999, which this Jirani does not know: a newer one has migrated "
    "it. Run that one, or restore a back-up.\n"
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


async def jirani(name: str, *arguments: str, **settings: str) -> Outcome:
    # In a thread, as a command runs an event loop of its own.
    return await to_thread.run_sync(partial(here, name, *arguments, **settings))


async def head(url: URL) -> str:
    engine = open_engine(url)
    at = await revisions(engine)
    await engine.dispose()
    return at.head


async def pretend(url: URL, revision: str) -> None:
    """Leave the database as a program of another age would."""
    engine = open_engine(url)
    await migrate(engine)
    async with engine.execution_options(writes=True).begin() as connection:
        await connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    await engine.dispose()


async def test_it_says_from_where_to_where_and_again_changes_nothing(empty_database: URL) -> None:
    url, now = address(empty_database), await head(empty_database)
    behind = f"The database is behind: it is at nothing, and {now} is needed.\n"
    assert await jirani("migrate", "--check", database_url=url) == (1, "", behind)
    done = f"The database was migrated from nothing to revision {now}.\n"
    assert await jirani("migrate", database_url=url) == (0, done, "")
    same = (0, f"The database is up to date, at revision {now}.\n", "")
    assert await jirani("migrate", database_url=url) == same
    assert await jirani("migrate", "--check", database_url=url) == same


async def test_processes_that_migrate_one_new_database_at_once_do_it_once(
    empty_database: URL, tmp_path: Path
) -> None:
    url, now = address(empty_database), await head(empty_database)
    started = [start("migrate", folder=tmp_path, database_url=url) for _ in range(2)]
    outcomes = [ended(each) for each in started]
    assert [(code, complaint) for code, _, complaint in outcomes] == [(0, "")] * 2
    assert sorted(said for _, said, _ in outcomes) == [
        f"The database is up to date, at revision {now}.\n",
        f"The database was migrated from nothing to revision {now}.\n",
    ]
    engine = open_engine(empty_database)
    await check(engine)
    await engine.dispose()


async def test_without_migrating_on_start_a_command_asks_for_it_in_one_line(
    empty_database: URL, redis_socket: Path
) -> None:
    asked = (
        "The database is without tables, and this Jirani needs revision "
        f"{await head(empty_database)}: run `jirani migrate` first.\n"
    )
    settings = {"redis_url": f"unix://{redis_socket}", "migrate_on_start": "false"}
    said = await jirani("seed", database_url=address(empty_database), **settings)
    assert said == (1, "", asked)


async def test_a_database_of_a_newer_jirani_is_one_clear_line(
    empty_database: URL, redis_socket: Path
) -> None:
    await pretend(empty_database, "9999")
    settings = {"database_url": address(empty_database), "redis_url": f"unix://{redis_socket}"}
    for command in (("migrate",), ("migrate", "--check"), ("seed",)):
        assert await jirani(*command, **settings) == (1, "", NEWER)


async def test_seeding_twice_and_at_once_makes_one_demo_salon(
    database: URL, tmp_path: Path, redis_socket: Path
) -> None:
    settings = {"database_url": address(database), "redis_url": f"unix://{redis_socket}"}
    processes = [start("seed", folder=tmp_path, **settings) for _ in range(2)]
    first, second = (ended(each) for each in processes)
    assert first == second == await jirani("seed", **settings)
    assert (first[0], first[2]) == (0, "")
    assert first[1].startswith("Jacaranda Salon (demo) is there, with ")
