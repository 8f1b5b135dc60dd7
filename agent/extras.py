"""Extras around a stay in a guest's own words: which one is named, and whether it is asked for."""

import re
from collections.abc import Iterator
from functools import cache

from agent.phrases import phrases
from agent.phrases.listed import PhraseList
from jirani.rules.facts import OfferKind
from jirani.rules.stays.kinds import OFFER_KINDS, Product

EARLY, LATE, CLEANING = "early_check_in", "late_check_out", "cleaning"
BEFORE, AFTER = "nights_before", "nights_after"

_OF = {
    Product.EARLIER: EARLY,
    Product.LATER: LATE,
    Product.CLEANING: CLEANING,
    Product.NIGHTS_BEFORE: BEFORE,
    Product.NIGHTS_AFTER: AFTER,
}
# The words for something that is live or sold, by which a message may name it.
WORDS: dict[str, tuple[str, ...]] = {
    EARLY: ("early check-in", "check-in", "check in", "checkin", "arrival", "kuingia"),
    LATE: ("late check-out", "check-out", "check out", "checkout", "departure", "kutoka"),
    CLEANING: ("cleaning", "clean", "housekeeping", "usafi"),
    BEFORE: ("extra night", "night", "night before", "usiku"),
    AFTER: ("extra night", "night", "nights", "usiku"),
}
_COUNTS = {"one": 1, "a": 1, "an": 1, "another": 1, "two": 2, "couple": 2, "three": 3}
_COUNTS |= {"mmoja": 1, "moja": 1, "mbili": 2}
_NIGHTS = re.compile(
    r"(?<= )(\d+|one|an?|another|two|couple|three)(?: of)?(?: more| extra| additional)?"
    r" (?:nights?|days?)(?= )|(?<= )(?:usiku|siku) (\d+|mmoja|moja|mbili)(?= )"
)


@cache
def _patterns() -> dict[str, PhraseList]:
    """Return the sections of extras.txt, in order; only who talks about stays pays for them."""
    return dict(phrases("extras.txt"))


def heard(section: str, words: str) -> bool:
    """Tell whether a section of extras.txt is heard in a message's plain words."""
    return bool(_patterns()[section].found_in(words))


def named(kind: OfferKind) -> str:
    """Return how a guest and a model call what a kind sells."""
    return _OF[OFFER_KINDS[kind].product]


def asked_for(words: str) -> str | None:
    """Return the extra that a message's plain words ask for, or None.

    "What time is check-out?" asks for a fact; "could we check out at two?" for an extra.
    """
    if heard("fact", words):
        return None
    for section in _patterns():
        if section in WORDS and heard(section, words):
            return None if section == CLEANING and heard("no_cleaning", words) else section
    return None


def nights_in(words: str) -> int | None:
    """Return how many nights a message's plain words name; None if it names no number."""
    return next(_nights(words), None)


def nights_named(words: str) -> set[int]:
    """Return every number of nights that plain words name."""
    return {each for each in _nights(words) if each is not None}


def _nights(words: str) -> Iterator[int | None]:
    for found in _NIGHTS.finditer(words):
        said = found[1] or found[2]
        yield _COUNTS.get(said) or (int(said) if said.isdecimal() else None)
