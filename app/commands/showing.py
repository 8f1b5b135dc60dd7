"""Lists for people and for programs."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jirani.services.onboarding import Report

dry_run_option = click.option("--dry-run", is_flag=True, help="Check and report; write nothing.")


def show_json(value: Any) -> None:
    """Print a value as JSON; moments as ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=datetime.isoformat))


def show_table(header: Sequence[str], rows: Sequence[Sequence[object]], none: str) -> None:
    """Print a table; tab-separated when nobody watches, `none` when there are no rows."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(none, err=True)
    elif not sys.stdout.isatty():
        for row in (header, *cells):
            click.echo("\t".join(row))
    else:
        table = Table(*header)
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))  # a Text is never read as markup
        Console().print(table)


def show_report(report: Report, dry_run: bool) -> None:
    """Say what an import did, or would do."""
    click.echo(f"{report}{' (dry run: nothing was written)' if dry_run else ''}")
    for word, names in (("added", report.added), ("updated", report.updated)):
        for name in names:
            click.echo(f"  {word}: {name}")
    if report.ignored:
        click.echo(f"Ignored columns: {', '.join(report.ignored)}")
