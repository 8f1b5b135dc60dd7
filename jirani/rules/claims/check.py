"""O13: compare what a text states with what backs it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from jirani.rules.claims.clock import find_bare_times, find_times, hours
from jirani.rules.claims.days import find_days
from jirani.rules.claims.model import (
    Backed,
    Claim,
    ClaimKind,
    Found,
    Value,
    any_of,
    blank,
    plain,
    readings,
)
from jirani.rules.claims.money import find_bare_sums, find_sums, numbers_in
from jirani.rules.claims.numbers import DURATION, LASTING
from jirani.rules.claims.offerings import find_services, services_in
from jirani.rules.claims.phones import find_phones, tails
from jirani.rules.claims.sentences import Sentence, sentences
from jirani.rules.claims.statuses import unbacked_statuses

_ADDRESS = re.compile(r"\bhttps?://\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.I)
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")

_NO_DAY = (r"(?<!\d )(?<!\d(?:st|nd|rd|th) )(?<!of )", r"(?!\s+\d)")

Find = Callable[[str, Backed], Iterable[Found]]

PLAIN: tuple[Find, ...] = (find_days, find_phones, find_sums, find_times)
BARE: tuple[Find, ...] = (find_bare_times, find_bare_sums, find_services)


def unbacked(text: str, backed: Backed) -> list[Claim]:
    """Return what a text states that nothing backs, in the text's order; empty when it may go out.

    Never raises, whatever a model wrote.
    """
    claims = {claim for page in readings(text) for claim in _unbacked(page, backed)}
    return sorted(claims, key=lambda claim: (claim.start, claim.kind))


def _unbacked(page: str, backed: Backed) -> Iterator[Claim]:
    if figures := list(_figures(page, backed)):
        judge = _Judge.of(backed, page)
        for one in figures:
            if not judge.backs(one):
                yield Claim(one.kind, page[one.start : one.end].strip(), one.start)
    named = _without_names(page, backed)
    for lines in {named, named.replace("\n", " ")}:  # a line may break off within a sentence
        yield from unbacked_statuses(lines, backed.statuses)


def _figures(page: str, backed: Backed) -> Iterator[Found]:
    """Find every figure, each form in what the forms before it have left."""
    page = _without_names(page, backed)
    page = _without(LASTING, _without(_ADDRESS, page))
    page = yield from _each(PLAIN, page, backed)
    page = _without(DURATION, page)
    yield from _each(BARE, page, backed)


def _each(finders: Iterable[Find], page: str, backed: Backed) -> Generator[Found, None, str]:
    for find in finders:
        found = list(find(page, backed))
        yield from found
        page = blank(page, ((one.start, one.end) for one in found))
    return page


def _without(pattern: re.Pattern[str], page: str) -> str:
    return blank(page, (match.span() for match in pattern.finditer(page)))


def _without_names(page: str, backed: Backed) -> str:
    """Blank out what is a name, but not where it is a date: June is on duty, June 30 is not."""
    people = frozenset(name for name in backed.names if not _states(name))
    page = _without(_naming(backed.services, "", ""), page)
    return _without(_naming(people, *_NO_DAY), page)


@lru_cache(maxsize=256)
def _naming(names: frozenset[str], before: str, after: str) -> re.Pattern[str]:
    known = {plain(name).strip() for name in names} - {""}
    either = any_of(known) if known else "(?!)"
    return re.compile(rf"(?<!\w){before}(?:{either})(?!\w){after}", re.I)


@lru_cache(maxsize=1024)
def _states(name: str) -> bool:
    """Tell whether a name would itself be a price or a status: guests may call themselves Paid."""
    said = f"It is {name}. It is 5 {name}, three {name}, {name} 5."
    about = {claim.kind for claim in unbacked(said, Backed(today=date.min))}
    return bool(about - {ClaimKind.DATE})


@dataclass(frozen=True, slots=True)
class _Judge:
    """Everything that may back a figure."""

    backed: Backed
    page: str
    sentences: list[Sentence]
    known: dict[ClaimKind, frozenset[Value]]
    echoes: dict[ClaimKind, frozenset[Value]]

    @classmethod
    def of(cls, backed: Backed, page: str) -> "_Judge":
        times = (one.replace(second=0, microsecond=0, tzinfo=None) for one in backed.times)
        rows: dict[ClaimKind, frozenset[Value]] = {
            ClaimKind.PRICE: backed.prices.union(*backed.priced.values()),
            ClaimKind.DATE: frozenset(backed.dates),
            ClaimKind.TIME: frozenset(times),
            ClaimKind.PHONE: frozenset(tails(backed.phones)),
        }
        known = _joined(rows, *(_values(snippet, backed) for snippet in backed.snippets))
        guest = plain(backed.guest_text)
        bare = (hours(int(number)) for number in _NUMBER.findall(guest))
        loose = {ClaimKind.TIME: frozenset[Value]().union(*bare)}
        return cls(backed, page, sentences(page), known, _joined(_values(guest, backed), loose))

    def backs(self, found: Found) -> bool:
        """Tell whether a figure is backed, in any of its readings."""
        if found.values & self._known(found):
            return True
        if found.weekday in self.backed.weekdays or self._in_words(found, self.backed.snippets):
            return True
        sentence = self._sentence(found)
        if found.deniable and sentence.refuses:
            return True
        if found.kind is ClaimKind.PHONE or sentence.asks or sentence.refuses:
            echoed = bool(found.values & self.echoes.get(found.kind, frozenset()))
            return echoed or self._in_words(found, (self.backed.guest_text,))
        return False

    def _known(self, found: Found) -> frozenset[Value]:
        """Return what backs a figure; a price beside services must be one of theirs, or a sum."""
        known = self.known.get(found.kind, frozenset())
        if found.kind is not ClaimKind.PRICE:
            return known
        sentence = self._sentence(found)
        named = services_in(self.page[sentence.start : sentence.end], self.backed.priced)
        if not named:
            return known
        others = frozenset[int]().union(*self.backed.priced.values()) - self.backed.prices
        return known - others | frozenset[int]().union(*(self.backed.priced[one] for one in named))

    def _sentence(self, found: Found) -> Sentence:
        ends = bisect_right(self.sentences, found.start, key=lambda one: one.end)
        return self.sentences[min(ends, len(self.sentences) - 1)]

    def _in_words(self, found: Found, sources: Iterable[str]) -> bool:
        words = " ".join(self.page[found.start : found.end].split())
        if found.kind in (ClaimKind.TIME, ClaimKind.DATE) and len(words) < 3:
            return False
        pattern = re.compile(rf"(?<![\w.,:]){re.escape(words)}(?!\w|[.,:]\d)", re.I)
        return any(pattern.search(" ".join(plain(source).split())) for source in sources)


def _values(source: str, backed: Backed) -> dict[ClaimKind, frozenset[Value]]:
    """Return what a source states; any number in it that is no day and no time may be a price."""
    page = plain(source)
    said: dict[ClaimKind, frozenset[Value]] = {}
    moments: list[tuple[int, int]] = []
    for found in _figures(page, backed):
        said[found.kind] = said.get(found.kind, frozenset()) | found.values
        if found.kind in (ClaimKind.DATE, ClaimKind.TIME):
            moments.append((found.start, found.end))
    numbers = numbers_in(blank(page, moments), backed.digits)
    said[ClaimKind.PRICE] = said.get(ClaimKind.PRICE, frozenset()) | numbers
    return said


def _joined(*parts: dict[ClaimKind, frozenset[Value]]) -> dict[ClaimKind, frozenset[Value]]:
    empty = frozenset[Value]()
    return {kind: empty.union(*(part.get(kind, empty) for part in parts)) for kind in ClaimKind}
