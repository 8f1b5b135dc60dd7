"""What a text may state, and what was found in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class ClaimKind(StrEnum):
    """What sort of thing is stated."""

    PRICE = "price"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    SERVICE = "service"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of a text that nothing backs; `start` is its place in the text."""

    kind: ClaimKind
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Backed:
    """What tool results, live offers, this thread's rows and the knowledge snippets say.

    Prices are minor units of `currency` (`digits` of them to a unit); 0 backs "for free".
    `weekdays` (0 is Monday) back opening days. `names` are people, places and the business:
    they and the services are never read as dates or numbers. The guest's own words back
    what is repeated in a question or a refusal.
    """

    today: date
    prices: frozenset[int] = frozenset()
    currency: str = "KES"
    digits: int = 2
    dates: frozenset[date] = frozenset()
    weekdays: frozenset[int] = frozenset()
    times: frozenset[time] = frozenset()
    services: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    snippets: tuple[str, ...] = ()
    guest_text: str = ""


Value = int | date | time | str


@dataclass(frozen=True, slots=True)
class Found:
    """A figure in a text and every way to read it; none at all means that nothing can back it.

    `weekday` is set for a bare day of the week. A `deniable` one states nothing in a refusal.
    """

    kind: ClaimKind
    start: int
    end: int
    values: frozenset[Value] = frozenset()
    weekday: int | None = None
    deniable: bool = False


BLANK = "\0"  # takes the place of what was read, so that words around it do not seem to touch

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u00b4`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("*_~\u00a0\u2007\u2009\u200a\u200b\u200d\u202f\u2060\ufeff", " "),
        "\u017f": "s",  # these three are matched by s and i without regard to case,
        "\u0131": "i",  # but lower() does not make them so
        "\u0130": "I",
    }
)


def plain(text: str) -> str:
    """Write look-alikes in one way, place for place; so no pattern matches what no table knows."""
    return text.translate(_ALIKE)


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Blank out spans of a text, place for place."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = BLANK * (end - start)
    return "".join(letters)


def any_of(words: Iterable[str]) -> str:
    """Make an expression for one of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
