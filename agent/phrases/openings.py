"""How a phrase can begin, so that only what a message may hold is ever compiled.

An opening is a whole first word ("no ") or, where its end is left open, the letters before that
("usi*"). It may promise more than the phrase keeps, never less: a message without it cannot match.
No more of a phrase is read than its first word takes; that is what makes it cheap.
"""

import re

ANYTHING = "*"  # an opening that ends so goes on with any letters
END = " "
_PLAIN = re.compile(r"([a-z0-9', |]*)\)")  # the rest of a group of words alone
_TEXT = re.compile(r"[a-z0-9', ]+(?![?*+{])|[a-z0-9', ]")
_REPEATED = re.compile(r"(?:([?*+])|\{[^}]*\})\??")
_LOOKING = re.compile(r"\(\?<?[=!]")  # ahead or behind: it takes no letters
_OTHER = re.compile(r"\\.|\[[^]]*\]|[.^$]")
_BRACKETS = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_REMAINDER = re.compile(rf"(?:[^()|\\]|\\.|{_BRACKETS})*(?=[|)])")


def openings(phrase: str) -> set[str]:
    """Return the openings of a phrase: a regular expression of characters and plain groups."""
    heads, _ = _either(f"{phrase})", 0)
    return {head if _is_whole(head) else head + END for head in heads}


def _either(phrase: str, at: int) -> tuple[set[str], int]:
    """Where alternatives can begin, and the place behind the bracket that closes them."""
    if plain := _PLAIN.match(phrase, at):
        return {_first_word(text) for text in plain[1].split("|")}, plain.end()
    found: set[str] = set()
    while True:
        heads, at = _one(phrase, at)
        found |= heads
        at += 1
        if phrase[at - 1] == ")":
            return found, at


def _one(phrase: str, at: int) -> tuple[set[str], int]:
    """How one alternative can begin, and the place where it ends."""
    if (text := _TEXT.match(phrase, at)) and END in text[0]:
        return {_first_word(text[0])}, _behind(_REMAINDER, phrase, text.end())
    heads = {""}
    while phrase[at] not in "|)":
        parts, at = _part(phrase, at)
        heads = {head if _is_whole(head) else head + part for head in heads for part in parts}
        if ANYTHING in heads:
            return {ANYTHING}, _behind(_REMAINDER, phrase, at)
        if all(map(_is_whole, heads)):
            return heads, _behind(_REMAINDER, phrase, at)
    return heads, at


def _part(phrase: str, at: int) -> tuple[set[str], int]:
    """What one part adds to a beginning, and the place behind it."""
    if text := _TEXT.match(phrase, at):
        parts, at = {_first_word(text[0])}, text.end()
    elif looking := _LOOKING.match(phrase, at):
        return {""}, _either(phrase, looking.end())[1]
    elif phrase.startswith("(?:", at):
        parts, at = _either(phrase, at + 3)
    else:
        parts, at = {"" if phrase[at] in "^$" else ANYTHING}, _behind(_OTHER, phrase, at)
    if many := _REPEATED.match(phrase, at):
        at = many.end()
        if many[1] != "?":
            parts = {part if _is_whole(part) else part + ANYTHING for part in parts}
        if many[1] != "+":
            parts = {*parts, ""}
    return parts, at


def _first_word(text: str) -> str:
    word, end, _ = text.partition(END)
    return word + end


def _is_whole(head: str) -> bool:
    return head[-1:] in (END, ANYTHING)


def _behind(pattern: re.Pattern[str], phrase: str, at: int) -> int:
    if (match := pattern.match(phrase, at)) is None:
        raise ValueError(f"a phrase too intricate to tell how it begins, at {at}: {phrase}")
    return match.end()
