"""`jirani eval replies`: how well people's replies are read."""

import json
from pathlib import Path

import click

from agent.reader import TrainedReader
from evals.commands import UNUSABLE
from evals.replies.corpora import DATA, every_row
from evals.replies.crossing import crossed
from evals.replies.predicting import Predicted, predict
from evals.replies.rows import Row, UnusableRows, read_rows
from evals.replies.scoring import confusion, disputed, figures
from evals.replies.second import NoModel, Second, second_reading
from evals.replies.training import NoTrainer


@click.command("replies")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.jsonl",
    help="Write what each reply was read as, one JSON object a line.",
)
@click.option("--model", help="A model that reads what the reader leaves unclear.")
@click.option(
    "--cross-validate",
    is_flag=True,
    help="Train anew for each tenth of the dialogues, on the others: needs scikit-learn.",
)
@click.option("--errors", is_flag=True, help="Tell which were misread, and list disputed ones.")
def replies(
    file: Path, predictions: Path | None, model: str | None, cross_validate: bool, errors: bool
) -> None:
    """Read the replies of a file of JSON lines, gzip or not, and print one JSON object.

    A line has at least "user", the reply; "system" is what it answers, "label" (accept, decline,
    other) and "deferral" (later, not_now, firm) what is right. Ends with 2 if the file cannot be
    used.
    """
    try:
        rows = read_rows(file)
        second = second_reading(model) if model else None
        pairs = _crossed(rows, second) if cross_validate else _read(rows, second)
        if predictions:
            _write(predictions, pairs)
    except (UnusableRows, NoTrainer, NoModel) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    found = figures(pairs)
    if errors:
        found |= {"confusion": confusion(pairs), "disputed": disputed(pairs)}
        found["misread"] = [_misread(row, said) for row, said in pairs if _wrong(row, said)]
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _read(rows: list[Row], second: Second | None) -> list[tuple[Row, Predicted]]:
    reader = TrainedReader()
    return [(row, predict(reader, row, second)) for row in rows]


def _crossed(rows: list[Row], second: Second | None) -> list[tuple[Row, Predicted]]:
    """Leave out a tenth of the dialogues at a time, of these rows and of what is trained on."""
    unlabelled = next((row for row in rows if row.label is None), None)
    if unlabelled:
        raise UnusableRows(f'To train on it each reply needs a "label"; {unlabelled.id} has none.')
    mine = {row.id for row in rows}
    return crossed(rows, [row for row in every_row(DATA) if row.id not in mine], second=second)


def _write(file: Path, pairs: list[tuple[Row, Predicted]]) -> None:
    lines = (json.dumps(said.as_json(), ensure_ascii=True) for _, said in pairs)
    try:
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise UnusableRows(f"{file} cannot be written: {error.strerror}.") from error


def _wrong(row: Row, said: Predicted) -> bool:
    label = row.label is not None and row.label != said.label
    return label or (row.deferral is not None and row.deferral != said.deferral)


def _misread(row: Row, said: Predicted) -> dict[str, object]:
    right = {"label": row.label, "deferral": row.deferral, "kind": row.kind}
    return {"id": row.id, "system": row.system, "user": row.user, **right, "read": said.as_json()}
