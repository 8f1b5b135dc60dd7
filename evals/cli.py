"""`jirani eval`: conversations played against the real product, judged by what they leave."""

import click

from evals.capturing.cli import command as capture
from evals.commands.coverage import covers
from evals.commands.grade import grade
from evals.commands.replies import replies
from evals.commands.run import run
from evals.commands.train_reader import train_reader
from evals.dates.cli import command as dates
from evals.mutating.cli import command as mutate
from evals.refilling.cli import command as simulate_recovery
from evals.simulating.cli import command as simulate


@click.group("eval")
def command() -> None:
    """Scripted conversations, judged by the rows they leave."""


for each in (run, grade, covers, capture, simulate, simulate_recovery, mutate, replies, dates):
    command.add_command(each)
command.add_command(train_reader)
