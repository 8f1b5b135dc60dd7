"""The command line: `jirani` finds its commands by entry points, so that nobody imports up."""

from importlib.metadata import entry_points
from typing import Any

import click


class Commands(click.Group):
    """The commands registered under `jirani.commands`, loaded only when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(entry.name for entry in entry_points(group="jirani.commands"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command by its name."""
        for entry in entry_points(group="jirani.commands", name=cmd_name):
            command: Any = entry.load()
            if isinstance(command, click.Command):
                return command
        return None


@click.command(cls=Commands)
@click.version_option(package_name="jirani")
def main() -> None:
    """Jirani books appointments by chat and sells the neighbouring slot, safely."""
