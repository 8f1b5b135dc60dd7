"""`jirani pms`: connect a business with its property-management system, and see how that stands."""

import sys
from typing import cast

import click

from app.commands.running import at_keyboard, business_of, business_option, json_option, run
from app.commands.showing import show_json, show_table
from jirani.connectors.known import CONNECTORS
from jirani.connectors.pms import PmsUnavailable
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.pms import connecting, doctor
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.pms.addresses import is_private
from jirani.services.stays.places import enter_places

name_argument = click.argument("pms", type=click.Choice(sorted(CONNECTORS)))


@click.group()
def command() -> None:
    """Accounts with property-management systems: connect, check, disconnect."""


@command.command()
@name_argument
@click.option("--host", metavar="ADDRESS", help="Where you are written to by mail.")
@click.option(
    "--option",
    "options",
    metavar="NAME=VALUE",
    multiple=True,
    help="How the connector behaves; see `jirani pms options`. Repeatable.",
)
@business_option
@run
async def connect(
    services: Services, pms: str, host: str | None, options: tuple[str, ...], slug: str | None
) -> None:
    """Connect with PMS, or change how: what is asked for and left empty stays as it was.

    Secrets are asked for one by one, or read from standard input, a line each.
    """
    business = await business_of(services, slug)
    secrets = {each.name: _asked(each.title, each.secret) for each in CONNECTORS[pms].credentials}
    await connecting.connect(
        *(services, _accounts(services), business.id, pms, secrets, _pairs(options)),
        host=host,
        by=at_keyboard(),
    )
    click.echo(f"{CONNECTORS[pms].title} is connected. Check it with `jirani pms doctor {pms}`.")
    account = services.pms.of(business.id, pms)
    try:
        places = await enter_places(services, business.id, account) if account else 0
    except PmsUnavailable as unavailable:
        raise Refused([f"It did not tell its places, though: {unavailable}."]) from None
    click.echo(f"It has {places} places; see `jirani listings list` for what each lacks.")


@command.command()
@name_argument
@click.argument("address")
@business_option
@run
async def hooks(services: Services, pms: str, address: str, slug: str | None) -> None:
    """Have PMS tell us at once what changes: ADDRESS (https://…) is where it finds us."""
    business = await business_of(services, slug)
    if not is_private(address):
        raise Refused([f"{address!r} must begin with https://, for guests' names come that way."])
    await connecting.register_hooks(
        *(services, _accounts(services), business.id, pms, address), by=at_keyboard()
    )
    click.echo(f"{CONNECTORS[pms].title} sends its webhooks to {address} from now on.")


@command.command("list")
@business_option
@json_option
@run
async def list_(services: Services, slug: str | None, as_json: bool) -> None:
    """List the accounts of a business. No secret is shown, only which there are."""
    business = await business_of(services, slug)
    found = await connecting.connected(services, _accounts(services), business.id)
    if as_json:
        show_json(
            [
                {
                    "pms": each.pms,
                    "secrets": each.secrets,
                    "options": each.options,
                    "host": each.host,
                    "changed_at": each.changed_at,
                    "changed_by": each.changed_by,
                }
                for each in found
            ]
        )
        return
    show_table(
        ("pms", "secrets", "options", "mail to", "changed", "by"),
        [
            (
                each.title,
                ", ".join(each.secrets),
                ", ".join(f"{name}={value}" for name, value in sorted(each.options.items())),
                each.host or "",
                f"{each.changed_at:%Y-%m-%d %H:%M}",
                each.changed_by,
            )
            for each in found
        ],
        f"{business.name} has no account with a PMS yet; make one with `jirani pms connect`.",
    )


@command.command()
@name_argument
def options(pms: str) -> None:
    """Tell what PMS asks for, and how its connector may be set."""
    connector = CONNECTORS[pms]
    show_table(
        ("what", "default", "it is"),
        [
            *((each.name, "(asked for)", each.title) for each in connector.credentials),
            *(
                (each.name, each.default, " · ".join(filter(None, [each.title, *each.choices])))
                for each in connector.options
            ),
        ],
        "",
    )


@command.command("doctor")
@name_argument
@business_option
@run
async def doctor_(services: Services, pms: str, slug: str | None) -> None:
    """Read a little of everything from PMS and tell what works. Nothing is written there."""
    business = await business_of(services, slug)
    account = services.pms.of(business.id, pms)
    if account is None:
        raise Refused([f"There is no account with {pms}; make one with `jirani pms connect`."])
    findings = await doctor.examine(account, services.clock.now())
    for each in findings:
        click.echo(f"{'ok ' if each.well else 'NO '} {each.what}: {each.told}")
    if not all(each.well for each in findings):
        raise Refused(["Not everything works; put it right and ask again."])


@command.command()
@name_argument
@business_option
@run
async def disconnect(services: Services, pms: str, slug: str | None) -> None:
    """Forget the account with PMS and its secrets; what was learned of its stays remains."""
    business = await business_of(services, slug)
    await connecting.disconnect(services, _accounts(services), business.id, pms, by=at_keyboard())
    click.echo(f"{CONNECTORS[pms].title} is not connected any more.")


def _accounts(services: Services) -> StoredAccounts:
    return cast(StoredAccounts, services.pms)  # what the wiring opens


def _asked(title: str, secret: bool) -> str:
    """Ask for a credential; empty: it stays as it was."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    value: str = click.prompt(title, default="", show_default=False, hide_input=secret)
    return value.strip()


def _pairs(options: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in options)
    if wrong := [each for each in options if "=" not in each]:
        raise Refused([f"Write options as NAME=VALUE, not {wrong[0]!r}."])
    return pairs
