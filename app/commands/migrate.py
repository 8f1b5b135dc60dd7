"""`jirani migrate`: bring the database's tables up to date."""

import sys

import click

from app.commands.running import complete
from app.settings import Settings
from jirani.store.engine import open_engine
from jirani.store.migrate import migrate, revisions


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if the database is behind.")
def command(check: bool) -> None:
    """Bring the database's tables up to date; safe twice, and by two at once."""
    complete(lambda: _migrate(Settings(), check))


async def _migrate(settings: Settings, check: bool) -> None:
    if not settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database, pooler=settings.database_pooler)
    try:
        at = await (revisions if check else migrate)(engine)
    finally:
        await engine.dispose()
    found = at.found or "nothing"
    if at.current:
        click.echo(f"The database is up to date, at revision {at.head}.")
    elif check:
        click.echo(f"The database is behind: it is at {found}, and {at.head} is needed.", err=True)
        sys.exit(1)
    else:
        click.echo(f"The database was migrated from {found} to revision {at.head}.")
