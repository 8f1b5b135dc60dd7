"""Scenarios and personas by name, file or glob; and what somebody may have meant."""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatch
from glob import glob
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from rapidfuzz import process

from evals.scenario import Unusable

ENDINGS = (".yaml", ".yml")
ALIKE = 50  # of 100: how alike a name must be to be what was meant

Loaded = TypeVar("Loaded")


def shipped_in(folder: str) -> list[Path]:
    """Return the files that come with the product in a folder, by name."""
    return sorted(Path(str(files("evals").joinpath(folder))).glob("*.yaml"))


def find(
    what: str, wanted: Iterable[str], known: Sequence[Path], load: Callable[[Path], Loaded]
) -> list[Loaded]:
    """Load the wanted files, all the known ones if nothing is named; each once.

    Raises:
        Unusable: with everything wrong in any of them, or a name nobody has.
    """
    words = list(wanted)
    chosen: list[Path] = [] if words else list(known)
    errors: list[str] = []
    for word in words:
        found = files_of(word, known)
        chosen += found
        if not found:
            errors.append(nobody(what, word, [file.stem for file in known]))
    loaded = []
    for file in dict.fromkeys(chosen):
        try:
            loaded.append(load(file))
        except Unusable as error:
            errors += error.errors
    if errors:
        raise Unusable(sorted(errors))
    return loaded


def nobody(what: str, word: str, known: Iterable[str]) -> str:
    """Say that there is nothing of this name, and what may have been meant."""
    names = sorted(known)
    near = process.extractOne(word, names, score_cutoff=ALIKE)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}."
    return f"There is no {what} {word!r}; {hint}"


def files_of(word: str, known: Sequence[Path]) -> list[Path]:
    """Return the files that a name, a pattern or a path means."""
    named = [file for file in known if fnmatch(file.stem, word)]
    if named or not word.endswith(ENDINGS):
        return named
    return sorted(Path(found) for found in glob(word, recursive=True))
