"""`jirani stays gaps`: the command."""

from pathlib import Path

import click

from app.commands.running import json_option
from app.commands.showing import show_json
from evals.commands import UNUSABLE
from evals.scenario import Unusable
from evals.stays.gaps import LONGEST, calendars_of


@click.command("gaps")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@json_option
def command(file: Path, as_json: bool) -> None:
    """Count the gaps of 1 to 3 free nights between taken ones in the calendars of FILE.

    FILE is CSV, plain or in gzip, with the columns listing, date and available (1 or 0). What lies
    at an end of a calendar, or beside a day it does not have, is no gap: nobody knows.

    Ends with 2 if the file cannot be used.
    """
    try:
        found = calendars_of(file)
    except Unusable as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    if as_json:
        show_json(found.told())
        return
    lengths = [len(gap.nights) for gap in found.gaps()]
    each = ", ".join(f"{lengths.count(n):,} of {n}" for n in range(1, LONGEST + 1))
    click.echo(
        f"{len(lengths):,} gaps of 1 to {LONGEST} free nights between taken ones ({each} nights), "
        f"at {len(found.nights):,} places, on {found.rows:,} lines."
    )
    for why, n in found.wrong.most_common():
        click.echo(f"laid aside: {n:,}, {why}")
