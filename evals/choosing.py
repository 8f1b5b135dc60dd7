"""Which scenarios a run is about: names, files or globs."""

from collections.abc import Collection, Iterable
from fnmatch import fnmatch
from glob import glob
from importlib.resources import files
from pathlib import Path

from rapidfuzz import process

from evals.rules import RULES
from evals.scenario import Scenario, Unusable, load

ENDINGS = (".yaml", ".yml")


def shipped() -> list[Path]:
    """Return the files of all scenarios that come with the product, by name."""
    return sorted(Path(str(files("evals").joinpath("scenarios"))).glob("*.yaml"))


def choose(
    wanted: Iterable[str], *, tags: Collection[str] = (), rules: Collection[str] = ()
) -> list[Scenario]:
    """Load what is wanted, all that there is if nothing is named; each once.

    With `tags` or `rules` only those that have one of them, of each kind that is given.

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
    errors += [_nobody("tag", tag, _tags(scenarios)) for tag in set(tags) - _tags(scenarios)]
    errors += [_nobody("rule", rule, RULES) for rule in set(rules) - RULES.keys()]
    if errors:
        raise Unusable(sorted(errors))
    return [
        each
        for each in scenarios
        if (not tags or set(tags) & set(each.tags)) and (not rules or set(rules) & set(each.covers))
    ]


def _tags(scenarios: Iterable[Scenario]) -> set[str]:
    return {tag for each in scenarios for tag in each.tags}


def _nobody(what: str, word: str, known: Iterable[str]) -> str:
    near = process.extractOne(word, list(known), score_cutoff=50)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}."
    return f"There is no {what} {word!r}; {hint}"


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
