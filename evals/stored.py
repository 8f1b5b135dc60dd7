"""Runs kept in a file, to be compared with later ones, shown, or judged again."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from evals.played import Played, PlayedStep
from evals.results import Result
from evals.scenario import Unusable

FORM = 1


@dataclass(frozen=True)
class Kept:
    """A scenario's runs as they were judged then."""

    name: str
    title: str
    file: str
    covers: tuple[str, ...]
    passed: bool
    why: list[str]
    runs: list[Played]

    @property
    def replies(self) -> list[str]:
        """What the guest heard in the first run, step by step."""
        return replies(self.runs[0].steps) if self.runs else []


@dataclass(frozen=True)
class Outcome:
    """What `--json` writes; `form` is the version of this shape."""

    form: int
    passed: int
    failed: int
    scenarios: list[Kept]

    @property
    def by_name(self) -> dict[str, Kept]:
        """The scenarios by their names."""
        return {each.name: each for each in self.scenarios}


_FILE = TypeAdapter(Outcome)


def outcome(results: Sequence[Result]) -> Outcome:
    """Gather results as they are kept."""
    passed = sum(result.passed for result in results)
    kept = [
        Kept(
            name=result.scenario.name,
            title=result.scenario.title,
            file=str(result.scenario.file),
            covers=result.scenario.covers,
            passed=result.passed,
            why=result.why,
            runs=[attempt.played for attempt in result.attempts],
        )
        for result in results
    ]
    return Outcome(FORM, passed, len(results) - passed, kept)


def write(file: Path, results: Sequence[Result]) -> None:
    """Keep results in a file, as JSON."""
    file.write_bytes(_FILE.dump_json(outcome(results), indent=1) + b"\n")


def read(file: Path) -> Outcome:
    """Read what `write` has kept.

    Raises:
        Unusable: it is no outcome of a run.
    """
    try:
        return _FILE.validate_json(file.read_bytes())
    except OSError as error:
        raise Unusable([f"{file}: it cannot be read ({error.strerror})."]) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        why = f"{file}: this is no outcome of a run ({place}: {first['msg']})"
        raise Unusable([f"{why}; make one with --json {file.name}."]) from error


def replies(steps: Sequence[PlayedStep]) -> list[str]:
    """Return what the guest heard, step by step."""
    return ["\n".join(each.heard) for each in steps]
