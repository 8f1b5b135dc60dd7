"""Which text of ours offers what, recognised by the words the product team has promised."""

import re
from datetime import time
from functools import cache
from pathlib import Path

from tests.support.year.record import CLEANING, EARLY, KINDS, LATE, NIGHTS, Put

FOLDER = Path(__file__).parents[3] / "prompts" / "texts"
SECTION = re.compile(r"^## (?:en|sw)\S*\n\n(.+?)(?=\n\n## |\Z)", re.MULTILINE | re.DOTALL)
HOLE = re.compile(r"\\\{(\w+)\\\}")
CLOCK = re.compile(r"\b(\d\d):(\d\d)\b")
# How what was asked for is named, within a sentence.
NAMED = (
    (EARLY, ("early check-in", "kuingia mapema")),
    (LATE, ("late check-out", "kutoka kwa kuchelewa")),
    (CLEANING, ("cleaning", "usafi")),
)


def _patterns(name: str) -> list[re.Pattern[str]]:
    body = (FOLDER / f"{name}.md").read_text("utf-8").split("\n---\n", 1)[1]
    return [re.compile(_pattern(words.strip())) for words in SECTION.findall(body)]


def _pattern(words: str) -> str:
    seen: set[str] = set()

    def hole(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    return HOLE.sub(hole, re.escape(words))


@cache
def _promised() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, each) for kind in KINDS for each in _patterns(kind))


@cache
def _answers() -> tuple[re.Pattern[str], ...]:
    return (*_patterns("stay_possible"), *_patterns("stay_at_most"))


@cache
def _unreachable() -> tuple[re.Pattern[str], ...]:
    return tuple(_patterns("stay_unreachable"))


def asks_again(text: str) -> bool:
    """Tell whether a guest is asked to say the same again in a few minutes."""
    return any(pattern.search(text) for pattern in _unreachable())


def put_in(text: str) -> Put | None:
    """Return what a text of ours offers, unasked or asked for; None if it offers nothing new."""
    for kind, pattern in _promised():
        if found := pattern.fullmatch(text.strip()):
            named = found.groupdict()
            names = ("day", "time", "nights", "arrival", "departure")
            what = " ".join(named[name] for name in names if name in named)
            wall = _clock(named["time"]) if "time" in named else None
            return Put(kind, named["price"], what, wall)
    for pattern in _answers():
        if found := pattern.search(text):
            what = found["service"]
            return Put(_named(what), found["price"], what, _clock(what), asked=True)
    return None


def _named(what: str) -> str:
    for kind, words in NAMED:
        if any(word in what.casefold() for word in words):
            return kind
    return NIGHTS


def _clock(words: str) -> time | None:
    found = CLOCK.search(words)
    return time(int(found[1]), int(found[2])) if found else None
