"""What changed between two moments: rows that came, rows that went, fields that are another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from evals.matching import Row, alike
from evals.played import TABLES, Seen

Pair = tuple[Row | None, Row | None]


@dataclass(frozen=True, slots=True)
class Change:
    """A row before and after; None: it was not there, or is not any more."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The fields that are another now, with what they were and are; nothing and no are one."""
        before, after = self.before or {}, self.after or {}
        pairs = {name: (before.get(name), after.get(name)) for name in {**before, **after}}
        return {name: (a, b) for name, (a, b) in pairs.items() if (a or b) and a != b}


def changes(before: Seen, after: Seen) -> list[Change]:
    """Return every change but new decisions, table by table."""
    found = [
        Change(table, old, new)
        for table in TABLES
        if table not in ("decisions", "texts")  # told as what they are: below, and as bubbles
        for old, new in _pairs(before.rows.get(table, []), after.rows.get(table, []))
    ]
    for table in ("contact", "conversation"):
        old, new = getattr(before, table), getattr(after, table)
        for who in new:
            known = old.get(who, dict.fromkeys(new[who]))
            found.append(Change(table, {**known, "guest": who}, {**new[who], "guest": who}))
    found.append(Change("money", _money(before), _money(after)))
    return [each for each in found if each.fields]


def new_decisions(before: Seen, after: Seen) -> list[Row]:
    """Return the decisions that were not there before."""
    known = list(before.rows["decisions"])
    fresh: list[Row] = []
    for row in after.rows["decisions"]:
        if row in known:
            known.remove(row)
        else:
            fresh.append(row)
    return fresh


def nearest(left: Sequence[Row], right: Sequence[Row], least: float = 0.5) -> list[Pair]:
    """Pair rows that look most alike; rows that are alike in less than `least` stay alone.

    What counts are the fields of the left row: 1.0 if the right one has them all.
    """
    every = product(range(len(left)), range(len(right)))
    likeness = sorted((-_likeness(left[i], right[j]), i, j) for i, j in every)
    of: dict[int, int] = {}
    for less, i, j in likeness:
        if -less >= least and i not in of and j not in of.values():
            of[i] = j
    alone = [row for j, row in enumerate(right) if j not in of.values()]
    paired = [(row, right[of[i]] if i in of else None) for i, row in enumerate(left)]
    return [*paired, *((None, row) for row in alone)]


def _pairs(before: Sequence[Row], after: Sequence[Row]) -> list[Pair]:
    left, right = list(before), []
    for row in after:
        if row in left:
            left.remove(row)
        else:
            right.append(row)
    return nearest(left, right)


def _likeness(left: Row, right: Row) -> float:
    if left.get("guest", right.get("guest")) != right.get("guest"):
        return 0.0
    if any(left.get(name, right.get(name)) != right.get(name) for name in ("stay", "kind")):
        return 0.0
    same = sum(name in right and alike(value, right[name]) for name, value in left.items())
    known = 0.5 if "kind" in left and "stay" in right else 0.0  # of its kind a stay has one
    return max(same / len(left), known) if left else 0.0


def _money(seen: Seen) -> Row:
    return {"charges": seen.charges, "money_taken": seen.money_taken}
