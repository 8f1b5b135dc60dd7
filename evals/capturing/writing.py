"""A scenario as the text of its file: short things on one line, quotes only where they matter."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDE = 100
# Plain words YAML reads as something else, or people stumble over.
_ODD = re.compile(
    r"""(?ix) | [\s\-?:,\[\]{}#&*!|>'"%@`=~+].* | .*:(\s|$).* | .*\s\#.* | .*\s
    | yes | no | on | off | y | n | true | false | null
    | \d[\d.,:_\s+-]* | 0x.* | .*[\d]:[\d].* """,
    re.DOTALL,
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?")
_IN_FLOW = re.compile(r"[,\[\]{}]")
_BLOCKS = ("turns", "services", "staff", "relations", "knowledge")  # one entry on each line


def written(scenario: Mapping[str, Any], notes: list[str]) -> str:
    """Write a scenario below its notes, which become comments."""
    lines = [f"# {line}".rstrip() for note in notes for line in _folded(note)]
    for key, value in scenario.items():
        if key in ("world", "turns", "expect"):
            lines.append("")
        lines += _entry(key, value, "")
    return "\n".join(lines) + "\n"


def scalar(value: Any, *, flow: bool = False) -> str:
    """Write a single value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if _MOMENT.fullmatch(value):
        return value
    strange = any(not char.isprintable() for char in value)
    if strange or _ODD.fullmatch(value) or (flow and _IN_FLOW.search(value)):
        return f'"{"".join(_escaped(char) for char in value)}"'
    return value


def _entry(key: str, value: Any, indent: str) -> Iterator[str]:
    """Write a key and its value: on one line if it fits, unless it is a list to be read down."""
    name = scalar(key)
    short = f"{indent}{name}: {_flow(value, inside=False)}"
    block = key in _BLOCKS or (not indent and isinstance(value, Mapping)) or key == "base"
    if not isinstance(value, Mapping | list) or not value or (len(short) <= WIDE and not block):
        yield short
        return
    yield f"{indent}{name}:"
    if isinstance(value, Mapping):
        for inner, each in value.items():
            yield from _entry(inner, each, f"{indent}  ")
        return
    for each in value:
        yield from _item(each, f"{indent}  ", steps=key == "turns")


def _item(value: Any, indent: str, *, steps: bool) -> Iterator[str]:
    short = f"{indent}- {_flow(value, inside=False)}"
    if not isinstance(value, Mapping) or not (steps or len(short) > WIDE):
        yield short
        return
    lines = [line for key, each in value.items() for line in _entry(key, each, f"{indent}  ")]
    yield f"{indent}- {lines[0].lstrip()}"
    yield from lines[1:]


def _flow(value: Any, *, inside: bool = True) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(k, flow=True)}: {_flow(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return scalar(value, flow=inside)


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return {"\n": "\\n", "\t": "\\t"}.get(char) or f"\\U{ord(char):08x}"


def _folded(note: str) -> Iterator[str]:
    line = ""
    for word in note.split():
        if line and len(line) + len(word) + 3 > WIDE:
            yield line
            line = "  "
        line = f"{line} {word}" if line.strip() else f"{line}{word}"
    yield line
