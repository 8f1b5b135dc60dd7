"""`jirani stays replay`: the command."""

import asyncio
import sys
from pathlib import Path
from time import perf_counter

import click

from app import logs
from app.commands.running import json_option
from app.commands.showing import show_json, show_table
from evals.commands import UNUSABLE
from evals.scenario import Unusable
from evals.stays.replaying import replay
from evals.stays.tally import Tally
from prompts.reasons import because

HEADER = ("kind", "planned", "sent", "withheld", "withdrawn", "not planned")


@click.command("replay")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@json_option
def command(file: Path, as_json: bool) -> None:
    """Play the reservations of FILE on a simulated clock, and tell what would have been offered.

    FILE is CSV, plain or in gzip, with the columns reservation_id, booked_on, arrival, departure,
    status (Check-Out, Canceled, No-Show), status_date and adr (a night's price). Each row is a
    paid stay at a place of its own in Lisbon, 15:00 to 11:00, and nobody answers.

    A row that makes no sense is laid aside, counted, and its reason told. Ends with 2 if the
    file cannot be used.
    """
    logs.configure("error")
    began = perf_counter()
    try:
        tally = asyncio.run(replay(file, _progress))
    except Unusable as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    if as_json:
        show_json(tally.told())
    else:
        _show(tally, perf_counter() - began)


def _progress(rows: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{rows:,} reservations", nl=False, err=True)


def _show(tally: Tally, seconds: float) -> None:
    rows = [
        (str(kind), of.planned, of.sent, of.withheld.total(), of.withdrawn, of.not_planned.total())
        for kind, of in tally.kinds.items()
    ]
    show_table(HEADER, rows, "")
    for kind, of in tally.kinds.items():
        click.echo(f"\n{kind}")
        for what, counts in (("withheld", of.withheld), ("not planned", of.not_planned)):
            for reason, n in counts.most_common():
                click.echo(f"  {what}: {n:,}, {because(reason)}")
        if of.sent:
            then = ", ".join(f"{n:,} {name}" for name, n in of.sent_then.most_common())
            click.echo(f"  sent: {of.sent:,}, of which {then.replace('_', ' ')}")
    if tally.parked:
        click.echo("\nlaid aside")
        for why, n in tally.parked.most_common():
            click.echo(f"  {n:,}: {why}")
    facts = tally.facts
    days = ", ".join(f"day {day}: {n:,}" for day, n in sorted(facts.mid_stay_day.items()))
    click.echo(
        f"\n{tally.rows:,} rows in {seconds:.1f} s, whatever became of them: {facts.same_day:,} "
        f"booked on the day of arrival, {facts.inside_window:,} fewer than 3 days before it, "
        f"{facts.cancelled_between:,} cancelled in the 3 days before it; cleanings on {days}."
    )
