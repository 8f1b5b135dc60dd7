"""Phrases in a message, found as one pattern of them all would find them.

Such a pattern takes long to compile, most of it for phrases that nobody uses on most days. So each
is compiled by itself, and not before a message has a word that can open it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from agent.phrases.openings import END, openings


class PhraseList:
    """Phrases in their order: of two that begin at one word, the first has it."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(phrases)
        self._by_word: dict[str, int] = {}  # which phrases, as bits: the first is the lowest
        self._by_letters: dict[str, int] = {}  # the same for words that begin so
        for number, phrase in enumerate(self._phrases):
            for opening in openings(phrase):
                bits = self._by_word if opening.endswith(END) else self._by_letters
                bits[opening[:-1]] = bits.get(opening[:-1], 0) | 1 << number
        self._lengths = sorted({len(letters) for letters in self._by_letters})

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find phrases that stand between spaces, from left to right; none shares a word."""
        at, behind = 0, 1
        for word in text.split(END):
            if at >= behind and (match := self._match(word, text, at)):
                yield match
                behind = match.end()
            at += len(word) + 1

    def sub(self, put: Callable[[re.Match[str]], str], text: str) -> str:
        """Put something in the place of every phrase found."""
        parts, behind = [], 0
        for match in self.finditer(text):
            parts += text[behind : match.start()], put(match)
            behind = match.end()
        return "".join((*parts, text[behind:]))

    def _match(self, word: str, text: str, at: int) -> re.Match[str] | None:
        """The first phrase that is said from a word on."""
        bits = self._by_word.get(word, 0)
        for length in self._lengths:
            bits |= self._by_letters.get(word[:length], 0)
        while bits:
            lowest = bits & -bits
            if match := _compiled(self._phrases[lowest.bit_length() - 1]).match(text, at):
                return match
            bits ^= lowest
        return None


@cache
def _compiled(phrase: str) -> re.Pattern[str]:
    return re.compile(f"(?:{phrase})(?= )")
