"""`jirani relations`: which services go together."""

from typing import BinaryIO

import click

from app.commands.running import business_of, business_option, json_option, run, text_of
from app.commands.showing import dry_run_option, show_json, show_report, show_table
from jirani.rules.facts import Relation
from jirani.services import Services
from jirani.services.onboarding import import_relations

HEADER = ("service_a", "service_b", "relation", "confidence", "direction")


@click.group()
def command() -> None:
    """Which services go together."""


@command.command("import")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--table", type=click.File("rb"), metavar="FILE", help="A plain table of pairs.")
@business_option
@dry_run_option
@run
async def import_(
    services: Services,
    file: BinaryIO | None,
    table: BinaryIO | None,
    slug: str | None,
    dry_run: bool,
) -> None:
    """Import relations from a CSV FILE, or from a plain table of known pairs.

    A CSV names service_a, service_b, confidence from 0 to 1, and perhaps relation and direction.
    A table has lines like "Haircut -> Blow-dry 0.85", "Manicure <-> Pedicure 0.9" (either way
    round) and "Manicure ~ Gel manicure" (alternatives).
    """
    chosen = table or file
    if chosen is None or (table and file):
        raise click.UsageError("Give either a CSV FILE or --table FILE.")
    text = text_of(chosen)
    business = await business_of(services, slug)
    report = await import_relations(
        services, business.id, text, table=table is not None, dry_run=dry_run
    )
    show_report(report, dry_run)


@command.command("list")
@business_option
@json_option
@run
async def list_(services: Services, slug: str | None, as_json: bool) -> None:
    """List the relations: those offered together first, the surest at the top."""
    business = await business_of(services, slug)
    async with services.store.read(business.id) as work:
        catalogue, edges = await work.catalogue.load(), await work.catalogue.edges()
    names = {service.id: service.name for service in catalogue.services}
    rows = sorted(
        (
            (
                names[edge.service_a],
                names[edge.service_b],
                edge.relation,
                edge.confidence,
                edge.direction,
            )
            for edge in edges
            if edge.service_a in names and edge.service_b in names
        ),
        key=lambda row: (row[2] != Relation.COMPLEMENTARY, -row[3], row[0], row[1]),
    )
    if as_json:
        show_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        show_table(
            HEADER,
            rows,
            f"{business.name} has no relations yet; see `jirani relations import --help`.",
        )
