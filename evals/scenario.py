"""A scripted conversation, read from its file and checked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from evals.complaints import Complaint, complaints
from evals.reading import Text, UnreadableError, read

GUEST = "guest"
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Unusable(Exception):
    """Scenarios that cannot be run; `errors` says where, what, and what to do."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(self.errors)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens: its kind (`guest`, `time_passes`, ...), and what must follow."""

    kind: str
    value: Any
    who: str = GUEST
    key: str | None = None
    expect: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A conversation with the world it happens in; `name` is its file's, without the ending."""

    name: str
    file: Path
    title: str
    covers: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    world: dict[str, Any]
    steps: tuple[Step, ...]
    expect: dict[str, Any]
    over: dict[str, dict[str, Any]] = field(default_factory=dict)


def variants(scenario: Scenario) -> list[Scenario]:
    """Return a scenario, and what it is over each property-management system it names.

    Such a one is called `name@pms`; it may expect something else, list by list: at the end, or of
    a step, which is named by its number.
    """
    others = [
        replace(
            scenario,
            name=f"{scenario.name}@{pms}",
            title=f"{scenario.title} ({pms})",
            tags=(*scenario.tags, pms),
            world={**scenario.world, "pms": pms},
            steps=tuple(
                replace(step, expect={**step.expect, **but.get("turns", {}).get(str(number), {})})
                for number, step in enumerate(scenario.steps, start=1)
            ),
            expect={**scenario.expect, **but.get("expect", {})},
            over={},
        )
        for pms, but in scenario.over.items()
    ]
    return [scenario, *others]


def load(file: Path) -> Scenario:
    """Read and check one scenario.

    Raises:
        Unusable: with everything wrong, as `file:line: place: what, and what to do`.
    """
    data = checked(file, complaints)
    return Scenario(
        name=file.stem,
        file=file,
        title=data["title"],
        covers=tuple(data["covers"]),
        tags=tuple(data.get("tags", ())),
        language=data["language"],
        world=data.get("world", {}),
        steps=tuple(_step(each) for each in data["turns"]),
        expect=data.get("expect", {}),
        over=data.get("over", {}),
    )


def checked(file: Path, complaints: Callable[[Text], Iterable[Complaint]]) -> Any:
    """Read a YAML file that nothing has to be said against; raises Unusable with all there is."""
    try:
        text = read(file.read_text("utf-8-sig"))
    except UnreadableError as error:
        raise Unusable([f"{file}:{error.line}: this is no YAML: {error}; correct it."]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable([f"{file}: it cannot be read ({error}); save it as UTF-8 text."]) from error
    if found := sorted(set(complaints(text))):
        raise Unusable([f"{file}:{each.line}: {each.message}" for each in found])
    return text.data


def _step(data: dict[str, Any]) -> Step:
    beside = {"as", "stay", "key", "expect"}
    kind = next(name for name in data if name not in beside)
    who = data.get("as") or data.get("stay", GUEST)
    return Step(kind, data[kind], who, data.get("key"), data.get("expect", {}))


def duration(text: str) -> timedelta:
    """Read `1h 30m` as the schema allows it."""
    parts = {_UNITS[part[-1]]: int(part[:-1]) for part in text.split()}
    return timedelta(**parts)
