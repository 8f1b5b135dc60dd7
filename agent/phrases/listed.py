"""Phrases in a message, found as one pattern of them all would find them.

Such a pattern takes long to compile, most of it for phrases that nobody uses on most days. So each
is compiled by itself, and not before a message has a word that can open it.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

from agent.phrases.openings import END, openings

LETTERS = 3  # of a beginning with an open end: enough to tell it from most words


class PhraseList:
    """Phrases in their order: of two that begin at one word, the first has it."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(phrases)
        self._by_word: dict[str, int] = {}  # which phrases, as bits: the first is the lowest
        self._by_letters: dict[str, int] = {}  # the same for any word that begins so
        for number, phrase in enumerate(self._phrases):
            for opening in openings(phrase):
                whole = opening.endswith(END)
                bits = self._by_word if whole else self._by_letters
                key = opening[:-1] if whole else END + opening[:-1][:LETTERS]
                bits[key] = bits.get(key, 0) | 1 << number

    def found_in(self, text: str) -> list[re.Match[str]]:
        """Find the phrases that stand between spaces, from left to right; none shares a word."""
        found: list[re.Match[str]] = []
        words = text.split(END)
        begun = [each for each in self._by_letters.items() if each[0] in text]
        if not begun and self._by_word.keys().isdisjoint(words):
            return found
        at, behind = 0, 1
        for word in words:
            if at >= behind:
                bits = self._by_word.get(word, 0)
                for letters, more in begun:
                    if text.startswith(letters, at - 1):
                        bits |= more
                if bits and (match := self._first(bits, text, at)):
                    found.append(match)
                    behind = match.end()
            at += len(word) + 1
        return found

    def sub(self, put: Callable[[re.Match[str]], str], text: str) -> str:
        """Put something in the place of every phrase found."""
        rest, behind = "", 0
        for match in self.found_in(text):
            rest += text[behind : match.start()] + put(match)
            behind = match.end()
        return rest + text[behind:]

    def _first(self, bits: int, text: str, at: int) -> re.Match[str] | None:
        """The first of some phrases that is said from a place on."""
        while bits:
            lowest = bits & -bits
            if match := _compiled(self._phrases[lowest.bit_length() - 1]).match(text, at):
                return match
            bits ^= lowest
        return None


@cache
def _compiled(phrase: str) -> re.Pattern[str]:
    return re.compile(f"(?:{phrase})(?= )")
