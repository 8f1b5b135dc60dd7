"""Finds the services a message names: exactly, in the plural, with a slip of the finger."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from agent.phrases import word_lists, word_set
from agent.words import plain_words
from jirani.rules.facts import Service

_NEAR_SHORT = 88.0  # in a short name one wrong letter makes another word
_NEAR = 75.0  # percent alike: worth a "did you mean", no more
_LONGEST_NAME = 5  # words
_LEAST, _MOST_SLIPS = 5, 2  # letters of a name that may be mistyped, and how often


@dataclass(frozen=True, slots=True)
class Named:
    """Services named outright in reading order, one nearly named, and the words that did it."""

    ids: tuple[str, ...] = ()
    near: str | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Name:
    stems: tuple[str, ...]
    service_id: str
    said: str  # the stems in one piece


@dataclass(frozen=True, slots=True)
class _Names:
    """All names; whose they are outright; those long enough for a slip, by their length.

    `heads` are last words that only one service has, `shared` those that several do.
    """

    every: tuple[_Name, ...]
    outright: dict[tuple[str, ...], str]
    long: dict[int, list[_Name]]
    heads: dict[str, str]
    shared: dict[str, str]


def find_services(words: str, services: Sequence[Service]) -> Named:
    """Services in plain words; longer names win over the names inside them."""
    names = _names_of(tuple(services))
    said = words.split()
    stems = [_stem(word) for word in said]
    taken: set[int] = set()
    hits: list[tuple[int, str]] = []
    for size in range(min(_LONGEST_NAME, len(stems)), 0, -1):
        for start in range(len(stems) - size + 1):
            span = range(start, start + size)
            if taken.intersection(span):
                continue
            found = _match(tuple(stems[start : start + size]), names)
            if found is None and size == 1:
                found = names.heads.get(stems[start])
            if found is not None:
                hits.append((start, found))
                taken.update(span)
    near = None if hits else _nearly(stems, names)
    ids = tuple(dict.fromkeys(service_id for _, service_id in sorted(hits)))
    return Named(ids, near, frozenset(said[index] for index in taken))


@lru_cache(maxsize=256)
def _names_of(services: tuple[Service, ...]) -> _Names:
    names = tuple(
        _Name(stems, service.id, " ".join(stems))
        for service in services
        for name in (service.name, *service.aliases)
        if (stems := tuple(_stem(word) for word in plain_words(name).split()))
    )
    lasts = {(name.stems[-1], name.service_id) for name in names if len(name.stems) > 1}
    count = Counter(last for last, _ in lasts)
    full = {name.stems[0] for name in names if len(name.stems) == 1}
    usable = sorted((last, key) for last, key in lasts if len(last) > 3 and last not in full)
    heads = {last: key for last, key in usable if count[last] == 1}
    shared = {last: key for last, key in reversed(usable) if count[last] > 1}
    long = defaultdict(list)
    for name in names:
        if len(name.said) >= _LEAST:
            long[len(name.said)].append(name)
    outright = {name.stems: name.service_id for name in reversed(names)}
    return _Names(names, outright, dict(long), heads, shared)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _match(stems: tuple[str, ...], names: _Names) -> str | None:
    if outright := names.outright.get(stems):
        return outright
    said = " ".join(stems)
    if len(said) < _LEAST or said in _NOT_TYPOS:
        return None
    near = range(len(said) - _MOST_SLIPS, len(said) + _MOST_SLIPS + 1)
    like = [name for length in near for name in names.long.get(length, ())]
    found = ((_slips(said, name.said), name.service_id) for name in like)
    close = sorted({(slips, key) for slips, key in found if slips is not None})
    # Equally near to two services, or a wrong first letter: better asked.
    if not close or (len(close) > 1 and close[0][0] == close[1][0]):
        return None
    key = close[0][1]
    mine = (name for name in names.every if name.service_id == key)
    return key if any(name.said[0] == said[0] for name in mine) else None


_NOT_TYPOS = word_set(
    """
    basic facts waves socials trip ready makes stage shade shares message
    """
)


def _slips(said: str, wanted: str) -> int | None:
    """How many slips of the finger apart, or None when too many: one, two in long names."""
    allowed = 1 if len(wanted) < 8 else _MOST_SLIPS
    slips = OSA.distance(said, wanted, score_cutoff=allowed)
    return slips if slips <= allowed else None


def _nearly(stems: Sequence[str], names: _Names) -> str | None:
    for stem in stems:
        if stem in names.shared:
            return names.shared[stem]
    best: tuple[float, str] | None = None
    for said in _pieces(stems):
        for name in names.every:
            wanted = name.said
            if len(wanted) < _LEAST or (said[0] != wanted[0] and said[1] != wanted[1]):
                continue
            bar = _NEAR if len(wanted) > 5 else _NEAR_SHORT
            alike = ratio(said, wanted, score_cutoff=bar)
            if wanted.startswith(said):
                alike = max(alike, _NEAR)
            if alike and (best is None or alike > best[0]):
                best = (alike, name.service_id)
    return best[1] if best else None


def _pieces(stems: Sequence[str]) -> Iterator[str]:
    """The words, and neighbours run together, worth comparing; at most a few dozen."""
    for index, stem in enumerate(stems[:40]):
        if len(stem) >= 5 and stem.isalpha() and stem not in _COMMON:
            yield stem
        pair = "".join(stems[index : index + 2])
        if len(pair) >= 7 and re.fullmatch(r"[^\W\d_]+", pair) and stem not in _COMMON:
            yield pair


_COMMON = word_lists("words.txt")["not_nearly"]
