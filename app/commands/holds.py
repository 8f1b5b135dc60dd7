"""`jirani holds`: which slots are being held right now."""

from zoneinfo import ZoneInfo

import click

from app.commands.running import business_of, business_option, businesses, json_option, run
from app.commands.showing import show_json, show_table
from jirani.services import Services

HEADER = ("business", "staff", "start", "end", "seconds_left")


@click.command()
@business_option
@json_option
@run
async def command(services: Services, slug: str | None, as_json: bool) -> None:
    """List the live holds on slots, of all businesses unless one is named."""
    chosen = [await business_of(services, slug)] if slug else await businesses(services)
    rows = []
    for business in chosen:
        zone = ZoneInfo(business.zone)
        async with services.store.read(business.id) as work:
            catalogue = await work.catalogue.load()
        names = {member.id: member.name for member in catalogue.staff}
        for hold in await services.holds.live(business.id):
            rows.append(
                (
                    business.slug,
                    names.get(hold.staff_id, hold.staff_id),
                    hold.start.astimezone(zone),
                    hold.end.astimezone(zone),
                    round(hold.seconds_left, 1),
                )
            )
    if as_json:
        show_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        show_table(
            ("business", "staff", "from", "to", "seconds left"),
            [
                (slug, staff, f"{start:%Y-%m-%d %H:%M}", f"{end:%H:%M}", f"{left:.0f}")
                for slug, staff, start, end, left in rows
            ],
            "Nothing is held.",
        )
