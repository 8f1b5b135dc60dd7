"""`jirani bench`: what our code costs beside something bare."""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from app import logs
from evals.bench.asking import asking
from evals.bench.holding import holding
from evals.bench.neighbours import neighbours
from evals.bench.timing import Compared
from evals.bench.turning import turning
from evals.bench.watching import watching
from evals.ground import Ground, Opened, ground, sqlite
from evals.seeding import DEMO
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services.clock import SetClock
from jirani.store.redis_client import Breaker

ZONE = ZoneInfo(DEMO["zone"])
NOW = datetime(2026, 11, 21, 11, tzinfo=ZONE)


@click.command("bench")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; times are in seconds.")
def command(as_json: bool) -> None:
    """Measure, in under a minute, what our code costs beside something bare.

    Both sides of a ratio are measured by turns in this run: ratios mean something on any machine,
    the times behind them only here and now.
    """
    logs.configure("error")
    with ground() as shared:
        found = asyncio.run(_measure(shared))
    if as_json:
        click.echo(json.dumps([{**asdict(each), "ratio": each.ratio} for each in found], indent=2))
    else:
        Console().print(_table(found))


async def _measure(shared: Ground) -> list[Compared]:
    file, business_id = await shared.copy("demo", "pay-first", "bench")
    clock = SetClock(NOW)
    opened = Opened(shared, sqlite(file), clock, MemoryGateway(clock.now), {}, Breaker(), seed=1)
    try:
        turned, read = await turning(opened.services, business_id, ZONE)
        watched = await watching(opened.services, business_id)
    finally:
        await opened.close()
    held = await holding(shared.redis, NOW)
    found = await neighbours(shared, shared.folder / "empty.db", NOW)
    return [held, turned, *watched, found, read, *await asking()]


def _table(found: list[Compared]) -> Table:
    table = Table("ours", "beside", "at", "ours, ms", "beside, ms", "ratio", box=None)
    for column in table.columns[2:]:
        column.justify = "right"
    for each in found:
        times = (f"{seconds * 1000:.2f}" for seconds in (each.ours, each.other))
        table.add_row(each.what, each.beside, f"p{each.share}", *times, f"{each.ratio:.2f}")
    return table
