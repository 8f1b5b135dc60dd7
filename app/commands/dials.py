"""`jirani dials`: how a business speaks and sells, and who changed it."""

import click

from app.commands.running import at_keyboard, business_of, business_option, json_option, run
from app.commands.showing import show_json, show_table
from jirani.services import Services
from jirani.services.onboarding import reset_dial, set_dial, show_dials

DEFAULT = "the default"


@click.group()
def command() -> None:
    """How a business speaks and sells."""


@command.command()
@business_option
@json_option
@run
async def show(services: Services, slug: str | None, as_json: bool) -> None:
    """Show the dials in force, and which of them are the business's own."""
    business = await business_of(services, slug)
    rows = [
        (state.dial, state.value, "own" if state.own is not None else "default", state.default)
        for state in await show_dials(services, business.id)
    ]
    header = ("dial", "value", "source", "default")
    if as_json:
        show_json([dict(zip(header, row, strict=True)) for row in rows])
    else:
        show_table(header, rows, "")


@command.command("set")
@click.argument("dial")
@click.argument("value")
@business_option
@run
async def set_(services: Services, dial: str, value: str, slug: str | None) -> None:
    """Set DIAL to VALUE, for this business only."""
    business = await business_of(services, slug)
    before, after = await set_dial(services, business.id, dial, value, by=at_keyboard())
    click.echo(f"{dial} of {business.name}: {before or DEFAULT} -> {after}")


@command.command()
@click.argument("dial")
@business_option
@run
async def reset(services: Services, dial: str, slug: str | None) -> None:
    """Let DIAL follow the default of the business's vertical again."""
    business = await business_of(services, slug)
    before = await reset_dial(services, business.id, dial, by=at_keyboard())
    click.echo(f"{dial} of {business.name}: {before or DEFAULT} -> {DEFAULT}")


@command.command()
@business_option
@json_option
@run
async def history(services: Services, slug: str | None, as_json: bool) -> None:
    """List every change, oldest first: what was, what became of it, by whom and when (UTC)."""
    business = await business_of(services, slug)
    async with services.store.read(business.id) as work:
        changes = await work.business.dial_changes()
    if as_json:
        show_json(changes)
    else:
        show_table(
            ("at", "dial", "action", "before", "after", "by"),
            [
                (
                    f"{change['at']:%Y-%m-%d %H:%M}",
                    change["dial"],
                    change["action"],
                    change["before"] or DEFAULT,
                    change["after"] or DEFAULT,
                    change["by"],
                )
                for change in changes
            ],
            f"Nobody has turned a dial of {business.name} yet.",
        )
