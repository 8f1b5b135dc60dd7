"""Each part of the bench begins on an empty database, and no other is ever emptied."""

import asyncio

import pytest
from click.testing import CliRunner
from sqlalchemy import URL

from evals.bench.cli import command
from evals.bench.postgres import emptied, is_empty
from tests.support.databases import migrated

pytestmark = pytest.mark.anyio


async def test_what_was_emptied_can_be_migrated_again(postgres_empty: URL) -> None:
    url = postgres_empty.render_as_string(hide_password=False)
    assert await is_empty(url)
    for _ in range(2):
        await migrated(postgres_empty)
        assert not await is_empty(url)
        await emptied(url)
        assert await is_empty(url)


async def test_a_database_that_has_tables_is_left_alone(postgres_database: URL) -> None:
    url = postgres_database.render_as_string(hide_password=False)
    run = await asyncio.to_thread(CliRunner().invoke, command, ["--postgres", url])
    assert run.exit_code == 2
    assert "name an empty one" in run.output
    assert not await is_empty(url)
