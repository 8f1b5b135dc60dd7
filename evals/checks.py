"""Checks: what an `expect` says held against what there is; each tells what differs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.language import language_of
from evals.matching import Row, alike, fits, told, unmatched
from evals.played import PlayedStep, Seen
from evals.scenario import GUEST
from evals.wording import says
from tools.turn import Called

UNSETTLED = ("proposed", "released")
# What a guest must never read, whoever wrote it: our ids, a stack trace, an unfilled text, markup.
LEAKS = re.compile(
    r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b|Traceback|\{\w+\}|<\s*/?\s*script", re.IGNORECASE
)
FAULTS = ("job.failed", "agent.offline_failed", "appointment.not_kept")
LANGUAGES = {"en": "English", "sw": "Swahili"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is held against one `expect`: a moment of the world, and what led to it."""

    seen: Seen
    heard: list[str]
    calls: list[Called]
    events: list[str]

    @classmethod
    def of(cls, seen: Seen, steps: list[PlayedStep], events: list[str]) -> "Evidence":
        """Gather what was said and done in these steps."""
        heard = [text for step in steps for text in step.heard]
        return cls(seen, heard, [call for step in steps for call in step.calls], events)


Judge = Callable[[Any, Evidence, dict[str, Any]], Iterator[str]]


def check(expect: dict[str, Any], evidence: Evidence, part: str) -> list[str]:
    """Return everything of a part (see PARTS) that is not as expected."""
    return [
        f"{name}: {why}"
        for name, judge in PARTS[part].items()
        if name in expect
        for why in judge(expect[name], evidence, expect)
    ]


def always(evidence: Evidence) -> list[str]:
    """Return what must never happen in any scenario."""
    leaks = {found.group() for text in evidence.heard if (found := LEAKS.search(text))}
    faults = [event for event in evidence.events if event in FAULTS]
    return [
        *[f"a reply has {leak!r} in it, which no guest may read" for leak in sorted(leaks)],
        *[f"{event} was logged: something broke behind the scenes" for event in faults],
    ]


def _rows(name: str) -> Judge:
    def judge(expected: list[Row], evidence: Evidence, expect: dict[str, Any]) -> Iterator[str]:
        found: list[Row] = list(evidence.seen.rows.get(name, []))
        if name == "appointments" and not expect.get("all"):
            found = [row for row in found if row["status"] not in UNSETTLED]
        missing, extra = unmatched(expected, found)
        for row in missing:
            yield f"expected one with {told(row)}; there is none"
        for row in extra:
            yield f"found one that is not expected: {told(row)}"

    return judge


def _counted(name: str) -> Judge:
    """Judge rows, or how many there are."""

    def judge(
        expected: int | list[Row], evidence: Evidence, expect: dict[str, Any]
    ) -> Iterator[str]:
        found = evidence.seen.rows.get(name, [])
        if isinstance(expected, list):
            yield from _rows(name)(expected, evidence, expect)
        elif expected != len(found):
            listed = "; ".join(told(row) for row in found) or "none"
            yield f"expected {expected}, found {len(found)}: {listed}"

    return judge


def _decisions(expected: list[Row], evidence: Evidence, _: dict[str, Any]) -> Iterator[str]:
    found = evidence.seen.rows["decisions"]
    for row in expected:
        if not any(fits(row, each) for each in found):
            refusals = [f"{e['guard']}: {e['reason']}" for e in found if not e["allowed"]]
            yield (
                f"expected one with {told(row)}; there is none. Refused was: "
                f"{', '.join(refusals) or 'nothing'}"
            )


def _number(name: str) -> Judge:
    def judge(expected: float, evidence: Evidence, _: dict[str, Any]) -> Iterator[str]:
        found = getattr(evidence.seen, name)
        if Decimal(str(expected)) != found:
            yield f"expected {expected}, found {found}"

    return judge


