"""What an import answers: everything that is wrong, or what it changed."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Refused(Exception):
    """Bad input; `errors` names everything wrong with it and what to do. Nothing was written."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(slots=True)
class Report:
    """What an import did, or on a dry run would do, by the names people use.

    `ignored` are columns of the file that mean nothing here.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    ignored: tuple[str, ...] = ()

    def note(self, name: str, before: object, after: object) -> bool:
        """Count one entry, whose `before` is None if it is new; say whether it must be written."""
        same, new = before == after, before is None
        (self.unchanged if same else self.added if new else self.updated).append(name)
        return not same

    def __str__(self) -> str:
        """Say it in one line: `2 added, 1 updated, 6 unchanged`."""
        return (
            f"{len(self.added)} added, {len(self.updated)} updated, {len(self.unchanged)} unchanged"
        )


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Item]):
    """What a sound file asks for, and its columns that mean nothing here."""

    items: tuple[Item, ...]
    ignored: tuple[str, ...] = ()
