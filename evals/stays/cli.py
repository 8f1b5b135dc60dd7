"""`jirani stays`: the group, and nothing else."""

import click

from evals.stays.gaps_command import command as gaps
from evals.stays.replay_command import command as replay


@click.group("stays")
def command() -> None:
    """Stays in files of others: what would be offered around them, and why not."""


for each in (replay, gaps):
    command.add_command(each)
