"""Cross-validation: every reply is read with weights that never saw its dialogue."""

from collections.abc import Callable, Iterator, Sequence
from zlib import crc32

from agent.reader import TrainedReader
from evals.replies.predicting import Predicted, Second, predict
from evals.replies.rows import Row
from evals.replies.training import trained

FOLDS = 10
Told = Callable[[Row], str]


def crossed(
    rows: Sequence[Row],
    beside: Sequence[Row] = (),
    told: Told | None = None,
    second: Second | None = None,
) -> list[tuple[Row, Predicted]]:
    """Predict each row by a reader trained on the rows of other groups, and on those `beside`.

    `told` names a row's group: its fold by dialogue unless told otherwise. A row beside takes part
    only where its group is not the one left out.
    """
    group = told or _fold
    read: dict[int, Predicted] = {}
    for left_out in sorted({group(row) for row in rows}):
        weights = trained([row for row in (*rows, *beside) if group(row) != left_out])
        reader = TrainedReader(weights)
        for index in _in(rows, group, left_out):
            read[index] = predict(reader, rows[index], second)
    return [(row, read[index]) for index, row in enumerate(rows)]


def _fold(row: Row) -> str:
    return f"{crc32(row.dialogue.encode('utf-8', 'replace')) % FOLDS:02}"


def _in(rows: Sequence[Row], group: Told, left_out: str) -> Iterator[int]:
    return (index for index, row in enumerate(rows) if group(row) == left_out)
