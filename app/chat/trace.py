"""What a turn did, for people who want to look behind the words."""

import json

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.turn import Turned
from tools.turn import Called


def trace_of(turned: Turned) -> RenderableType:
    """Draw a turn's tool calls, each with its guard's decision, and the time spent."""
    calls = [_table(turned.calls)] if turned.calls else []
    total = f"{turned.model or 'no model'}, {turned.seconds * 1000:.0f} ms in all"
    return Group(*calls, Text(total if calls else f"no tool call, {total}", "dim"))


def _table(calls: tuple[Called, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("tool", no_wrap=True)
    table.add_column("arguments", overflow="fold")
    table.add_column("decision")
    table.add_column("ms", justify="right", no_wrap=True)
    for call in calls:
        table.add_row(call.name, _arguments(call), _decision(call), f"{call.milliseconds:.0f}")
    return table


def _arguments(call: Called) -> Text:
    return Text(
        ", ".join(
            f"{name}={json.dumps(value, ensure_ascii=False, default=str)}"
            for name, value in call.arguments.items()
        )
    )


def _decision(call: Called) -> Text:
    if call.allowed:
        return Text(f"allowed: {call.reason}", "green")
    return Text(f"refused: {call.reason}", "red")
