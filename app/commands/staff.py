"""`jirani staff`: who works when, and does what."""

from itertools import groupby
from typing import BinaryIO

import click

from app.commands.running import business_of, business_option, json_option, run, text_of
from app.commands.showing import dry_run_option, show_json, show_report, show_table
from jirani.rules.facts import Hours
from jirani.services import Services
from jirani.services.onboarding import import_exceptions, import_staff

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.group()
def command() -> None:
    """Who works when, and does what."""


@command.command("import")
@click.argument("file", type=click.File("rb"))
@business_option
@dry_run_option
@run
async def import_(services: Services, file: BinaryIO, slug: str | None, dry_run: bool) -> None:
    """Import staff from a CSV FILE: name, services, hours.

    Services have | between them, or "all"; hours are like "mon-fri 09:00-17:00; sat 10:00-14:00".
    """
    text = text_of(file)
    business = await business_of(services, slug)
    show_report(await import_staff(services, business.id, text, dry_run=dry_run), dry_run)


@command.command()
@click.argument("file", type=click.File("rb"))
@business_option
@dry_run_option
@run
async def exceptions(services: Services, file: BinaryIO, slug: str | None, dry_run: bool) -> None:
    """Import days that differ from a CSV FILE: staff, date, hours.

    Dates are like 2026-12-25, hours like "off" or "10:00-14:00".
    """
    text = text_of(file)
    business = await business_of(services, slug)
    show_report(await import_exceptions(services, business.id, text, dry_run=dry_run), dry_run)


@command.command("list")
@business_option
@json_option
@run
async def list_(services: Services, slug: str | None, as_json: bool) -> None:
    """List the staff with their services and weekly hours."""
    business = await business_of(services, slug)
    async with services.store.read(business.id) as work:
        catalogue = await work.catalogue.load()
        hours = await work.catalogue.hours(member.id for member in catalogue.staff)
    names = {service.id: service.name for service in catalogue.services}
    rows = [
        (
            member.name,
            sorted(names[id] for id in member.service_ids if id in names),
            _week([span for span in hours if span.staff_id == member.id]),
        )
        for member in catalogue.staff
    ]
    if as_json:
        show_json([dict(zip(("name", "services", "hours"), row, strict=True)) for row in rows])
    else:
        show_table(
            ("name", "services", "hours"),
            [(name, ", ".join(skills), week) for name, skills, week in rows],
            f"{business.name} has no staff yet; see `jirani staff import --help`.",
        )


def _week(hours: list[Hours]) -> str:
    """Write weekly hours as `jirani staff import` reads them."""
    days = {
        day: ", ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)
        for day, spans in groupby(
            sorted(hours, key=lambda span: (span.weekday, span.opens)), lambda span: span.weekday
        )
    }
    runs = groupby(days, lambda day: days[day])
    return "; ".join(f"{_days(list(run))} {spans}" for spans, run in runs) or "off"


def _days(days: list[int]) -> str:
    return ",".join(DAYS[day] for day in days) if len(days) < 7 else "daily"
