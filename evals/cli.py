"""`jirani eval`: conversations played against the real product, judged by what they leave."""

import click

from evals.commands.coverage import covers
from evals.commands.grade import grade
from evals.commands.run import run


@click.group("eval")
def command() -> None:
    """Scripted conversations, judged by the rows they leave."""


for each in (run, grade, covers):
    command.add_command(each)
