"""A run as a chat: bubbles, what happened in between, and the world it left."""

from collections.abc import Iterator, Sequence

from evals.grading import Why
from evals.played import PlayedStep
from evals.results import Attempt
from evals.scenario import Scenario, Step
from evals.showing.beneath import beneath, expectations, part
from evals.showing.failing import heading, subject
from evals.showing.markup import Html, html, link, saying, tag, together
from evals.showing.words import HAPPENINGS, length, person, readable, spoken, value, zone_of
from evals.showing.world import world

_AGAIN = "   (delivered again)"


def conversation(scenario: Scenario, attempt: Attempt, place: str) -> Html:
    """Write a run turn by turn, and the world it left; its places begin with `place`."""
    played = attempt.played
    began = tag("li", tag("p", readable(played.before.at), class_="note"), class_="step")
    steps = [_step(number, scenario, attempt, place) for number in range(len(played.steps))]
    never = [_not_played(step) for step in scenario.steps[len(played.steps) :]]
    chat = tag("ol", began, *steps, *never, class_="chat")
    return together(chat, _end(scenario, attempt, place))


def _step(number: int, scenario: Scenario, attempt: Attempt, place: str) -> Html:
    played = attempt.played
    step, reasons = played.steps[number], _reasons(attempt, number)
    before = played.steps[number - 1].seen if number else played.before
    heard = [_bubble("agent", "Agent", saying(text)) for text in step.heard]
    if not heard and step.kind in ("guest", "press"):
        heard = [tag("p", "no answer", class_="note")]
    done = beneath(step, before, scenario.steps[number].expect, zone_of(scenario))
    title = tag("span", f"Step {number + 1}", class_="number")
    return tag(
        "li",
        *_done(step),
        *heard,
        _mark(reasons, place),
        tag(
            "details",
            tag("summary", title, done.summary),
            done.everything,
            class_="under",
            open=bool(reasons),
        ),
        class_="step failed" if reasons else "step",
        id=f"{place}-{number + 1}",
        tabindex="-1",
    )


def _reasons(attempt: Attempt, step: int | None) -> list[Why]:
    return [why for why in attempt.reasons if why.step == step]


def _done(step: PlayedStep) -> Iterator[Html]:
    """Write what set a step off: somebody's words, a button, or something around them."""
    again = ", delivered again" if step.done.endswith(_AGAIN) else ""
    who = f"{person(step.who)}{again}"
    match step.kind:
        case "guest":
            for text in [step.value] if isinstance(step.value, str) else step.value:
                yield _bubble("guest", who, saying(str(text)))
        case "press":
            label = tag("span", str(step.value), class_="button", dir="auto")
            yield _bubble("guest", f"{who} presses", label)
        case "host":
            yield _bubble("host", "The host", saying(str(step.value)))
        case "at":
            yield _note("Time passes", f"it is {readable(step.seen.at)}")
        case "time_passes":
            yield _note("Time passes", f"{length(step.value)}, it is {readable(step.seen.at)}")
        case _:
            yield _note(HAPPENINGS.get(step.kind, spoken(step.kind)), readable(step.done))


def _not_played(step: Step) -> Html:
    text = f"not played: {spoken(step.kind)} {value(step.value)}"
    return tag("li", tag("div", saying(text), class_="note"), class_="step unplayed")


def _bubble(side: str, who: str, *inside: str) -> Html:
    return tag("div", tag("p", who, class_="who"), *inside, class_=f"bubble {side}")


def _note(title: str, text: str) -> Html:
    return tag("p", tag("b", title), ": ", text, class_="note")


def _mark(reasons: Sequence[Why], place: str) -> Html:
    if not reasons:
        return html("")
    about = ", ".join(dict.fromkeys(heading(subject(why)) for why in reasons))
    why = link(f"{place}-wrong", "see why")
    return tag("p", tag("b", "\u2717 Not as expected"), f": {about} (", why, ")", class_="mark")


def _end(scenario: Scenario, attempt: Attempt, place: str) -> Html:
    reasons = _reasons(attempt, None)
    return tag(
        "details",
        tag("summary", "The world at the end"),
        _mark(reasons, place),
        part("Expected", "expected", expectations(scenario.expect)),
        world(attempt.played.end),
        class_="end failed" if reasons else "end",
        id=f"{place}-end",
        tabindex="-1",
        open=bool(reasons),
    )


def sameness(attempt: Attempt) -> str:
    """Return what makes two runs look the same: all but their seed, ids and speed."""
    played = attempt.played
    return repr(
        [
            [
                [step.kind, step.value, step.done, step.heard, step.events],
                [(call.name, call.arguments, call.allowed, call.reason) for call in step.calls],
                [{**row, "subject": None} for row in step.seen.rows["decisions"]],
                [rows for name, rows in step.seen.rows.items() if name != "decisions"],
                [step.seen.contact, step.seen.conversation, step.seen.money_taken],
            ]
            for step in played.steps
        ]
        + [attempt.reasons]
    )
