"""`jirani guests`: what a guest wishes of offers around their stays, shown, entered, taken back."""

from zoneinfo import ZoneInfo

import click

from app.commands.running import at_keyboard, business_of, business_option, json_option, run
from app.commands.showing import show_json, show_table
from app.commands.summarising import on_one_line
from jirani.rules.facts import Preference
from jirani.rules.plain import to_plain
from jirani.services import Services
from jirani.services.stays import preferences
from jirani.services.stays.preferences import Wished

named = click.argument("name", type=click.Choice([str(each) for each in Preference]))


@click.group()
def command() -> None:
    """Guests of a host: what they wish of offers, as they said it or you entered it.

    GUEST is a guest's id, or one of their stays by its reference or confirmation code.
    """


@command.command()
@click.argument("guest")
@business_option
@json_option
@run
async def show(services: Services, guest: str, slug: str | None, as_json: bool) -> None:
    """Show what GUEST wishes of offers, who says so, and since when."""
    business = await business_of(services, slug)
    whose = await preferences.guest_named(services, business.id, guest)
    found = await preferences.wishes_of(services, business.id, whose)
    if as_json:
        show_json([to_plain(each) for each in found])
        return
    zone = ZoneInfo(business.zone)
    rows = [
        (
            *(each.name, each.source, f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}", each.by),
            on_one_line(each.said, 200),
        )
        for each in found
    ]
    header = ("wish", "said by", "at", "entered by", "words")
    show_table(header, rows, f"{guest} has no wishes: everything is offered that fits.")


@command.command("set")
@click.argument("guest")
@named
@click.option("--said", default="", metavar="WORDS", help="The guest's words.")
@business_option
@run
async def set_(services: Services, guest: str, name: str, said: str, slug: str | None) -> None:
    """Enter a wish of GUEST that they told you: what they have stays, the rest follows at once."""
    business = await business_of(services, slug)
    whose = await preferences.guest_named(services, business.id, guest)
    wished, by = Wished((Preference(name),)), at_keyboard()
    await preferences.change(services, business.id, whose, wished, said=said, by=by)
    click.echo(f"{guest}: {name} is noted. What is with the guest already stays open.")


@command.command()
@click.argument("guest")
@named
@business_option
@run
async def reset(services: Services, guest: str, name: str, slug: str | None) -> None:
    """Take a wish of GUEST back; what was not sent because of it is planned anew."""
    business = await business_of(services, slug)
    whose = await preferences.guest_named(services, business.id, guest)
    wished, by = Wished(dropped=(Preference(name),)), at_keyboard()
    done = await preferences.change(services, business.id, whose, wished, said="", by=by)
    said = "is taken back" if done.dropped else "was not noted"
    click.echo(f"{guest}: {name} {said}.")
