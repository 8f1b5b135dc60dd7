"""Names of people and the names that stand in for them, in whatever letters they are written."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import product

from babel import Locale
from rapidfuzz.distance import OSA

from agent.phrases import word_lists

FIRST = ("Lucy", "Esther", "Kevin", "Dennis", "Naomi", "Samuel", "Ruth", "Caleb", "Irene", "Victor")
LAST = ("Mutua", "Barasa", "Nekesa", "Wafula", "Chebet", "Kiprono", "Musyoka", "Odhiambo", "Kamau")
UNLIKE = 3  # letters in which a stand-in differs from every name of the business, at least
_LETTER = r"[^\W\d_]"
_APART = r"[\W_]*"
# What is said as a word, too, stays where it stands alone: "will" is not always Will Smith.
_MONTHS = {name.casefold() for name in Locale.parse("en").months["format"]["wide"].values()}
_WORDS = frozenset(_MONTHS).union(*word_lists("words.txt").values())


class Persons:
    """The people of a conversation; `own` are the business's words, `said` all that was said."""

    def __init__(self, names: Iterable[str], own: Collection[str], said: str) -> None:
        known = sorted({name for name in names if _parts(name)}, key=len, reverse=True)
        self.own = {each.casefold() for word in own for each in (word, *word.split())}
        self._avoid = self.own | {p.casefold() for name in known for p in _parts(name)}
        self._said = said.casefold()
        self._free = (iter(self._pool(FIRST)), iter(self._pool(LAST)))
        self._stand_ins: dict[str, str] = {}
        for name in known:
            for place, part in enumerate(_parts(name)):
                self._stand_in(part, first=place == 0)
        whole = [_APART.join(f"({_spelt(part)})" for part in _parts(name)) for name in known]
        alone = sorted({part for name in known for part in _parts(name)}, key=len, reverse=True)
        loose = [
            f"({_spelt(part)})"
            for part in alone
            if len(part) > 1 and part.casefold() not in self.own | _WORDS
        ]
        # A possessive is no other word: "Jane's", and hurriedly "janes".
        ends = rf"(?=(?:['\u2019]?s)?(?!{_LETTER}))"
        several = [each for name, each in zip(known, whole, strict=True) if len(_parts(name)) > 1]
        ways = [*several, *(f"(?<!{_LETTER}){each}{ends}" for each in loose)]
        self._pattern = re.compile("|".join(ways) or r"(?!)", re.IGNORECASE)

    def replaced(self, text: str) -> str:
        """Replace names; what stands between their parts stays, and so does how they begin."""
        return self._pattern.sub(self._other, text)

    def _other(self, found: re.Match[str]) -> str:
        text, at = "", found.start()
        for group in (number for number, part in enumerate(found.groups(), 1) if part is not None):
            start, end = found.span(group)
            text += found.string[at:start] + _cased(
                self._stand_ins[_plain(found[group])], found[group]
            )
            at = end
        return text + found.string[at : found.end()]

    def _stand_in(self, part: str, *, first: bool) -> None:
        key = _plain(part)
        if key not in self._stand_ins:
            other = next(self._free[0 if first else 1])
            self._stand_ins[key] = other if len(part) > 1 else other[0]

    def _pool(self, names: tuple[str, ...]) -> Iterator[str]:
        """Yield names that nobody here could be meant by."""
        longer = (f"{one}{other.lower()}" for one, other in product(names, (*FIRST, *LAST)))
        for name in (*names, *longer):
            plain = name.casefold()
            alike = any(OSA.distance(plain, word) < UNLIKE for word in self._avoid)
            if not alike and plain not in self._said:
                yield name


def _parts(name: str) -> list[str]:
    return re.findall(rf"{_LETTER}+", name)


def _plain(part: str) -> str:
    """Write a part without accents and capitals."""
    apart = unicodedata.normalize("NFKD", part.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold()


def _spelt(part: str) -> str:
    """Return a pattern for the ways to write a part."""
    ways = {part, part.casefold(), part.lower(), part.upper(), _plain(part)}
    return "|".join(re.escape(way) for way in sorted(ways, key=lambda way: (-len(way), way)))


def _cased(name: str, like: str) -> str:
    if like.islower():
        return name.lower()
    return name.upper() if like.isupper() and len(like) > 1 else name
