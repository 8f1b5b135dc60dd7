"""Runs written by hand: what the report is made of, without playing anything."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

from evals.played import Played, PlayedStep, Row, Seen
from evals.results import Attempt, Result
from evals.scenario import Scenario, load
from tools.turn import Called

NOON = "2026-11-21T12:00"


def booked(service: str = "Manicure", **other: Any) -> Row:
    """A row of an appointment."""
    usual = {
        "service": service,
        "staff": "Amina",
        "start": "2026-11-22T14:00",
        "end": "2026-11-22T14:45",
        "status": "confirmed",
        "price": Decimal("1200.00"),
        "source": "chat",
        "guest": "guest",
    }
    return {**usual, **other}


def decided(guard: str, **other: Any) -> Row:
    """A row of a refusal."""
    usual = {
        "guard": guard,
        "stage": "acceptance",
        "allowed": False,
        "reason": "slot_taken",
        "subject": "01M7YHX300V3RS3DTR98H6BCFR",
        "facts": {"start": "2026-11-22 11:00:00+00:00", "service": "01KDVDNA00R84P57VFQVC2R1YF"},
        "at": datetime(2026, 11, 21, 8, 0, 3, tzinfo=UTC),
    }
    return {**usual, **other}


def seen(**rows: list[Row]) -> Seen:
    """A world with these rows."""
    world = Seen(at=NOON)
    world.rows.update(rows)
    return world


def says(text: str, *heard: str, **other: Any) -> PlayedStep:
    """A step in which the guest says something."""
    step = PlayedStep("guest", "guest", text, None, f"guest: {text}", list(heard), [], [], seen())
    return replace(step, **other)


def called(name: str, allowed: bool = True, reason: str = "clear", **arguments: Any) -> Called:
    """A tool call."""
    return Called(name, arguments, allowed, reason, 1.5)


def written(folder: Path, text: str, name: str = "a-scenario") -> Scenario:
    """Read a scenario from its text."""
    file = folder / f"{name}.yaml"
    file.write_text(dedent(text), "utf-8")
    return load(file)


def result(scenario: Scenario, *runs: list[PlayedStep], broke: str = "") -> Result:
    """Judge runs of a scenario, each with the next seed."""
    played = [Played(seed, seen(), steps, broke) for seed, steps in enumerate(runs)]
    return Result(scenario, tuple(Attempt.of(scenario, each) for each in played))
