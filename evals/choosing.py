"""Which scenarios a run is about: names, files or globs."""

from collections.abc import Iterable
from fnmatch import fnmatch
from glob import glob
from importlib.resources import files
from pathlib import Path

from rapidfuzz import process

from evals.scenario import Scenario, Unusable, load

ENDINGS = (".yaml", ".yml")


def shipped() -> list[Path]:
    """Return the files of all scenarios that come with the product, by name."""
    return sorted(Path(str(files("evals").joinpath("scenarios"))).glob("*.yaml"))


def choose(wanted: Iterable[str]) -> list[Scenario]:
    """Load what is wanted, all that there is if nothing is named; each once.

    Raises:
        Unusable: with everything wrong in any of them, or a name nobody has.
    """
    words = list(wanted)
    chosen: list[Path] = [] if words else shipped()
    errors: list[str] = []
    for word in words:
        found = _files(word)
        chosen += found
        if not found:
            errors.append(_unknown(word))
    scenarios = []
    for file in dict.fromkeys(chosen):
        try:
            scenarios.append(load(file))
        except Unusable as error:
            errors += error.errors
    if errors:
        raise Unusable(errors)
    return scenarios


def _files(word: str) -> list[Path]:
    named = [file for file in shipped() if fnmatch(file.stem, word)]
    if named or not word.endswith(ENDINGS):
        return named
    return sorted(Path(found) for found in glob(word, recursive=True))


def _unknown(word: str) -> str:
    known = [file.stem for file in shipped()]
    near = process.extractOne(word, known, score_cutoff=60)
    hint = f"did you mean {near[0]!r}?" if near else "`jirani eval run` alone runs all there are."
    return f"There is no scenario {word!r}; {hint}"
