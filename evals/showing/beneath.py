"""What was done beneath a step: tool calls, decisions, rows before and after, the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from evals.checks import FAULTS
from evals.matching import Row
from evals.played import PlayedStep, Seen
from evals.report import WARNINGS
from evals.showing.changes import changes, new_decisions
from evals.showing.markup import Html, html, quiet, saying, tag, together
from evals.showing.words import counted, is_id, sentence, spoken, value
from evals.showing.world import change, told
from jirani.rules.decision import Reason
from prompts.reasons import because
from tools import TOOLS
from tools.turn import Called

_ABOUT = {tool.name: (tool.run.__doc__ or "").split("\n")[0].strip() for tool in TOOLS}


@dataclass(frozen=True, slots=True)
class Beneath:
    """Everything that was done in a step, and how much it is in a few words."""

    summary: str
    everything: Html


def beneath(step: PlayedStep, before: Seen, expect: Row, zone: ZoneInfo) -> Beneath:
    """Gather what was done in a step, since the world was as `before`."""
    changed, decided = changes(before, step.seen), new_decisions(before, step.seen)
    refused = sum(not call.allowed for call in step.calls)
    counts = [
        counted(len(step.calls), "tool call") if step.calls else "",
        f"{refused} refused" if refused else "",
        counted(len(decided), "decision") if decided else "",
        f"{counted(len(changed), 'row')} changed" if changed else "",
    ]
    everything = together(
        part("Tool calls", "calls", [_call(call) for call in step.calls]),
        part("Decisions", "decisions", [_decision(row, zone) for row in decided]),
        part("What changed", "changes", [change(each) for each in changed]),
        part("Expected here", "expected", expectations(expect)),
        part("Log", "log", _log(step.events)),
    )
    return Beneath(", ".join(filter(None, counts)) or "nothing changed", everything)


def part(title: str, kind: str, lines: Sequence[Html]) -> Html:
    """Write a list under its title; nothing if there is nothing to list."""
    if not lines:
        return html("")
    return together(tag("h4", title), tag("ul", *lines, class_=kind))


def expectations(expect: dict[str, Any] | Row) -> list[Html]:
    """Write what a scenario expects, part by part."""
    lines = []
    for name, wanted in expect.items():
        rows = wanted if isinstance(wanted, list) else [wanted]
        words = "; ".join(told(row) if isinstance(row, dict) else value(row) for row in rows)
        words = spoken(words) if name == "events" else words
        lines.append(tag("li", tag("b", sentence(spoken(name))), " ", words or "none"))
    return lines


def _verdict(allowed: bool, reason: str) -> Html:
    word = "\u2713 allowed" if allowed else "\u2717 refused"
    verdict = tag("span", word, class_="allowed" if allowed else "refused")
    if allowed and reason == Reason.CLEAR:
        return verdict
    return together(verdict, ": ", tag("span", because(reason), title=reason))


def _call(call: Called) -> Html:
    name = tag("b", sentence(spoken(call.name)), title=_ABOUT.get(call.name, call.name))
    given = saying(value(call.arguments)) if call.arguments else ""
    return tag("li", name, " ", _verdict(call.allowed, call.reason), given)


def _decision(row: Row, zone: ZoneInfo) -> Html:
    # What it saw to be judged again by is for programs: `saw` is pages long.
    known = ((name, each) for name, each in row["facts"].items() if name != "saw")
    facts = {name: each for name, each in known if _tells(each)}
    guard = tag("b", sentence(spoken(row["guard"])))
    about = quiet(f"{spoken(row['stage'])}, {value(row['at'], zone)}")
    seen = tag("p", quiet(f"seen: {value(facts, zone)}")) if facts else ""
    return tag("li", guard, " ", _verdict(row["allowed"], row["reason"]), " ", about, seen)


def _tells(fact: Any) -> bool:
    return not is_id(fact) and fact not in (None, "", "None")


def _log(events: Sequence[str]) -> list[Html]:
    lines = []
    for event in dict.fromkeys(events):
        times = events.count(event)
        loud = event in WARNINGS or event in FAULTS
        often = f" \u00d7 {times}" if times > 1 else ""
        text = f"{'! ' if loud else ''}{spoken(event)}{often}"
        lines.append(tag("li", text, class_="loud" if loud else False, title=event))
    return lines
