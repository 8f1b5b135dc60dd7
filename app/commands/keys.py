"""`jirani keys`: who may call the API in a business's name."""

import click

from app.commands.running import at_keyboard, business_of, business_option, json_option, run
from app.commands.showing import show_json, show_table
from jirani.rules.facts import Role
from jirani.services import Services
from jirani.services.keys import create_key, revoke_key
from jirani.services.onboarding import Refused

HEADER = ("id", "name", "role", "created_at", "created_by", "last_used_at", "revoked_at")


@click.group()
def command() -> None:
    """Who may call the API in a business's name."""


@command.command()
@click.option("--name", required=True, help="Whose it is, or what it is for.")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    required=True,
    help="A viewer reads, a manager also changes, an admin also makes keys.",
)
@business_option
@json_option
@run
async def create(services: Services, name: str, role: str, slug: str | None, as_json: bool) -> None:
    """Create a key and print it: this once, as only a hash of it is kept."""
    business = await business_of(services, slug)
    key, presented = await create_key(services, business.id, name, Role(role), at_keyboard())
    if as_json:
        show_json({"id": key.id, "name": key.name, "role": key.role, "key": presented})
        return
    click.echo(presented)
    click.echo(f"A {role}'s key of {business.name}. It is not shown again: keep it now.", err=True)


@command.command("list")
@business_option
@json_option
@run
async def list_(services: Services, slug: str | None, as_json: bool) -> None:
    """List the keys, oldest first, revoked ones too; times are UTC."""
    business = await business_of(services, slug)
    async with services.store.read(business.id) as work:
        keys = await work.keys.all()
    if as_json:
        show_json([{name: getattr(key, name) for name in HEADER} for key in keys])
        return
    show_table(
        ("id", "name", "role", "created", "by", "last used", "revoked"),
        [
            (
                key.id,
                key.name,
                key.role,
                f"{key.created_at:%Y-%m-%d %H:%M}",
                key.created_by,
                f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
                f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "",
            )
            for key in keys
        ],
        f"{business.name} has no key yet; make one with `jirani keys create`.",
    )


@command.command()
@click.argument("id")
@business_option
@run
async def revoke(services: Services, id: str, slug: str | None) -> None:
    """End the key ID, at once and for good."""
    business = await business_of(services, slug)
    try:
        key = await revoke_key(services, business.id, id, at_keyboard())
    except LookupError:
        raise Refused([f"{business.name} has no key {id!r}; see `jirani keys list`."]) from None
    click.echo(f"Revoked {key.name}, a {key.role}'s key of {business.name}.")
