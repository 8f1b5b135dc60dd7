"""Markdown with YAML front matter, and the line on which each part of it stands."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from prompts.plain_yaml import load_plain

FENCE = "---"
FIRST_FRONT_LINE = 2


class Finding(NamedTuple):
    """Something wrong in one file; lines count from 1."""

    line: int
    message: str


class UnreadableError(Exception):
    """The front matter cannot be read at all, so nothing else in the file can be judged."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(line, message)


@dataclass(frozen=True, slots=True)
class Document:
    """One file taken apart: the front matter's data and nodes, and the body below it."""

    front: Any
    node: yaml.Node | None
    body: str
    body_line: int

    def line_of(self, path: Sequence[object]) -> int:
        """Say where the front matter's entry at this path is, or else its nearest parent."""
        line, node = FIRST_FRONT_LINE, self.node
        for step in path:
            found = _entry(node, step)
            if found is None:
                break
            marked, node = found
            line = FIRST_FRONT_LINE + marked.start_mark.line
        return line


def parse(source: str) -> Document:
    """Take a file's text apart; raises UnreadableError."""
    lines = source.split("\n")
    if lines[0].rstrip() != FENCE:
        raise UnreadableError(1, f"the file must begin with front matter: a line with {FENCE}")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), None)
    if end is None:
        raise UnreadableError(1, f"the front matter is not closed by a line with {FENCE}")
    front = "\n".join(lines[1:end])
    try:
        data, node = load_plain(front)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = FIRST_FRONT_LINE + (mark.line if mark else 0)
        problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else error
        raise UnreadableError(line, f"unreadable YAML: {problem}") from error
    return Document(data, node, "\n".join(lines[end + 1 :]), end + 2)


def violations(document: Document, kind: str) -> Iterator[Finding]:
    """Hold the front matter against `schema/<kind>.json`, and against keys given twice."""
    for key in _keys_given_twice(document.node):
        yield Finding(
            FIRST_FRONT_LINE + key.start_mark.line, f"{key.value!r} is given twice in one place"
        )
    for error in _validator(kind).iter_errors(document.front):
        where = ".".join(str(step) for step in error.absolute_path)
        hint = "; put it in quotes" if error.validator_value == "string" else ""
        message = f"{where}: {error.message}{hint}" if where else f"{error.message}{hint}"
        yield Finding(document.line_of(_blamed(error)), message)


def _blamed(error: ValidationError) -> list[object]:
    """Point at the odd key itself where the validator points at the mapping around it."""
    path: list[object] = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema["properties"] if isinstance(error.schema, dict) else {}
        return [*path, *[key for key in error.instance if key not in known][:1]]
    if "propertyNames" in error.absolute_schema_path:
        return [*path, error.instance]
    return path


def _entry(node: yaml.Node | None, step: object) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step], node.value[step]
    return None


def _keys_given_twice(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            yield key
        seen.add(key.value)
        yield from _keys_given_twice(value)


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads(files("prompts").joinpath("schema", f"{kind}.json").read_text("utf-8"))
    return Draft202012Validator(schema)
