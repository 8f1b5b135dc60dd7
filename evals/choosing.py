"""Which scenarios a run is about: names, files or globs, and those with some tag or rule."""

from collections.abc import Collection, Iterable
from pathlib import Path

from evals.finding import find, nobody, shipped_in
from evals.rules import RULES
from evals.scenario import Scenario, Unusable, load, variants


def shipped() -> list[Path]:
    """Return the files of all scenarios that come with the product, by name."""
    return shipped_in("scenarios")


def choose(
    wanted: Iterable[str], *, tags: Collection[str] = (), rules: Collection[str] = ()
) -> list[Scenario]:
    """Load what is wanted, all that there is if nothing is named; each once.

    With `tags` or `rules` only those that have one of them, of each kind that is given.

    Raises:
        Unusable: with everything wrong in any of them, or a name nobody has.
    """
    words = list(wanted)
    found = find("scenario", [word.partition("@")[0] for word in words], shipped(), load)
    scenarios = [each for one in found for each in variants(one)]
    named = {word for word in words if "@" in word}
    if named and named == set(words):
        scenarios = [each for each in scenarios if each.name in named]
    used = {tag for each in scenarios for tag in each.tags}
    errors = [nobody("tag", tag, used) for tag in set(tags) - used]
    errors += [nobody("rule", rule, RULES) for rule in set(rules) - RULES.keys()]
    if errors:
        raise Unusable(sorted(errors))
    return [
        each
        for each in scenarios
        if (not tags or set(tags) & set(each.tags)) and (not rules or set(rules) & set(each.covers))
    ]
