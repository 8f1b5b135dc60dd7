"""`jirani simulate`: a whole stay without an account anywhere, over a stand-in for each PMS."""

import click

from app.commands.running import complete
from app.simulating.demo import early_check_in
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
    """Play with a stand-in for a property-management system; nothing leaves this machine."""


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
