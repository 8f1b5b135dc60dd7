"""The whole report as one file: it needs nothing else, and asks nobody for anything."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files

from evals.results import Result
from evals.rules import RULES
from evals.showing.card import card
from evals.showing.markup import Html, quiet, tag, together
from evals.showing.words import counted

TITLE = "How the conversations went"
_HELP = "Keys: j and k for the next and the previous failed one, / to search"


def page(results: Sequence[Result], *, title: str = TITLE, seconds: float | None = None) -> str:
    """Write all runs as HTML, failed ones first; `seconds` is how long everything took."""
    style, script = _own("style.css"), _own("script.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    failed_first = sorted(results, key=lambda result: result.passed)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("a", "Skip to the conversations", href="#scenarios", class_="skip"),
        tag("header", tag("h1", title), *_summary(results, seconds), _rules(results)),
        _filters(results),
        tag("main", *_cards(failed_first), id="scenarios", tabindex="-1"),
        tag("script", script),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _own(name: str) -> Html:
    return Html(files("evals.showing").joinpath(name).read_text("utf-8"))


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _summary(results: Sequence[Result], seconds: float | None) -> list[Html]:
    passed = sum(result.passed for result in results)
    failed = len(results) - passed
    runs = max((len(result.attempts) for result in results), default=0)
    share = passed / len(results) if results else 1.0
    took = sum(result.seconds for result in results) if seconds is None else seconds
    bar = tag(
        "svg",
        tag("rect", class_="failed", width="100%", height="100%"),
        tag("rect", class_="passed", width=f"{100 * share:.2f}%", height="100%"),
        class_="bar",
        aria_hidden="true",
    )
    words = [
        tag("strong", f"\u2717 {failed} failed", class_="bad") if failed else "",
        tag("strong", f"\u2713 {passed} passed", class_="good"),
        quiet(f"of {counted(len(results), 'scenario')}, in {took:.1f} s"),
    ]
    lines = [tag("p", *(together(each, " ") for each in words if each), class_="score"), bar]
    if runs > 1:
        said = f"Each was played {runs} times and passes only if every run does: pass^{runs} is "
        lines.append(tag("p", said, tag("b", f"{share:.3f}"), "."))
    return lines


def _rules(results: Sequence[Result]) -> Html:
    good = Counter(id for each in results if each.passed for id in each.scenario.covers)
    bad = Counter(id for each in results if not each.passed for id in each.scenario.covers)
    columns = ("rule", "what it is about", "passed", "failed")
    head = tag("tr", *(tag("th", each, scope="col") for each in columns))
    rows = [
        tag(
            "tr",
            tag("th", id, scope="row"),
            tag("td", rule.about),
            tag("td", str(good[id])),
            tag("td", str(bad[id]), class_="bad" if bad[id] else False),
        )
        for id, rule in RULES.items()
        if good[id] or bad[id]
    ]
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("details", tag("summary", "Which rules were tried"), table, class_="rules")


def _filters(results: Sequence[Result]) -> Html:
    tags = sorted({each for result in results for each in result.scenario.tags})
    covered = {id for result in results for id in result.scenario.covers}
    rules = [id for id in RULES if id in covered]
    return tag(
        "form",
        tag(
            "label",
            tag("span", "Search"),
            tag("input", type="search", id="search", autocomplete="off"),
        ),
        _choice("show", "Show", {"": "all", "no": "failed", "yes": "passed"}),
        _choice("tag", "Tag", {"": "any", **{each: each for each in tags}}),
        _choice("rule", "Rule", {"": "any", **{id: id for id in rules}}),
        tag("output", id="count", aria_live="polite"),
        tag("p", _HELP, class_="quiet keys"),
        id="filters",
        role="search",
        # Without a script nothing could be filtered: the script shows it.
        hidden=True,
    )


def _choice(id: str, label: str, options: dict[str, str]) -> Html:
    written = [tag("option", text, value=value) for value, text in options.items()]
    return tag("label", tag("span", label), tag("select", *written, id=id))


def _cards(results: Sequence[Result]) -> list[Html]:
    taken: Counter[str] = Counter()
    cards = []
    for result in results:
        place = re.sub(r"[^\w-]+", "-", result.scenario.name)
        taken[place] += 1
        again = f"--{taken[place]}" if taken[place] > 1 else ""
        cards.append(card(result, f"{place}{again}"))
    return cards
