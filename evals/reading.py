"""Reading a scenario's YAML: plain values, and the line on which each of them stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from prompts.plain_yaml import PlainLoader, load_plain


class UnreadableError(Exception):
    """The file is no YAML at all; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Loader(PlainLoader):
    """YAML as people mean it here: `yes`, `14:00` and `2026-11-22` stay the words they are."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("null", r"null", "n"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first)
    )


@dataclass(frozen=True, slots=True)
class Text:
    """A file's data, and where in the file each part of it stands."""

    data: Any
    node: yaml.Node | None

    def line_of(self, path: Sequence[object]) -> int:
        """Return the line of the entry at this path, or of its nearest parent."""
        node, line = self.node, 1
        for step in path:
            found = _entry(node, step)
            if found is None:
                break
            marked, node = found
            line = marked.start_mark.line + 1
        return line

    def given_twice(self) -> Iterator[tuple[int, str]]:
        """Find keys written twice in one place, of which YAML keeps the last silently."""
        yield from _given_twice(self.node)


def read(source: str) -> Text:
    """Read YAML text; raises UnreadableError."""
    try:
        return Text(*load_plain(source, _Loader))
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
        raise UnreadableError(mark.line + 1 if mark else 1, str(problem)) from error


def _entry(node: yaml.Node | None, step: object) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step], node.value[step]
    return None


def _given_twice(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _given_twice(each)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, str(key.value)
            seen.add(key.value)
            yield from _given_twice(value)
