"""The database's constraints and Redis's scripts are weakened as well (X8, X9)."""

import asyncio
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from evals.ground import sqlite
from evals.mutating.applying import apply
from evals.mutating.database import of_schema, of_scripts
from evals.mutating.forking import in_copies
from evals.mutating.mutant import Mutant
from jirani.store.engine import open_engine
from jirani.store.migrate import migrate


async def migrated(file: Path) -> None:
    engine = open_engine(sqlite(file))
    await migrate(engine)
    await engine.dispose()


def names_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master")}


def test_a_dropped_constraint_is_missing_from_what_is_migrated_later(tmp_path: Path) -> None:
    whole, weak = tmp_path / "whole.db", tmp_path / "weak.db"
    asyncio.run(migrated(whole))
    with closing(sqlite3.connect(whole)) as database:
        mutants = {each.place: each for each in of_schema(database)}
    assert mutants["appointments_staff_overlap_insert"].rules == ("X9",)
    assert mutants["offers_one_cross_sell_idx"].rules == ("X2",)
    assert mutants["sales_offer_idx"].rules == ("O4",)

    def work(mutant: Mutant, place: int) -> set[str]:
        apply(mutant)
        asyncio.run(migrated(weak))
        return names_in(weak)

    dropped = mutants["appointments_staff_overlap_insert"]
    [(_, left)] = in_copies([(dropped, 60.0)], work, 1)
    assert isinstance(left, set)
    assert names_in(whole) - left == {"appointments_staff_overlap_insert"}


def test_a_changed_script_is_what_is_loaded() -> None:
    mutants = [each for each in of_scripts() if each.place == "release"]
    assert {each.rules for each in mutants} == {("X8",)}

    def work(mutant: Mutant, place: int) -> str:
        apply(mutant)
        return files("jirani.store").joinpath("lua", "release.lua").read_text("utf-8")

    always = next(each for each in mutants if each.after == "if true then")
    [(_, loaded)] = in_copies([(always, 60.0)], work, 1)
    assert isinstance(loaded, str)
    assert "if true then" in loaded
