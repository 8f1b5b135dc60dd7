"""A folder of files of one kind, each read again when it changed on disk."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from prompts.document import Finding

T = TypeVar("T")
Reader = Callable[[str, str], tuple[T | None, list[Finding]]]
Stamp = tuple[int, int] | None

log = structlog.get_logger(__name__)


class PromptError(Exception):
    """There are no usable words of that name, or a value they need is missing."""


class Shelf(Generic[T]):
    """The files of one folder by name.

    `read` turns a name and a file's text into a value, or into what is wrong with it.
    `fits` says what keeps a new version from replacing the one in use.
    """

    def __init__(
        self,
        folder: Path,
        kind: str,
        read: Reader[T],
        fits: Callable[[T, T], list[Finding]] = lambda old, new: [],
    ) -> None:
        self._folder, self._kind, self._read, self._fits = folder, kind, read, fits
        self._seen: dict[str, Stamp] = {}
        self._good: dict[str, T] = {}
        self._wrong: dict[str, list[Finding]] = {}

    def names(self) -> list[str]:
        """List what the folder holds now."""
        return sorted(file.stem for file in self._folder.glob("*.md"))

    def get(self, name: str) -> T:
        """Give the newest good version; raises PromptError when there never was one."""
        stamp = _stamp(self._file(name))
        if stamp is None and name not in self._seen:
            raise PromptError(f"there is no {self._kind} called {name!r}")
        if stamp != self._seen.get(name):
            self._load(name, stamp)
        if name not in self._good:
            line, message = self._wrong[name][0]
            raise PromptError(f"{self._kind} {name!r} is broken: {message} (line {line})")
        return self._good[name]

    def _load(self, name: str, stamp: Stamp) -> None:
        self._seen[name] = stamp
        try:
            value, found = self._read(name, self._file(name).read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            value, found = None, [Finding(1, f"the file cannot be read: {error}")]
        if value is not None and name in self._good:
            found = self._fits(self._good[name], value)
        if value is not None and not found:
            self._good[name] = value
            return
        self._wrong[name] = found
        for line, message in found:
            log.warning("prompts.broken", file=str(self._file(name)), line=line, problem=message)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.md"


def _stamp(file: Path) -> Stamp:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
