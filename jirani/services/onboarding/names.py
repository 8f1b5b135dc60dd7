"""Names as people type them: tidied, compared without case, and guessed when nearly right."""

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz, process

GUESSES = 100  # of one file: a guess takes long, and who got everything wrong needs no more

Word = TypeVar("Word", bound=StrEnum)


class Wrong(ValueError):
    """A value that cannot be used; the message completes "line 3, price: ..."."""


def tidy(text: str, limit: int) -> str:
    """Return one line of text without stray spaces; raises Wrong if it is missing or too long."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if not text:
        raise Wrong("is missing")
    if not text.isprintable():
        raise Wrong("has characters that cannot be shown; type it again")
    if len(text) > limit:
        raise Wrong(f"may have {limit} characters; this one has {len(text)}")
    return text


def listed(text: str, limit: int) -> tuple[str, ...]:
    """Return the parts between `|`, each once, in order; an empty text has none."""
    parts = (tidy(part, limit) for part in text.split("|") if part.strip())
    return tuple({key(part): part for part in parts}.values())


def key(name: str) -> str:
    """Return what makes two spellings the same name."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def nearest(text: str, names: Iterable[str], at_least: float = 60) -> str | None:
    """Return the name most like a text, or None when none is."""
    found = process.extractOne(text, list(names), scorer=fuzz.ratio, processor=key)
    return found[0] if found and found[1] >= at_least else None


def one_of(words: type[Word], text: str, default: Word) -> Word:
    """Read a member of an enum, the default if nothing is written; raises Wrong."""
    try:
        return words(text.strip().casefold()) if text.strip() else default
    except ValueError as error:
        raise Wrong(f"{text!r} is unknown; write {' or '.join(words)}") from error


class Lookup:
    """Finds the id of what a person names; `others` are further words for the same ids."""

    def __init__(self, what: str, ids: Mapping[str, str], others: Mapping[str, str] | None = None):
        self._what = what
        self._names = list(ids)
        self._guesses = GUESSES
        found = {key(name): id for name, id in ids.items()}
        self._ids = {key(name): id for name, id in (others or {}).items()} | found

    def __contains__(self, text: str) -> bool:
        return key(text) in self._ids

    def find(self, text: str) -> str:
        """Return the id; raises Wrong with the nearest name, or with all names there are."""
        if not text.strip():
            raise Wrong(f"is missing; name a {self._what}")
        if text not in self:
            raise Wrong(f"there is no {self._what} {text.strip()!r}{self._hint(text)}")
        return self._ids[key(text)]

    def _hint(self, text: str) -> str:
        if not self._guesses:
            return ""
        self._guesses -= 1
        guess = nearest(text, self._names)
        if guess:
            return f"; did you mean {guess}?"
        return f"; there are: {', '.join(self._names) or 'none yet'}"
