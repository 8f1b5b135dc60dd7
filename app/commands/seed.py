"""`jirani seed`: the demo salon, to try things with."""

import click

from app.commands.running import run
from app.demo import SLUG, ensure_demo
from jirani.services import Services


@click.command()
@run
async def command(services: Services) -> None:
    """Make the demo salon, or what is missing of it; what its owner changed stays."""
    id = await ensure_demo(services)
    async with services.store.read(id) as work:
        business, catalogue = await work.business.get(), await work.catalogue.load()
    click.echo(
        f"{business.name} ({SLUG}) is there, with {len(catalogue.services)} services "
        f"and {len(catalogue.staff)} members of staff."
    )
