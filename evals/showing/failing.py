"""What went wrong: each reason in plain words, where it was, what was expected beside what is."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from evals.checks import UNSETTLED
from evals.grading import NEVER, UNBROKEN, Why
from evals.matching import Row, alike, fits, unmatched
from evals.played import TABLES
from evals.results import Attempt
from evals.scenario import Scenario
from evals.showing.changes import Pair, nearest
from evals.showing.markup import Html, link, saying, tag, together
from evals.showing.words import PARTS, readable, sentence, spoken, uncoded, value, zone_of
from evals.showing.words import TABLES as NAMES
from evals.showing.world import compared, told, which
from prompts.reasons import because

_REFUSAL = re.compile(r"(\w+) should have been refused as (\w+); it answered: (\w+)")
_BROKE = "It stopped here with an error; what was to come after this was not played."


def wrong(scenario: Scenario, attempt: Attempt, place: str) -> Html:
    """Explain everything that is not as expected in a run that stands at a place of the page."""
    last = len(scenario.steps)
    by_step = sorted(attempt.reasons, key=lambda why: last if why.step is None else why.step)
    groups = groupby(by_step, key=lambda why: (why.step, subject(why)))
    blocks = [
        _block(scenario, attempt, place, step, name, list(whys)) for (step, name), whys in groups
    ]
    return tag(
        "section",
        tag("h3", "What went wrong"),
        tag("ul", *blocks),
        class_="wrong",
        id=f"{place}-wrong",
    )


def subject(why: Why) -> str:
    """Name what a reason is about: a key of PARTS, or the part itself."""
    name, colon, _ = why.text.partition(": ")
    return name if colon and name in PARTS else why.part


def heading(name: str) -> str:
    """Title what a reason is about."""
    special = {UNBROKEN: "It broke", NEVER: "What must never happen"}
    return special.get(name) or PARTS.get(name) or sentence(spoken(name))


def _block(
    scenario: Scenario, attempt: Attempt, place: str, step: int | None, name: str, whys: list[Why]
) -> Html:
    where = f"{place}-end" if step is None else f"{place}-{step + 1}"
    head = tag("h4", heading(name), " ", link(where, readable(whys[0].place)))
    texts = [why.text.removeprefix(f"{name}: ") for why in whys]
    if name == UNBROKEN:
        details = [tag("p", _BROKE), *(tag("pre", text) for text in texts)]
    elif pairs := _pairs(scenario, attempt, step, name):
        zone = zone_of(scenario)
        details = [_pair(name, expected, found, zone) for expected, found in pairs]
    else:
        details = [*map(_plainly, texts)]
    return tag("li", head, *details)


def _plainly(text: str) -> Html:
    """Say a reason with the names of the code in words."""
    if refusal := _REFUSAL.match(text):
        tool, wanted, answered = refusal.groups()
        instead = {
            "clear": "It was allowed",
            "nothing": "It was not called",
        }.get(answered, f"The answer was that {because(answered)}")
        text = f"\u201c{spoken(tool)}\u201d should have been refused: {because(wanted)}. {instead}."
    else:
        # What the guest read is theirs: only what stands before it is ours to reword.
        ours, quote, theirs = text.partition("\u201c")
        text = f"{uncoded(readable(ours))}{quote}{theirs}"
    return saying(sentence(text))


def _pairs(scenario: Scenario, attempt: Attempt, step: int | None, name: str) -> list[Pair]:
    """Lay expected rows beside those that may have been meant; empty if it is not about rows."""
    expect = scenario.expect if step is None else scenario.steps[step].expect
    expected: Any = expect.get(name)
    if name not in TABLES or not isinstance(expected, list):
        return []
    played = attempt.played
    found = (played.end if step is None else played.steps[step].seen).rows.get(name, [])
    if name == "decisions":
        missing = [row for row in expected if not any(fits(row, each) for each in found)]
        pairs = nearest(missing, [row for row in found if _about_same(missing, row)], least=0.0)
        # Where even the guard was never asked, the reason's own words tell more.
        complete = all(row for wanted, row in pairs if wanted)
        return [(wanted, row) for wanted, row in pairs if wanted] if complete else []
    if name == "appointments" and not expect.get("all"):
        found = [row for row in found if row["status"] not in UNSETTLED]
    missing, extra = unmatched(expected, found)
    return nearest(missing, extra, least=0.0)


def _pair(name: str, expected: Row | None, found: Row | None, zone: ZoneInfo) -> Html:
    thing = NAMES[name].lower()
    if expected is None:
        return tag("p", f"There is one {thing} too many: {told(dict(found or {}))}.")
    if found is None:
        return tag("p", f"There should be one {thing} more: {told(dict(expected))}.")
    differs = {key for key, wanted in expected.items() if not alike(wanted, found.get(key))}
    says = [
        f"{spoken(key)} should be {value(wanted, zone)}, and is {value(found.get(key), zone)}"
        for key, wanted in expected.items()
        if key in differs
    ]
    table = compared(dict(expected), dict(found), differs, zone)
    about = f"{which(found)}: " if which(found) else ""
    return together(tag("p", sentence(f"{about}{'; '.join(says)}.")), table)


def _about_same(missing: Sequence[Row], found: Row) -> bool:
    """Tell whether a decision is one of a guard of which another decision was expected."""
    return any(row.get("guard") == found["guard"] for row in missing)
