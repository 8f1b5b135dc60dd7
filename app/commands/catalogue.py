"""`jirani catalogue`: what a business sells."""

from typing import BinaryIO

import click

from app.commands.running import business_of, business_option, json_option, run, text_of
from app.commands.showing import dry_run_option, show_json, show_report, show_table
from jirani.services import Services
from jirani.services.onboarding import import_services
from prompts.formats import money


@click.group()
def command() -> None:
    """What a business sells, and for how much."""


@command.command("import")
@click.argument("file", type=click.File("rb"))
@business_option
@dry_run_option
@run
async def import_(services: Services, file: BinaryIO, slug: str | None, dry_run: bool) -> None:
    """Import services from a CSV FILE: name, minutes, price, and perhaps buffer and aliases.

    Prices are in the business's currency, like 1500 or 1,500.50; aliases have | between them.
    Anything wrong refuses the whole file.
    """
    text = text_of(file)
    business = await business_of(services, slug)
    show_report(await import_services(services, business.id, text, dry_run=dry_run), dry_run)


@command.command()
@business_option
@json_option
@run
async def show(services: Services, slug: str | None, as_json: bool) -> None:
    """List the services, their prices, and who does them."""
    business = await business_of(services, slug)
    async with services.store.read(business.id) as work:
        catalogue = await work.catalogue.load()
    doers = {
        service.id: [member.name for member in catalogue.qualified(service.id)]
        for service in catalogue.services
    }
    if as_json:
        show_json(
            [
                {
                    "id": service.id,
                    "name": service.name,
                    "minutes": service.minutes,
                    "buffer": service.buffer,
                    "price": service.price,
                    "currency": business.currency,
                    "aliases": service.aliases,
                    "staff": doers[service.id],
                }
                for service in catalogue.services
            ]
        )
        return
    show_table(
        ("service", "minutes", "buffer", "price", "staff", "aliases"),
        [
            (
                service.name,
                service.minutes,
                service.buffer,
                money(service.price, business.currency),
                ", ".join(doers[service.id]),
                ", ".join(service.aliases),
            )
            for service in catalogue.services
        ],
        f"{business.name} sells nothing yet; see `jirani catalogue import --help`.",
    )
