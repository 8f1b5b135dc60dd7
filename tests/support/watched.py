"""What is watched, as the code has it; as a module it renews the metrics of docs/watching.md."""

import ast
import re
from collections.abc import Iterator

from app.watching.instruments import Instrument
from app.watching.measures import GAUGES, RECORDED
from tests.support.tree import ROOT, sources

PAGE = ROOT / "docs" / "watching.md"
AGAIN = "run `.venv/bin/python -m tests.support.watched`"
LEVELS = ("debug", "info", "warning", "error", "exception")
_TABLE = re.compile(r"(?m)^\| metric \| (?:.*\n)(?:\|.*\n)+")


def page() -> str:
    """Return docs/watching.md with the metrics as they are now."""
    return _TABLE.sub(lambda _: metrics_table(), PAGE.read_text("utf-8"), count=1)


def metrics_table() -> str:
    lines = ["| metric | labels | by OTLP | what it tells |", "|---|---|---|---|"]
    for each in (*RECORDED, *GAUGES):
        labels = ", ".join(f"`{label}`" for label in each.labels_there)
        lines.append(f"| `{each.shown_as}` | {labels} | `{each.name}` | {each.about} |")
    return "\n".join(lines) + "\n"


def shown(measure: Instrument) -> set[str]:
    """Return the names under which Prometheus has a measure."""
    if getattr(measure, "buckets", ()):
        return {f"{measure.shown_as}_{part}" for part in ("bucket", "count", "sum")}
    return {measure.shown_as}


def events() -> dict[str, set[str]]:
    """Return every event that our code logs, with its levels."""
    found: dict[str, set[str]] = {}
    for file in sources("agent", "app", "jirani", "prompts", "scheduler", "tools"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                for name, level in _logged(node):
                    found.setdefault(name, set()).add("error" if level == "exception" else level)
    return found


def _logged(call: ast.Call) -> Iterator[tuple[str, str]]:
    match call.func:
        case ast.Attribute(value=ast.Name(id="log" | "_log"), attr=level) if level in LEVELS:
            name: ast.expr = call.args[0]
        case ast.Attribute(value=ast.Name(id="log"), attr="log"):
            name, level = call.args[1], "warning"
        case ast.Name(id="write") if call.args:  # by its level, as the library gave it
            name, level = call.args[0], "warning"
        case ast.Name(id="told"):
            name, level = call.args[1], "info"
        case ast.Name(id="watched"):
            levels = [key.value for key in call.keywords if key.arg == "level"]
            name, level = call.args[0], ast.literal_eval(levels[0]) if levels else "debug"
        case _:
            return
    if isinstance(name, ast.Constant):
        yield str(name.value), level


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
