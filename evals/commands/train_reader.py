"""`jirani eval train-reader`: the weights of the shipped reader, made anew."""

import json
from pathlib import Path
from typing import Any

import click

from agent.reader import weights
from evals.commands import UNUSABLE
from evals.replies.corpora import DATA, every_row, fingerprints
from evals.replies.notice import LICENCE, NOTICE
from evals.replies.rows import UnusableRows
from evals.replies.training import NoTrainer, train


@click.command("train-reader")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DATA,
    help="Where the public files are; ../shared/data unless told.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(weights.__file__).with_name(weights.FILE),
    help="Where to write the weights: beside the reader unless told.",
)
def train_reader(data: Path, out: Path) -> None:
    """Train the reader of replies on the public files and our own, and write its weights.

    The same files make the same weights. Ends with 2 if one is missing.
    """
    try:
        rows = every_row(data)
        made = as_text({"trained_on": fingerprints(data), **train(rows)})
    except (UnusableRows, NoTrainer) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    out.write_text(made, "utf-8")
    click.echo(f"{out}: {len(made) / 1e6:.2f} MB, from {len(rows):,} replies.")


def as_text(made: dict[str, Any]) -> str:
    """Return weights as the text of their file: one feature a line, so that changes show."""
    head = {"licence": LICENCE, "notice": NOTICE, **made}
    pairs = head.pop("weights")
    lines = (f"{json.dumps(name, ensure_ascii=False)}:[{a},{b}]" for name, (a, b) in pairs.items())
    top = json.dumps(head, ensure_ascii=False, indent=0)
    return f'{top[:-2]},\n"weights":{{\n' + ",\n".join(lines) + "\n}}\n"
