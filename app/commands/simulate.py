"""`jirani simulate`: what takes days, told in a minute, without an account anywhere."""

import sys

import click

from app.commands.running import complete
from app.simulating.console import HELP, converse
from app.simulating.demo import at, early_check_in
from app.simulating.house import opened_house
from app.simulating.refill import move_up, refill
from app.standin.known import FACES

pms_option = click.option(
    "--pms",
    "wanted",
    type=click.Choice(sorted(FACES)),
    multiple=True,
    help="Over which one; all of them unless told. Repeatable.",
)


@click.group()
def command() -> None:
    """Play with time: a stay over a stand-in for a PMS, or a salon; nothing leaves this machine."""


@command.command()
@pms_option
def stay(wanted: tuple[str, ...]) -> None:
    """Tell scenario 1 while it happens: from a booking to the fee on the bill."""

    async def main() -> None:
        for number, pms in enumerate(wanted or tuple(FACES)):
            if number:
                click.echo()
            await early_check_in(pms, click.echo)

    complete(main)


@command.command()
@click.option(
    "--pms",
    "name",
    type=click.Choice(sorted(FACES)),
    default="hostaway",
    show_default=True,
    help="Which one is stood in for.",
)
def pms(name: str) -> None:
    """Stand in for a PMS, with Jirani beside it and time in your hand: type `help`.

    It begins on Wednesday 10 June 2026 at noon, in a flat of New York's time.
    """

    async def main() -> None:
        async with opened_house(name, at(6, 10, 12)) as house:
            click.echo(
                f"The PMS is at {house.addresses['PMS']}, Jirani at {house.addresses['Jirani']}."
            )
            click.echo(HELP)
            prompt = "> " if sys.stdin.isatty() else ""
            await converse(house, lambda: input(prompt), click.echo)

    complete(main)


@command.command()
@click.option("--move-up", "cascade", is_flag=True, help="Show the cascade of who moves up.")
def recovery(cascade: bool) -> None:
    """Tell how a cancelled slot finds its next customer, while it happens."""

    async def main() -> None:
        await (move_up if cascade else refill)(click.echo)

    complete(main)
