"""A scenario with all its runs, to be opened."""

from evals.results import Attempt, Result
from evals.rules import RULES
from evals.scenario import Scenario
from evals.showing.conversation import conversation, sameness
from evals.showing.failing import wrong
from evals.showing.markup import Html, html, quiet, tag, together
from evals.showing.words import counted, value


def card(result: Result, place: str) -> Html:
    """Write a scenario; a failed one is open."""
    scenario = result.scenario
    passed = sum(attempt.passed for attempt in result.attempts)
    mark = tag("span", verdict(result.passed), class_="good" if result.passed else "bad")
    runs = f"{passed} of {counted(len(result.attempts), 'run')}"
    about = tag(
        "span", f"{scenario.name} \u00b7 {runs} \u00b7 {result.seconds:.1f} s", class_="quiet"
    )
    title = tag("h2", scenario.title, dir="auto")
    return tag(
        "details",
        tag("summary", mark, tag("span", title, about, class_="title")),
        tag("div", _about(scenario), _runs(result, place), class_="inside"),
        class_="scenario",
        id=place,
        open=not result.passed,
        data_passed="yes" if result.passed else "no",
        data_tags=_listed(scenario.tags),
        data_rules=_listed(scenario.covers),
    )


def verdict(passed: bool) -> str:
    """Say how it went, in a sign and a word."""
    return "\u2713 passed" if passed else "\u2717 failed"


def _listed(names: tuple[str, ...]) -> str:
    # Between bars, so that the filter never takes X1 for X11.
    return f"|{'|'.join(names)}|"


def _about(scenario: Scenario) -> Html:
    """Say what the scenario protects, and where it happens."""
    rules = [
        together(tag("dt", id), tag("dd", RULES[id].about if id in RULES else "an unknown rule"))
        for id in scenario.covers
    ]
    base = scenario.world.get("base")
    told = [f"at {base['name']}"] if isinstance(base, dict) and "name" in base else []
    told += [value({name: each}) for name, each in scenario.world.items() if name != "base"]
    return tag(
        "details",
        tag("summary", f"Protects {', '.join(scenario.covers)}"),
        tag("dl", *rules),
        tag("p", quiet("Where it happens: "), "; ".join(told)) if told else "",
        tag("p", quiet("Tags: "), ", ".join(scenario.tags)) if scenario.tags else "",
        class_="about",
    )


def _runs(result: Result, place: str) -> Html:
    alike: dict[str, list[tuple[int, Attempt]]] = {}
    for number, attempt in enumerate(result.attempts, start=1):
        alike.setdefault(sameness(attempt), []).append((number, attempt))
    groups = list(alike.values())
    if len(result.attempts) == 1:
        return together(*_run(result.scenario, result.attempts[0], f"{place}-1"))
    return together(
        *(
            tag(
                "details",
                tag("summary", _which(group)),
                *_run(result.scenario, group[0][1], f"{place}-{group[0][0]}"),
                class_="run",
                # One is open at a time: the page's switch between runs.
                name=f"{place}-runs",
                open=result.shown in [attempt for _, attempt in group],
            )
            for group in groups
        )
    )


def _which(group: list[tuple[int, Attempt]]) -> str:
    runs = ", ".join(str(number) for number, _ in group)
    seeds = ", ".join(str(attempt.played.seed) for _, attempt in group)
    went = verdict(group[0][1].passed)
    if len(group) == 1:
        return f"Run {runs}: {went} (seed {seeds})"
    return f"Runs {runs}, all the same: {went} (seeds {seeds})"


def _run(scenario: Scenario, attempt: Attempt, place: str) -> tuple[Html, Html]:
    box = html("") if attempt.passed else wrong(scenario, attempt, place)
    return box, conversation(scenario, attempt, place)
