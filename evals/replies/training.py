"""Training the reader: a logistic regression over what `agent.reader.features` names.

Deterministic: the same rows make the same weights. scikit-learn is a development dependency and
is imported only here, when something is trained.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.reader.features import features
from agent.reader.heard import Heard, listen
from agent.reader.read import PhraseReader
from agent.reader.weights import SCALE, Weights
from agent.words import plain_words
from evals.replies.rows import LABELS, Row

STRENGTH = 0.1  # of the weights: less is more cautious (scikit-learn's C)
SEEN = 3  # a feature must be in so many rows
TRADES = 3  # a word must be known in so many trades, or it is one of a trade's own
MATTERS = 3  # of 200: a weight below it is left out
ANSWERED_BARE = frozenset({"offer_intent", "alt_offer", "req_more"})  # a no without its question
_MARKS = re.compile(r"[.,!?']")
_RULES = PhraseReader()


class NoTrainer(Exception):
    """Nothing can be trained here; says what is missing."""


@dataclass(frozen=True, slots=True)
class Example:
    """A row as it is heard, and how much it counts."""

    row: Row
    heard: Heard
    meaning: Any
    counts: float = 1.0


def examples(rows: Iterable[Row]) -> Iterator[Example]:
    """Hear rows as they are, typed without marks, and some without what was asked."""
    for row in rows:
        counts = _counts(row)
        yield example(row, counts)
        bare = _MARKS.sub("", row.user).lower()
        if bare != row.user:
            yield example(replace(row, user=bare), counts * 0.3)
        if row.label != "other" and row.kind in ANSWERED_BARE:
            yield example(replace(row, system=""), counts * 0.2)


def example(row: Row, counts: float = 1.0) -> Example:
    """Hear one row, as the rules do where nothing is live."""
    words = plain_words(row.user, row.system)
    meaning = _RULES.read(row.user, last_said=row.system).meaning
    return Example(row, listen(words, (), row.system, False), meaning, counts)


def _counts(row: Row) -> float:
    if row.kind.startswith("invented"):
        return 0.6
    return 0.5 if row.deferral else 1.0


def known_words(heard: Sequence[Example]) -> frozenset[str]:
    """Return the words that several trades use: they are how people talk, not about what."""
    trades: defaultdict[str, set[str]] = defaultdict(set)
    rows: Counter[str] = Counter()
    for each in heard:
        for word in set(each.heard.words.split()):
            trades[word].add(each.row.service.split("_")[0])
            rows[word] += 1
    return frozenset(
        word
        for word, where in trades.items()
        if len(where) >= TRADES and rows[word] > TRADES and not word[0].isdigit()
    )


def train(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the weights for some rows, as a file holds them.

    Raises:
        NoTrainer: scikit-learn is not installed.
    """
    heard = list(examples(sorted(rows, key=lambda row: (row.id, row.user, row.system))))
    known = known_words(heard)
    every = [sorted(features(each.heard, each.meaning, known)) for each in heard]
    often = Counter(name for each in every for name in each)
    names = sorted(name for name, count in often.items() if count >= SEEN)
    columns = {name: n for n, name in enumerate(names)}
    fitted = _fit(
        [[columns[name] for name in each if name in columns] for each in every],
        [each.row.label for each in heard],
        [each.counts for each in heard],
        len(names),
    )
    kept: dict[str, list[int]] = {}
    for name, column in columns.items():
        pair = [round((fitted[n][column] - fitted[2][column]) * SCALE) for n in range(2)]
        if max(map(abs, pair)) >= MATTERS:
            kept[name] = pair
    return {"known": " ".join(sorted(known)), "weights": kept}


def _fit(every: list[list[int]], labels: list[Any], counts: list[float], width: int) -> Any:
    try:
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise NoTrainer("Training needs scikit-learn: run `make install`.") from error
    starts = [0]
    for each in every:
        starts.append(starts[-1] + len(each))
    cells = [column for each in every for column in each]
    matrix = csr_matrix(([1.0] * len(cells), cells, starts), shape=(len(every), width))
    model = LogisticRegression(C=STRENGTH, max_iter=3000, tol=1e-4)
    model.fit(matrix, labels, sample_weight=counts)
    assert tuple(model.classes_) == LABELS
    return model.coef_.tolist()


def trained(rows: Sequence[Row]) -> Weights:
    """Return the weights for some rows, ready to use."""
    return Weights.of(train(rows))
