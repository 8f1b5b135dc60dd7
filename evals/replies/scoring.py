"""The figures of some predictions; of what no row says there is none."""

from collections.abc import Callable, Sequence
from typing import Any

from evals.replies.predicting import Predicted
from evals.replies.rows import DEFERRALS, LABELS, Row

REAL_OFFERS = frozenset({"offer_intent", "alt_offer"})
Pair = tuple[Row, Predicted]


def figures(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return how well rows were read; the costly error first looked for is a no taken as a yes.

    `accuracy`, `decline_as_accept` and the like are shares of the rows that say what is right.
    """
    labelled = [pair for pair in pairs if pair[0].label is not None]
    found: dict[str, Any] = {
        "n": len(pairs),
        "labelled": len(labelled),
        "accuracy": _share(labelled, _is_right),
        "classes": _classes(labelled, LABELS, lambda row: row.label, lambda said: said.label),
        "decline_as_accept": _declines_accepted(labelled),
        "decline_as_accept_on_offers": _declines_accepted(
            [pair for pair in labelled if pair[0].kind in REAL_OFFERS]
        ),
        "unclear": _share(pairs, _is_unclear),
        "kinds": {kind: _of_kind(labelled, kind) for kind in _kinds(labelled)},
    }
    put_off = [pair for pair in pairs if pair[0].deferral is not None]
    if put_off:
        found["deferral"] = {
            "n": len(put_off),
            "accuracy": _share(put_off, lambda row, said: row.deferral == said.deferral),
            "classes": _classes(
                put_off, DEFERRALS, lambda row: row.deferral, lambda said: said.deferral
            ),
        }
    return found


def confusion(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """Return how many rows of each label were read as what, finely."""
    table: dict[str, dict[str, int]] = {label: {} for label in LABELS}
    for row, said in pairs:
        if row.label is not None:
            table[row.label][said.reading] = table[row.label].get(said.reading, 0) + 1
    return {label: dict(sorted(found.items())) for label, found in table.items()}


def disputed(pairs: Sequence[Pair]) -> list[str]:
    """Return the rows, by id, that somebody labelled a no and that were read as a yes."""
    return [row.id for row, said in pairs if row.label == "decline" and said.label == "accept"]


def _is_right(row: Row, said: Predicted) -> bool:
    return row.label == said.label


def _is_unclear(row: Row, said: Predicted) -> bool:
    return said.reading == "unclear"


def _kinds(pairs: Sequence[Pair]) -> list[str]:
    return sorted({row.kind for row, _ in pairs})


def _of_kind(pairs: Sequence[Pair], kind: str) -> dict[str, Any]:
    mine = [pair for pair in pairs if pair[0].kind == kind]
    return {
        "n": len(mine),
        "accuracy": _share(mine, _is_right),
        "decline_as_accept": _declines_accepted(mine),
        "unclear": _share(mine, _is_unclear),
    }


def _declines_accepted(pairs: Sequence[Pair]) -> float | None:
    declines = [pair for pair in pairs if pair[0].label == "decline"]
    return _share(declines, lambda row, said: said.label == "accept")


def _share(pairs: Sequence[Pair], holds: Callable[[Row, Predicted], bool]) -> float | None:
    if not pairs:
        return None
    return round(sum(holds(*pair) for pair in pairs) / len(pairs), 4)


def _classes(
    pairs: Sequence[Pair],
    names: Sequence[str],
    truth: Callable[[Row], str | None],
    guess: Callable[[Predicted], str | None],
) -> dict[str, dict[str, float | int | None]]:
    table = {}
    for name in names:
        right = sum(truth(row) == guess(said) == name for row, said in pairs)
        count = sum(truth(row) == name for row, _ in pairs)
        guessed = sum(guess(said) == name for _, said in pairs)
        table[name] = {
            "precision": _ratio(right, guessed),
            "recall": _ratio(right, count),
            "f1": _ratio(2 * right, count + guessed),
            "n": count,
        }
    return table


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
