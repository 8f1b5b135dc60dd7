"""What is told of the mutants: a table of rules, the survivors, the score."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from evals.mutating.judging import End, Verdict
from evals.mutating.mutant import Mutant
from evals.mutating.protecting import ROOT

KILLS = (End.KILLED, End.TIMED_OUT)
NO_RULE = "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """All verdicts, and the reasons why some mutants were not tried."""

    verdicts: Sequence[Verdict]
    equivalent: Mapping[str, str]
    seconds: float
    worked: float = 0.0  # by all cores together: the same on a busy machine

    def of(self, *ends: End) -> list[Verdict]:
        """Return those that ended so, in the order of the files."""
        found = [each for each in self.verdicts if each.end in ends]
        return sorted(found, key=lambda each: (each.mutant.file, each.mutant.line))

    @property
    def score(self) -> float:
        """The share of mutants that were noticed; 0 if none could be tried."""
        tried = len(self.of(*KILLS, End.SURVIVED))
        return len(self.of(*KILLS)) / tried if tried else 0.0


def table(outcome: Outcome) -> Table:
    """Count mutants, killed ones and survivors by the rules they name; one may name several."""
    tried, killed = Counter[str](), Counter[str]()
    for each in outcome.of(*KILLS, End.SURVIVED):
        rules = each.mutant.rules or (NO_RULE,)
        tried.update(rules)
        killed.update(rules if each.end in KILLS else ())
    made = Table("rule", "mutants", "killed", "survived")
    for rule in sorted(tried, key=_in_order):
        left = tried[rule] - killed[rule]
        made.add_row(rule, str(tried[rule]), str(killed[rule]), str(left or ""))
    return made


def _in_order(rule: str) -> tuple[bool, str, int]:
    return rule == NO_RULE, rule[0], int(rule[1:]) if rule[1:].isdigit() else 0


def where(mutant: Mutant) -> str:
    """Name the place of a mutant, from the root."""
    file = Path(mutant.file)
    return f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}:{mutant.line}"


def told(verdict: Verdict) -> str:
    """Tell of one mutant as a change, and what was run."""
    mutant = verdict.mutant
    rules = " ".join(mutant.rules) or "names no rule"
    ran = f"killed by {verdict.by}" if verdict.by else f"{verdict.ran} tests and scenarios ran"
    return (
        f"{where(mutant)}  {mutant.place}  [{rules}]  {ran}\n"
        f"    - {mutant.before}\n    + {mutant.after}"
    )


def summary(outcome: Outcome) -> str:
    """Write the last line."""
    killed, survived = outcome.of(*KILLS), outcome.of(End.SURVIVED)
    late = len(outcome.of(End.TIMED_OUT))
    by_clock = f" ({late} by time-out)" if late else ""
    return (
        f"{len(killed) + len(survived)} mutants: {len(killed)} killed{by_clock}, "
        f"{len(survived)} survived, score {outcome.score:.1%}; besides, "
        f"{len(outcome.equivalent)} equivalent, {len(outcome.of(End.INERT))} inert; "
        f"in {outcome.seconds:.0f} s, {outcome.worked:.0f} s of work"
    )


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return what `--json` writes."""
    return {
        "score": outcome.score,
        "seconds": outcome.seconds,
        "worked": outcome.worked,
        "mutants": [
            {
                "key": each.mutant.key,
                "where": where(each.mutant),
                "rules": list(each.mutant.rules),
                "before": each.mutant.before,
                "after": each.mutant.after,
                "end": each.end,
                "by": each.by,
                "ran": each.ran,
                "seconds": round(each.seconds, 2),
            }
            for each in outcome.verdicts
        ],
        "equivalent": dict(outcome.equivalent),
    }
