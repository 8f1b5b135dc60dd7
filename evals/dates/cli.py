"""`jirani eval dates`: the command."""

import json
from pathlib import Path

import click

from evals.commands import UNUSABLE
from evals.dates.gold import Marked, is_day, marked
from evals.dates.predicting import named_in, values_of
from evals.dates.rows import Row, rows_of
from evals.dates.score import Score, right_alone, share
from evals.scenario import Unusable

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("dates")
@click.argument("file", type=_FILE, metavar="FILE")
@click.option("--predictions", type=_FILE, help="Write what was read of each row, as JSON lines.")
@click.option("--model", metavar="NAME", help="Put a model behind; there is none for days yet.")
@click.option("--wrong", is_flag=True, help="Tell on standard error which rows were not exact.")
def command(file: Path, predictions: Path | None, model: str | None, wrong: bool) -> None:
    """Read the days and times in the texts of FILE, and print how many are right, as JSON.

    FILE holds JSON lines, plain or in gzip, in the formats of SGD bookings, NLU++ or
    Recognizers-Text: `user` is the text, `ref` or `ref_date` (and `ref_time`) when it was said.

    A row is exact if the set of values read equals the set marked: days as 2026-11-20, times as
    14:00, both ends of a range. Of a phrase with several readings (past or coming, morning or
    evening) any is right. Where a marked phrase has no value, what is read there is not judged.

    Ends with 2 if the file cannot be used.
    """
    try:
        if model:
            raise Unusable([f"--model {model}: no model is asked about days and times yet."])
        rows = rows_of(file)
        told = _told(rows, predictions, wrong=wrong)
    except Unusable as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    click.echo(json.dumps(told))


def _told(rows: list[Row], predictions: Path | None, *, wrong: bool) -> dict[str, object]:
    whole, holding, alone = Score(), Score(), _Alone()
    lines = []
    for row in rows:
        phrases = marked(row)
        known = [each for each in phrases if each.readings]
        everything, judged = _read(row, [each for each in phrases if not each.readings])
        lines.append(json.dumps({"id": row.id, "values": everything}))
        exact = whole.add(judged, known)
        if known:
            holding.add(judged, known)
        for each in known:
            alone.add(row, each, wrong=wrong)
        if wrong and not exact:
            _complain(row, row.text, judged, known)
    if predictions:
        _write(predictions, lines)
    return {
        **whole.told(),
        "with_values": holding.told(),
        "slots": whole.by_slot(),
        "phrases": alone.told(),
    }


def _read(row: Row, unresolved: list[Marked]) -> tuple[list[str], frozenset[str]]:
    everything: dict[str, None] = {}
    judged: set[str] = set()
    for named in named_in(row.text, row):
        values = values_of(named, row)
        everything.update(dict.fromkeys(values))
        if not any(named.start < each.end and each.start < named.end for each in unresolved):
            judged.update(values)
    return list(everything), frozenset(judged)


class _Alone:
    """The marked phrases, each read by itself."""

    def __init__(self) -> None:
        self.counts = {"dates": [0, 0], "times": [0, 0], "both": [0, 0]}

    def add(self, row: Row, phrase: Marked, *, wrong: bool) -> None:
        kinds = {is_day(value) for reading in phrase.readings for value in reading}
        kind = "both" if len(kinds) > 1 else "dates" if kinds == {True} else "times"
        said = [
            value
            for named in named_in(phrase.phrase, row, time_asked=kind == "times")
            for value in values_of(named, row)
        ]
        right = right_alone(said, phrase)
        self.counts[kind][0] += 1
        self.counts[kind][1] += right
        if wrong and not right:
            _complain(row, phrase.phrase, frozenset(said), [phrase], " alone")

    def told(self) -> dict[str, dict[str, object]]:
        return {
            kind: {"n": n, "right": share(right, n)} for kind, (n, right) in self.counts.items()
        }


def _complain(
    row: Row, text: str, read: frozenset[str], known: list[Marked], how: str = ""
) -> None:
    wanted = [[sorted(reading) for reading in each.readings] for each in known]
    click.echo(f"{row.id}{how}: {text!r} is read as {sorted(read)}, marked {wanted}", err=True)


def _write(file: Path, lines: list[str]) -> None:
    try:
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise Unusable([f"{file}: cannot be written: {error.strerror}"]) from error