def _about_guest(name: str) -> Judge:
    def judge(expected: Row, evidence: Evidence, _: dict[str, Any]) -> Iterator[str]:
        found = getattr(evidence.seen, name).get(GUEST, {})
        for key, value in expected.items():
            if not alike(value, found.get(key)):
                yield f"expected {told({key: value})}; found {told({key: found.get(key)})}"

    return judge


def _events(expected: dict[str, list[str]], evidence: Evidence, _: dict[str, Any]) -> Iterator[str]:
    for event in expected.get("logged", []):
        if event not in evidence.events:
            yield f"{event} was not logged"
    for event in expected.get("not_logged", []):
        if event in evidence.events:
            yield f"{event} was logged, and should not have been"


def _tools(expected: dict[str, Any], evidence: Evidence, _: dict[str, Any]) -> Iterator[str]:
    calls = evidence.calls
    names = {call.name for call in calls}
    called = ", ".join(dict.fromkeys(call.name for call in calls)) or "none"
    for name in expected.get("called", []):
        if name not in names:
            yield f"{name} was not called; called: {called}"
    for name in expected.get("not_called", []):
        if name in names:
            yield f"{name} was called, and should not have been"
    for name in expected.get("allowed", []):
        if not any(call.allowed for call in calls if call.name == name):
            yield f"{name} was not allowed; called: {called}"
    for name, reason in expected.get("refused", {}).items():
        answers = [call.reason for call in calls if call.name == name]
        if not any(c.reason == reason and not c.allowed for c in calls if c.name == name):
            yield (
                f"{name} should have been refused as {reason}; it answered: "
                f"{', '.join(answers) or 'nothing, it was not called'}"
            )


def _reply(expected: dict[str, Any], evidence: Evidence, _: dict[str, Any]) -> Iterator[str]:
    heard = "\n".join(evidence.heard)
    for words in expected.get("contains", []):
        if not says(heard, words):
            yield f"{words!r} should be in it; the guest read {_quoted(heard)}"
    either = expected.get("contains_any", [])
    if either and not any(says(heard, words) for words in either):
        yield f"one of {', '.join(map(repr, either))} should be in it; it was {_quoted(heard)}"
    for words in expected.get("not_contains", []):
        if says(heard, words):
            yield f"{words!r} should not be in it; the guest read {_quoted(heard)}"
    pattern = expected.get("matches")
    if pattern and not re.search(pattern, heard, re.IGNORECASE | re.DOTALL):
        yield f"it should match {pattern!r}; the guest read {_quoted(heard)}"
    wanted = expected.get("language")
    told_in = language_of(" ".join(re.findall(r"[^\W\d_]+", heard.casefold())))
    if wanted and told_in not in (None, wanted):
        yield f"expected {LANGUAGES[wanted]}, it reads as {LANGUAGES[told_in]}: {_quoted(heard)}"


def _silent(_: bool, evidence: Evidence, __: dict[str, Any]) -> Iterator[str]:
    if heard := "\n".join(evidence.heard):
        yield f"the guest should read nothing, and read {_quoted(heard)}"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "nothing"


# What was written decides, so it comes first; then what was done, and what was said last.
PARTS: dict[str, dict[str, Judge]] = {
    "world": {
        "appointments": _rows("appointments"),
        "offers": _rows("offers"),
        "sales": _rows("sales"),
        "payments": _rows("payments"),
        "charges": _number("charges"),
        "money_taken": _number("money_taken"),
        "holds": _counted("holds"),
        **{name: _rows(name) for name in ("stays", "stay_offers", "stay_sales")},
        **{name: _counted(name) for name in ("fees", "tasks", "host_mail", "texts", "parked")},
        "decisions": _decisions,
        "contact": _about_guest("contact"),
        "conversation": _about_guest("conversation"),
        "events": _events,
    },
    "tools": {"tools": _tools},
    "words": {"reply": _reply, "silent": _silent},
}
