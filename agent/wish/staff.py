"""Finds the staff member a message asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from agent.phrases import word_lists
from agent.words import plain_words
from jirani.rules.facts import Staff


@dataclass(frozen=True, slots=True)
class Wanted:
    """A member by id, or anyone, or a name nobody here has."""

    staff_id: str | None = None
    anyone: bool = False
    unknown: str | None = None


_ANYONE = re.compile(
    r"(?<= )(?:(?:with |by )?(?:any ?one|any ?body|who ?ever|any (?:stylist|barber|therapist"
    r"|staff|person|of (?:them|you))"
    r"|(?:with|by) some ?one)(?! else\b)|no preference|do(?:es)? not (?:matter|care|mind) (?:who"
    r"|which)|who ever is free"
    r"|(?:mtu |na )?yeyote|mtu yeyote)(?= )"
)
_WITH = re.compile(
    r"(?<= )(?:with|by|from|kwa|na|see|want|prefer"
    r"|ask for) (?P<name>[^\W\d_]+)(?: (?P<last>[^\W\d_]+))?"
)
_WITH_WHOM = re.compile(r"(?<= )with (?P<name>[^\W\d_]{3,})(?= )")
_NOBODY = word_lists("words.txt")["not_staff"]


def find_staff(words: str, staff: Sequence[Staff], services_said: frozenset[str]) -> Wanted:
    """The staff member in plain words, by full or first name; slips count after "with"."""
    by_name = {plain_words(member.name).strip(): member.id for member in staff}
    firsts: dict[str, str | None] = {}
    for name, key in by_name.items():
        first = name.split()[0] if name else ""
        firsts[first] = None if first in firsts else key
    for name, key in by_name.items():
        if name and f" {name} " in words:
            return Wanted(key)
    for first, only in firsts.items():
        if first and only and re.search(rf" {re.escape(first)}(?:'s)? ", words):
            return Wanted(only)
    if _ANYONE.search(words):
        return Wanted(anyone=True)
    for match in _WITH.finditer(words):
        said = match["name"]
        for first, only in firsts.items():
            if only and len(first) > 3 and said[0] == first[0] and OSA.distance(said, first) == 1:
                return Wanted(only)
    unknown = next(
        (
            match["name"]
            for match in _WITH_WHOM.finditer(words)
            if match["name"] not in _NOBODY | services_said
        ),
        None,
    )
    return Wanted(unknown=unknown.capitalize() if unknown else None)
