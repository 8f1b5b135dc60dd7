"""What a text may state, and what was found in it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
    """A piece of a text that nothing backs; `start` is its place in the text as it was read."""

    kind: ClaimKind
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Backed:
    """What tool results, live offers, this thread's rows and the knowledge snippets say.

    Prices are minor units of `currency` (`digits` of them to a unit); 0 backs "for free". Those in
    `priced` are a service's own, by its names: no other service is said to cost them.
    `weekdays` (0 is Monday) back opening days. `names` are people, places and the business:
    they and the services are never read as dates or numbers. The guest's own words back
    what is repeated in a question or a refusal.
    """

    today: date
    prices: frozenset[int] = frozenset()
    priced: Mapping[str, frozenset[int]] = field(default_factory=dict)
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

# Letters of other scripts that look like Latin ones, and ours that lower() leaves apart.
_LOOKS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u0501\u04bb\u043a\u043c\u0442\u0432"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0405\u0408"
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131",
    "aeopcyxisjdhkmtbABEKMHOPCTXYISJaeiknoptuxABEHIKMNOPTYXi",
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u00b4`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        "\u2044": "/",
    }
)
_MARKS = re.compile(r"[*_~]+")
_INSIDE = re.compile(r"(?<=[^\s*_~])[*_~]+(?=[^\s*_~])")
_SPELT = re.compile(r"\b(?:[^\W\d_][ .-])+[^\W\d_]\b")


def plain(text: str) -> str:
    """Write look-alikes in one way: what is not seen is dropped, ornaments are spaces."""
    return _MARKS.sub(_blanked, _written(text, unseen=""))


def readings(text: str) -> list[str]:
    """Return a text as it may be read: also without what splits its words."""
    written = _written(text, unseen="")
    whole = _INSIDE.sub("", _SPELT.sub(_joined, written))
    pages = written, _written(text, unseen=" "), whole
    return list(dict.fromkeys(_MARKS.sub(_blanked, page) for page in pages))


def _blanked(marks: re.Match[str]) -> str:
    return " " * len(marks[0])


def _joined(spelt: re.Match[str]) -> str:
    return re.sub(r"[ .-]", "", spelt[0])


def _written(text: str, unseen: str) -> str:
    text = text.translate(_SIGNS)
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKD", text.translate(_LOOKS))
    return "".join(_letter(letter, unseen) for letter in folded).translate(_SIGNS)


def _letter(letter: str, unseen: str) -> str:
    if letter.isascii():
        return letter
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category in ("Mn", "Me"):
        return ""
    if category == "Cf":
        return unseen
    return " " if category in ("So", "Zs", "Zl", "Zp") else letter


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Blank out spans of a text, place for place."""
    found = list(spans)
    if not found:
        return text
    letters = list(text)
    for start, end in found:
        letters[start:end] = BLANK * (end - start)
    return "".join(letters)


def matches_of(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    """Return where a pattern matches, and the text with that blanked out."""
    found = list(pattern.finditer(text))
    return found, blank(text, (match.span() for match in found))


def any_of(words: Iterable[str]) -> str:
    """Make an expression for one of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
