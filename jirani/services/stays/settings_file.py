"""A host's settings as a YAML file: listing, kind, name and value; read whole, or refused whole."""

from collections.abc import Iterator

import yaml

from jirani.services.onboarding.report import Refused
from jirani.services.stays.hosting import Wanted
from prompts.plain_yaml import load_plain

HOW = "write listing, then kind, then name: value; `every` stands for every listing or kind"


def parse(text: str) -> list[Wanted]:
    """Read a file's settings, each with its line. Raises Refused with every problem of its shape.

    Values are taken as they are written: YAML itself would read 18:00 as a number.
    """
    try:
        _, root = load_plain(text)
    except yaml.YAMLError as error:
        raise Refused(
            [f"The file is no YAML we can read: {' '.join(str(error).split())}."]
        ) from None
    problems: list[str] = []
    if root is None:
        raise Refused([f"The file is empty; {HOW}."])
    found = list(_settings(root, problems))
    if problems:
        raise Refused(problems)
    return found


def _settings(root: yaml.Node, problems: list[str]) -> Iterator[Wanted]:
    for listing, kinds in _pairs(root, "the file", problems):
        for kind, names in _pairs(kinds, listing.value, problems):
            for name, value in _pairs(names, f"{listing.value}, {kind.value}", problems):
                where = f"line {name.start_mark.line + 1}, {listing.value}, {kind.value}"
                if isinstance(value, yaml.ScalarNode):
                    yield Wanted(listing.value, kind.value, name.value, value.value, where)
                else:
                    problems.append(f"{where}: {name.value} has one value, not several.")


def _pairs(
    node: yaml.Node, of: str, problems: list[str]
) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Yield what a mapping maps; what is none, or says a thing twice, is a problem."""
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode) or not node.value:
        problems.append(f"line {line}: {of} holds no settings; {HOW}.")
        return
    seen: set[str] = set()
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            problems.append(f"line {at}: that is no name; {HOW}.")
        elif key.value in seen:
            problems.append(f"line {at}: {key.value} stands twice in {of}.")
        else:
            seen.add(key.value)
            yield key, value
