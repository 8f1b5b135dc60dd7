"""What simulated runs tell: a line a persona, each failure with its conversation, the voided apart.

A voided run is the simulator's fault: it counts neither as passed nor as failed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from pydantic import TypeAdapter

from evals.report import transcript
from evals.simulating.conversing import Run
from evals.simulating.persona import Persona

MOST_VOIDED = 0.05  # of all runs: with more, the simulator says nothing about the product


@dataclass(frozen=True, slots=True)
class Told:
    """All runs of a persona."""

    persona: Persona
    runs: tuple[Run, ...]

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(run.passed for run in self.runs)

    @property
    def voided(self) -> int:
        """How many were the simulator's fault."""
        return sum(bool(run.voided) for run in self.runs)

    @property
    def failed(self) -> list[Run]:
        """The runs in which the product failed."""
        return [run for run in self.runs if run.why]


def line(told: Told, width: int) -> str:
    """Write a persona's line of the table."""
    mark = click.style("FAIL", fg="red") if told.failed else click.style("pass", fg="green")
    judged = len(told.runs) - told.voided
    seconds = sum(run.played.seconds for run in told.runs)
    covers = " ".join(told.persona.covers)
    return (
        f"{mark}  {told.persona.name:{width}}  {told.passed:>3} of {judged:>3}"
        f"  {told.voided:>2} voided  {seconds:6.1f} s  {covers}"
    )


def failures(told: Told) -> Iterator[str]:
    """Explain each failure: what was wanted, what happened, and the conversation."""
    for run in told.failed:
        head = click.style(f"{run.persona} [{run.seed}]: {told.persona.title}", bold=True)
        reasons = [f"  - {why}" for why in run.why]
        yield "\n".join([head, *reasons, "", transcript(run.played)])


def voided(told: Told) -> Iterator[str]:
    """Tell of the simulator's own faults."""
    for run in told.runs:
        for fault in run.voided:
            yield f"  {run.persona} [{run.seed}]: {fault}"


def summary(every: Sequence[Told], seconds: float) -> str:
    """Write the last line."""
    runs = [run for told in every for run in told.runs]
    void = sum(told.voided for told in every)
    passed, failed = sum(told.passed for told in every), sum(len(told.failed) for told in every)
    wrong = sum(bool(run.wrong) for run in runs if not run.voided)
    share = passed / (len(runs) - void) if len(runs) > void else 0.0
    return (
        f"{len(every)} personas, {len(runs)} conversations: {passed} passed ({share:.1%}), "
        f"{failed} failed, {wrong} of them with something nobody wanted, {void} voided, "
        f"in {seconds:.1f} s"
    )


def too_many_voided(every: Sequence[Told]) -> bool:
    """Tell whether the simulator was wrong too often for the rest to be believed."""
    runs = sum(len(told.runs) for told in every)
    return sum(told.voided for told in every) > MOST_VOIDED * runs


def write(file: Path, every: Sequence[Told]) -> None:
    """Keep every run in a file, as JSON: its conversation, its rows, and what came of it."""
    runs = [run for told in every for run in told.runs]
    file.write_bytes(TypeAdapter(list[Run]).dump_json(runs, indent=1) + b"\n")
