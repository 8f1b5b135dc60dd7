"""`jirani knowledge`: what a business wants its guests to know."""

from typing import BinaryIO

import click

from app.commands.running import business_of, business_option, run, text_of
from app.commands.showing import dry_run_option, show_report
from jirani.services import Services
from jirani.services.onboarding import import_knowledge


@click.group()
def command() -> None:
    """What a business wants its guests to know."""


@command.command("import")
@click.argument("file", type=click.File("rb"))
@business_option
@dry_run_option
@run
async def import_(services: Services, file: BinaryIO, slug: str | None, dry_run: bool) -> None:
    """Import answers to guests' questions from a CSV FILE: topic, language, keywords, text.

    One text for each topic and language (en or sw); keywords have | between them.
    """
    text = text_of(file)
    business = await business_of(services, slug)
    show_report(await import_knowledge(services, business.id, text, dry_run=dry_run), dry_run)
