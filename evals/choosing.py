"""Which scenarios a run is about: names, files or globs, and those with some tag or rule."""

from collections.abc import Collection, Iterable
from fnmatch import fnmatch
from pathlib import Path

from evals.finding import ENDINGS, files_of, find, nobody, shipped_in
from evals.rules import RULES
from evals.scenario import Scenario, Unusable, load, variants


def shipped() -> list[Path]:
    """Return the files of all scenarios that come with the product, by name."""
    return shipped_in("scenarios")


def choose(
    wanted: Iterable[str], *, tags: Collection[str] = (), rules: Collection[str] = ()
) -> list[Scenario]:
    """Load what is wanted, all that there is if nothing is named; each once.

    A name means the scenario over every system it is written for, `name@pms` over that one alone,
    and `name@memory` over none but the one in memory.
    With `tags` or `rules` only those that have one of them, of each kind that is given.

    Raises:
        Unusable: with everything wrong in any of them, or a name nobody has.
    """
    words = [_parted(word) for word in wanted]
    found = find("scenario", [name for name, _ in words], shipped(), load)
    scenarios, errors = [each for one in found for each in variants(one)], []
    if words:
        meant: list[Scenario] = []
        for name, over in words:
            files = files_of(name, shipped())
            mine = [each for each in scenarios if each.file in files]
            named = [each for each in mine if fnmatch(each.world.get("pms", "memory"), over)]
            meant += named
            if not named:
                there = (each.name for each in mine)
                errors.append(nobody("scenario", f"{name}@{over}", there))
        scenarios = [each for each in scenarios if each in meant]
    used = {tag for each in scenarios for tag in each.tags}
    errors += [nobody("tag", tag, used) for tag in set(tags) - used]
    errors += [nobody("rule", rule, RULES) for rule in set(rules) - RULES.keys()]
    if errors:
        raise Unusable(sorted(errors))
    return [
        each
        for each in scenarios
        if (not tags or set(tags) & set(each.tags)) and (not rules or set(rules) & set(each.covers))
    ]


def _parted(word: str) -> tuple[str, str]:
    """Part `name@pms`; a folder may well have an @ in its name."""
    name, _, over = ("", "", "") if word.endswith(ENDINGS) else word.rpartition("@")
    return (name, over) if name else (word, "*")
