"""What has changed since an earlier run: newly failing, newly passing, other words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from evals.results import Result
from evals.stored import Outcome, replies


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of scenarios, by what has changed; `words` has what was said before and now."""

    failing: list[str]
    passing: list[str]
    words: dict[str, list[tuple[str, str]]]
    added: list[str]


def compare(before: Outcome, results: Sequence[Result]) -> Changes:
    """Compare a run with an earlier one; only scenarios of both are said to have changed."""
    was = before.by_name
    changes = Changes([], [], {}, [])
    for each in results:
        name = each.scenario.name
        if name not in was:
            changes.added.append(name)
            continue
        if was[name].passed != each.passed:
            (changes.passing if each.passed else changes.failing).append(name)
        now = replies(each.attempts[0].played.steps)
        pairs = list(zip_longest(was[name].replies, now, fillvalue=""))
        if other := [pair for pair in pairs if pair[0] != pair[1]]:
            changes.words[name] = other
    return changes


def told(changes: Changes) -> str:
    """Say what has changed, in lines."""
    lines = [f"newly failing: {name}" for name in changes.failing]
    lines += [f"newly passing: {name}" for name in changes.passing]
    lines += [f"new here: {name}" for name in changes.added]
    for name, pairs in changes.words.items():
        lines.append(f"other words: {name}")
        for old, new in pairs:
            lines += [f"  - {old or '(nothing)'}", f"  + {new or '(nothing)'}"]
    return "\n".join(lines) or "Nothing has changed since the baseline."
