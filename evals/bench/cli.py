"""`jirani bench`: what our code costs beside something bare, and what was asked of it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from shutil import copy
from time import perf_counter
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from app import logs
from evals.bench.asking import asking
from evals.bench.crowding import crowding
from evals.bench.dating import dating
from evals.bench.dispatching import FULL, Size, dispatching, not_sent
from evals.bench.finding import finding
from evals.bench.freeing import freeing
from evals.bench.holding import holding
from evals.bench.hooking import hooking
from evals.bench.lateness import lateness
from evals.bench.neighbours import neighbours
from evals.bench.planning import planning
from evals.bench.postgres import emptied, is_empty
from evals.bench.postgres import postgres as postgres_at
from evals.bench.replying import replying
from evals.bench.scoring import scoring
from evals.bench.timing import Compared
from evals.bench.turning import not_turned, turning
from evals.bench.watching import watching
from evals.ground import Ground, Opened, ground, sqlite
from evals.seeding import DEMO, make_business
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services.clock import SetClock
from jirani.store.engine import open_engine
from jirani.store.migrate import migrate
from jirani.store.redis_client import Breaker

ZONE = ZoneInfo(DEMO["zone"])
NOW = datetime(2026, 11, 21, 11, tzinfo=ZONE)
WIDE = 200  # columns where nobody's terminal sets a limit: in a file, or in CI's output


@click.command("bench")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; times are in seconds.")
@click.option(
    "--postgres",
    metavar="URL",
    help="Measure on this empty database, not on a private server: postgresql+asyncpg://…",
)
@click.option(
    "--full",
    is_flag=True,
    help=f"Send {FULL.due:,} stay offers among {FULL.later:,} at a time, and find who is next"
    f" among {FULL.customers:,} customers: takes more than an hour.",
)
def command(as_json: bool, postgres: str | None, full: bool) -> None:
    """Measure, in several minutes, what our code costs beside something bare.

    Both sides of a ratio are measured in this run, by turns where they can be: ratios mean
    something on any machine, the figures behind them only here and now.
    """
    logs.configure("error")
    if postgres and not asyncio.run(is_empty(postgres)):
        raise click.BadParameter(
            "This database has tables. The benches write and drop their own: name an empty one.",
            param_hint="--postgres",
        )
    started = perf_counter()
    with ground() as shared, postgres_at(postgres) as database:
        found = asyncio.run(_measure(shared, database, FULL if full else Size()))
    asked = [each.met for each in found if each.met is not None]
    if as_json:
        rows = [{**asdict(each), "ratio": each.ratio} for each in found]
        click.echo(json.dumps({"targets": len(asked), "met": sum(asked), "rows": rows}, indent=2))
        return
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    console.print(_table(found))
    seconds = perf_counter() - started
    console.print(
        f"{sum(asked)} of {len(asked)} targets met, in {seconds:.0f} s; at the end {_busy()}"
    )


def _busy() -> str:
    """Say how much else went on: times, though not ratios, are only as good as that was little."""
    return f"{os.getloadavg()[0]:.1f} processes were at work on {os.cpu_count()} cores"


async def _measure(shared: Ground, postgres: str | None, size: Size) -> list[Compared]:
    held = await holding(shared.redis, NOW)
    file, business_id = await shared.copy("demo", "pay-first", "bench")
    async with _opened(shared, sqlite(file)) as opened:
        turned = await turning(opened.services, business_id, ZONE)
        watched = await watching(opened.services, business_id)
    found = await neighbours(shared, shared.folder / "empty.db", NOW)
    crowds = await _crowds(shared, postgres)
    sent = await _sending(shared, postgres, size)
    freed = await _freed(shared, postgres, size)
    asked = await asking()
    alone = [*dating(NOW), *replying(), *planning()]
    return [*held, *turned, *alone, *found, *crowds, *sent, *freed, *watched, *asked]


async def _sending(shared: Ground, postgres: str | None, size: Size) -> list[Compared]:
    if postgres is None:
        return not_sent()
    await _anew(postgres)
    sent = await dispatching(postgres, shared.redis, size)
    return [*sent, *await lateness(postgres, shared.redis, size.later)]


async def _freed(shared: Ground, postgres: str | None, size: Size) -> list[Compared]:
    file = Path(copy(shared.folder / "empty.db", shared.folder / "customers.db"))
    if postgres:
        await _anew(postgres)
    found = await finding(postgres, file, NOW, size.customers)
    if postgres is None:
        return found
    scored = await scoring(postgres, shared.redis, NOW, size.customers)
    return [*found, *scored, *await freeing(postgres, shared.redis, NOW, size.hours)]


async def _crowds(shared: Ground, postgres: str | None) -> list[Compared]:
    file, business_id = await shared.copy("demo", "pay-first", "crowd")
    async with _opened(shared, sqlite(file)) as opened:
        found = await crowding(opened.services, business_id, NOW, "SQLite")
    file, _ = await shared.copy("demo", "pay-first", "hooks")
    found += await hooking(sqlite(file), shared.redis, "SQLite")
    if postgres:
        await _anew(postgres)
        async with _opened(shared, postgres) as opened:
            business_id = await make_business(opened.services, "demo", "pay-first")
            found += await turning(opened.services, business_id, ZONE, "PostgreSQL")
            found += await crowding(opened.services, business_id, NOW, "PostgreSQL")
        found += await hooking(postgres, shared.redis, "PostgreSQL")
    else:
        found += not_turned("PostgreSQL")
    return found


async def _anew(postgres: str) -> None:
    await emptied(postgres)
    engine = open_engine(postgres)
    await migrate(engine)
    await engine.dispose()


@asynccontextmanager
async def _opened(shared: Ground, database: str) -> AsyncIterator[Opened]:
    clock = SetClock(NOW)
    opened = Opened(shared, database, clock, MemoryGateway(clock.now), {}, Breaker(), seed=1)
    try:
        yield opened
    finally:
        await opened.close()


def _table(found: list[Compared]) -> Table:
    table = Table(box=None)
    for column in ("what", "beside"):
        table.add_column(column, overflow="fold")
    for column in ("at", "ours", "beside it", "ratio"):
        table.add_column(column, justify="right", no_wrap=True)
    for column in ("target", "met", "note"):
        table.add_column(column)
    for each in found:
        table.add_row(*_cells(each))
    return table


def _cells(row: Compared) -> list[str]:
    met = {True: "yes", False: "NO", None: ""}[row.met]
    at = f"p{row.share}" if row.share else "all"
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    other = _figure(row.other, row.unit) if row.other else "-"
    figures = (_figure(row.ours, row.unit), other, ratio)
    return [row.what, row.beside, at, *figures, row.target, met, row.note]


def _figure(value: float, unit: str) -> str:
    return f"{value * 1000:,.2f} ms" if unit == "ms" else f"{value:,.1f} {unit}"
