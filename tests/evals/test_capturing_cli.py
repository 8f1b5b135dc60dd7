import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.capturing import cli
from evals.ground import Ground
from evals.opening import opened_world
from evals.runner import attempt
from evals.scenario import Scenario, load
from evals.world import World
from jirani.store.backup import back_up

TALK = """\
title: A manicure
covers: [§3]
language: en
world: {dials: {cross_sell: never}}
turns:
  - guest: manicure with Amina tomorrow at 2pm
  - guest: "yes"
  - guest: Jane Wanjiku 0712345678
  - time_passes: 5s
"""
Stored = tuple[Path, str]


@pytest.fixture(scope="module")
def talked(shared: Ground, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """A database with a conversation in it, and the conversation's id."""
    folder = tmp_path_factory.mktemp("talked")
    file, talk = folder / "jirani.db", folder / "talk.yaml"
    talk.write_text(TALK, "utf-8")
    ids: list[str] = []

    @asynccontextmanager
    async def kept(ground: Ground, scenario: Scenario, seed: int) -> AsyncIterator[World]:
        async with opened_world(ground, scenario, seed) as world:
            yield world
            ids.extend(world.threads)
            played = world.database.partition(":///")[2]
            with closing(sqlite3.connect(played)) as source, closing(sqlite3.connect(file)) as copy:
                source.backup(copy)

    assert asyncio.run(attempt(shared, load(talk), 0, opening=kept)).passed
    return file, ids[0]


@pytest.fixture
def stored(talked: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stored:
    """It is the configured database."""
    file = Path(shutil.copy(talked[0], tmp_path / "jirani.db"))
    monkeypatch.setenv("JIRANI_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    return file, talked[1]


@pytest.fixture
def prepared(shared: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not about that, what a run is prepared with is there already."""
    monkeypatch.setattr(cli, "ground", lambda _model: nullcontext(shared))


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.command, list(map(str, arguments)))


def contents(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def test_a_conversation_becomes_a_file_that_can_be_run(stored: Stored, tmp_path: Path) -> None:
    database, thread = stored
    before, out = contents(database), tmp_path / "booked.yaml"
    result = invoke(thread, "--out", out, "--title", "She books", "--covers", "§3")
    assert result.exit_code == 0, result.output
    assert "Played again, it ends the same way." in result.stderr
    assert contents(database) == before
    scenario = load(out)
    assert (scenario.title, scenario.covers) == ("She books", ("§3",))
    assert "Jane" not in out.read_text("utf-8")


@pytest.mark.usefixtures("prepared")
def test_one_that_ends_otherwise_is_written_with_what_differs_at_its_top(
    stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def differing(*_: object) -> list[str]:
        return ["at the end: charges: expected 1, found 0"]

    monkeypatch.setattr(cli, "differences", differing)
    out = tmp_path / "other.yaml"
    result = invoke(stored[1], "--out", out)
    assert result.exit_code == 1
    assert "  - at the end: charges: expected 1, found 0" in result.stderr
    assert out.read_text("utf-8").startswith(
        "# CAREFUL: played again, this conversation does not end as it did.\n"
        "# - at the end: charges: expected 1, found 0\n"
    )
    assert load(out).title == "As it happened: Manicure confirmed, 1200 paid"


@pytest.mark.usefixtures("prepared")
def test_without_a_check_it_is_only_printed(stored: Stored, tmp_path: Path) -> None:
    result = invoke(stored[1], "--no-check")
    assert result.exit_code == 0
    out = tmp_path / "printed.yaml"
    out.write_text(result.stdout, "utf-8")
    assert load(out).tags == ("captured",)


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody"], "There is no conversation 'nobody'; see `jirani threads list`."),
        (["nobody", "--business", "x"], "There is no business 'x'; there are: demo."),
        (["nobody", "--covers", "Z9"], "There is no rule Z9; see `jirani eval coverage`."),
        (["nobody", "--model", "zzz"], "There is no model 'zzz'."),
    ],
)
def test_what_cannot_be_captured_is_told(stored: Stored, arguments: list[str], told: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(told)
    assert result.stdout == ""


@pytest.mark.usefixtures("prepared")
def test_a_conversation_in_which_the_guest_has_said_nothing_is_told(stored: Stored) -> None:
    database, thread = stored
    with closing(sqlite3.connect(database)) as rows:
        for table in ("turns", "messages"):
            rows.execute(f"DELETE FROM {table}")
        rows.commit()
    result = invoke(thread)
    assert result.exit_code == 2
    assert result.stderr == f"In conversation {thread!r} the guest has written nothing.\n"


@pytest.mark.usefixtures("prepared")
def test_a_database_that_is_not_there_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "missing.db"
    monkeypatch.setenv("JIRANI_DATABASE_URL", f"sqlite+aiosqlite:///{missing}")
    result = invoke("anything")
    assert result.exit_code == 2
    assert result.stderr == "The database cannot be used: unable to open database file.\n"
    assert not missing.exists()


@pytest.mark.usefixtures("prepared")
def test_what_is_no_database_of_ours_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "text.db"
    file.write_text("no database " * 99)
    monkeypatch.setenv("JIRANI_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    result = invoke("anything")
    assert result.exit_code == 2
    assert result.stderr == "The database cannot be used: file is not a database.\n"


@pytest.mark.usefixtures("prepared")
def test_a_back_up_is_told_apart(
    stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    back_up(f"sqlite+aiosqlite:///{stored[0]}", copy)
    monkeypatch.setenv("JIRANI_DATABASE_URL", f"sqlite+aiosqlite:///{copy}")
    result = invoke(stored[1])
    assert result.exit_code == 2
    assert "Is it a back-up?" in result.stderr


@pytest.mark.usefixtures("prepared")
def test_a_database_without_tables_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "empty.db"
    with closing(sqlite3.connect(file)) as empty:
        empty.execute("PRAGMA journal_mode=WAL")
    monkeypatch.setenv("JIRANI_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    result = invoke("anything")
    assert result.exit_code == 2
    assert result.stderr.startswith("The database is without tables")
