"""A simulated guest, read from its file and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.finding import find, shipped_in
from evals.scenario import Scenario, checked
from evals.simulating.complaining import complaints
from evals.simulating.facts import Facts, facts_of


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody writes: shares from 0 (never) to 1 (always), and habits."""

    typos: float = 0.1
    terse: float = 0.3
    bursts: float = 0.1
    polite: float = 0.5
    swahili: float = 0.0
    buttons: float = 0.2
    questions: float = 0.0
    opens_with: tuple[str, ...] = ()
    bare_numbers: bool = False


@dataclass(frozen=True, slots=True)
class Persona:
    """A guest with a fact sheet; `companion` is somebody who writes beside them."""

    name: str
    file: Path
    title: str
    covers: tuple[str, ...]
    language: str
    world: dict[str, Any]
    facts: Facts
    companion: Facts | None
    manner: Manner
    patience: int

    @property
    def scenario(self) -> Scenario:
        """The world it lives in, as a scenario in which nothing is scripted."""
        return Scenario(
            name=self.name,
            file=self.file,
            title=self.title,
            covers=self.covers,
            tags=(),
            language="en" if self.language == "mixed" else self.language,
            world=self.world,
            steps=(),
            expect={},
        )


def load(file: Path) -> Persona:
    """Read and check one persona.

    Raises:
        Unusable: with everything wrong, as `file:line: place: what, and what to do`.
    """
    data = checked(file, complaints)
    companion = data.get("companion")
    return Persona(
        name=file.stem,
        file=file,
        title=data["title"],
        covers=tuple(data["covers"]),
        language=data["language"],
        world=data.get("world", {}),
        facts=facts_of(data["facts"]),
        companion=facts_of(companion) if companion else None,
        manner=_manner(data.get("manner", {}), data["language"]),
        patience=data.get("patience", 14),
    )


def shipped() -> list[Path]:
    """Return the files of all personas that come with the product, by name."""
    return shipped_in("personas")


def choose(wanted: Iterable[str]) -> list[Persona]:
    """Load personas by name, file or pattern; all that there are if nothing is named.

    Raises:
        Unusable: with everything wrong in any of them, or a name nobody has.
    """
    return find("persona", wanted, shipped(), load)


def _manner(data: dict[str, Any], language: str) -> Manner:
    share = {"en": 0.0, "sw": 1.0, "mixed": 0.5}[language]
    return Manner(**{"swahili": share, **data, "opens_with": tuple(data.get("opens_with", ()))})
