"""`jirani business`: make businesses, and see which there are."""

import click

from app.commands.running import businesses, json_option, run
from app.commands.showing import show_json, show_table
from jirani.rules.dials import VERTICALS
from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from jirani.services.onboarding import create_business
from prompts.sections import LANGUAGES

HEADER = ("slug", "name", "vertical", "zone", "currency", "locale", "payment")


@click.group()
def command() -> None:
    """The businesses that are served here."""


@command.command()
@click.argument("name")
@click.option("--slug", help="The short name for --business; made from the name unless given.")
@click.option("--zone", default="Africa/Nairobi", show_default=True, help="IANA time zone.")
@click.option("--currency", default="KES", show_default=True, help="ISO 4217 code.")
@click.option("--vertical", type=click.Choice(VERTICALS), default="salon", show_default=True)
@click.option("--locale", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--policy",
    type=click.Choice([str(policy) for policy in PaymentPolicy]),
    default=str(PaymentPolicy.PAY_FIRST),
    show_default=True,
    help="How it is paid.",
)
@run
async def create(
    services: Services,
    name: str,
    slug: str | None,
    zone: str,
    currency: str,
    vertical: str,
    locale: str,
    policy: str,
) -> None:
    """Create a business called NAME."""
    business = await create_business(
        services,
        name,
        slug=slug,
        zone=zone,
        currency=currency,
        vertical=vertical,
        locale=locale,
        policy=PaymentPolicy(policy),
    )
    click.echo(f"Created {business.name}; name it with --business {business.slug}.")


@command.command("list")
@json_option
@run
async def list_(services: Services, as_json: bool) -> None:
    """List the businesses, oldest first."""
    rows = [
        (
            business.slug,
            business.name,
            business.vertical,
            business.zone,
            business.currency,
            business.locale,
            business.payment_policy,
        )
        for business in await businesses(services)
    ]
    if as_json:
        show_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        show_table(
            HEADER, rows, "There is no business yet; make one with `jirani business create`."
        )
