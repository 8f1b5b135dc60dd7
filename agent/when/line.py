"""A message as a line of words that grammar rules rewrite into things, step by step."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from agent.when.manner import BOOKING, Manner
from agent.when.tokens import Item


@dataclass(frozen=True, slots=True)
class Moment:
    """What a phrase is read against.

    `naming`: what is named is wanted as it stands ("after Friday" names Friday), not what follows.
    """

    now: datetime
    near: time | None = None
    expecting_time: bool = False
    manner: Manner = BOOKING
    naming: bool = False

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Found:
    """One match of a rule: what its named groups hold, as words, numbers or things."""

    match: re.Match[str]
    line: "Line"
    moment: Moment

    def word(self, name: str) -> str:
        """The text a group matched; empty where it took no part or the rule has no such group."""
        return self.match.groupdict().get(name) or ""

    def number(self, name: str) -> int:
        """The digits a group begins with; 0 where there are none."""
        digits = re.match(r"\d*", self.word(name))
        return int(digits[0] or 0) if digits else 0

    def is_swahili(self, name: str) -> bool:
        """Whether a group begins with a number said in Swahili words."""
        return self.line.items[self.line.index(self.match.start(name))].swahili

    def before(self) -> str:
        """The words before the match."""
        return self.line.text[: self.match.start()].rstrip()

    def following_thing(self) -> object:
        """The next thing after the match, past at most two words."""
        index = self.line.index(self.match.end())
        items = self.line.items[index : index + 3]
        return next((item.thing for item in items if item.thing), None)

    def thing(self, name: str) -> object:
        """The thing that stands where a group begins; None for a plain word."""
        if not self.word(name):
            return None
        return self.line.items[self.line.index(self.match.start(name))].thing


Build = Callable[[Found], object]


class Rule:
    """A phrase, as a pattern over words, and what it means; None where it means nothing.

    Patterns are compiled when first needed: all of them take longer than a command line may, which
    reads nobody's message, and most processes never read a report.
    """

    __slots__ = ("_pattern", "_source", "build")

    def __init__(self, source: str, build: Build) -> None:
        self._source = source
        self._pattern: re.Pattern[str] | None = None
        self.build = build

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern over the words of a line."""
        if self._pattern is None:
            self._pattern = re.compile(self._source)
        return self._pattern


def rule(pattern: str, build: Build) -> Rule:
    """A rule over whole words; single spaces in `pattern` are the gaps between words."""
    return Rule(rf"(?<!\S)(?:{pattern})(?!\S)", build)


class Line:
    """The words of one message, and the things understood so far in their places."""

    def __init__(self, items: list[Item], codes: dict[type, str]) -> None:
        self._codes = codes
        self._set(items)

    def _set(self, items: list[Item]) -> None:
        self.items = items
        self.text = " ".join(item.code for item in items)
        self._starts: list[int] = []
        at = 0
        for item in items:
            self._starts.append(at)
            at += len(item.code) + 1

    def index(self, offset: int) -> int:
        """Which item begins at (or next after) an offset into `text`."""
        return bisect_left(self._starts, offset)

    def words(self, first: Item | None, last: Item | None = None) -> str:
        """What stands between two items, before one or after one."""
        start = self._place(first) if first else -1
        end = self._place(last) if last else None
        return " ".join(item.code for item in self.items[start + 1 : end])

    def _place(self, item: Item) -> int:
        return bisect_left(self.items, item.start, key=lambda one: one.start)

    def rewrite(self, rules: Iterable[Rule], moment: Moment) -> None:
        """Apply each rule once, everywhere it fits, in order."""
        for each in rules:
            self._apply(each, moment)

    def _apply(self, each: Rule, moment: Moment) -> None:
        done: list[Item] = []
        copied = 0
        for match in each.pattern.finditer(self.text):
            thing = each.build(Found(match, self, moment))
            if thing is None:
                continue
            first, end = self.index(match.start()), self.index(match.end())
            done += self.items[copied:first]
            code = self._codes[type(thing)]
            done.append(Item(code, self.items[first].start, self.items[end - 1].end, thing))
            copied = end
        if done:
            self._set(done + self.items[copied:])
