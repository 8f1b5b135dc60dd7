"""What has changed since an earlier run: newly failing, newly passing, other words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.report import replies
from evals.runner import Result
from evals.scenario import Unusable


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of scenarios, by what has changed; `words` has what was said before and now."""

    failing: list[str]
    passing: list[str]
    words: dict[str, list[tuple[str, str]]]
    added: list[str]


def read(file: Path) -> dict[str, dict[str, object]]:
    """Read what `--json` has written, by scenario.

    Raises:
        Unusable: it is no outcome of a run.
    """
    try:
        outcome = json.loads(file.read_text("utf-8"))
        return {each["name"]: each for each in outcome["scenarios"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"{file}: this is no outcome of a run ({error}); make one with --json {file.name}."
        raise Unusable([why]) from error


def compare(before: dict[str, dict[str, object]], results: Sequence[Result]) -> Changes:
    """Compare a run with an earlier one; only scenarios of both are said to have changed."""
    known = [each for each in results if each.scenario.name in before]
    was = {each.scenario.name: before[each.scenario.name] for each in known}
    words = {}
    for each in known:
        name = each.scenario.name
        old, new = was[name].get("replies"), replies(each)
        if isinstance(old, list) and old != new:
            words[name] = [pair for pair in _paired(old, new) if pair[0] != pair[1]]
    return Changes(
        failing=[e.scenario.name for e in known if was[e.scenario.name]["passed"] and not e.passed],
        passing=[e.scenario.name for e in known if e.passed and not was[e.scenario.name]["passed"]],
        words=words,
        added=[e.scenario.name for e in results if e.scenario.name not in before],
    )


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


def _paired(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    longest = max(len(old), len(new))
    return list(
        zip(
            [*old, *[""] * (longest - len(old))],
            [*new, *[""] * (longest - len(new))],
            strict=True,
        )
    )
