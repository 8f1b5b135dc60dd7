"""What a guest wishes of offers from now on, in their own words; never a guess (U4).

"No cleaning, thanks" answers an offer, "no need for towels" answers nothing, and a question wishes
nothing: only a clause that speaks of offers to come, and names what, counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from agent.language import language_of
from agent.phrases import phrases
from agent.phrases.listed import PhraseList
from agent.words import LONGEST, plain_words
from jirani.rules.facts import Preference
from jirani.rules.stays.preferring import LOVES, NEVER, TAKEN_BACK, THINGS

_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_CLAUSE = re.compile(r"[,;:]|\b(?:but|lakini)\b|\band (?=(?:we|i|please)\b)", re.I)
_THINGS = tuple(dict.fromkeys(THINGS.values()))
_GENERAL = {
    "fewer_offers": str(Preference.FEWER_OFFERS),
    "more_offers": TAKEN_BACK + Preference.FEWER_OFFERS,
    "no_budget": TAKEN_BACK + Preference.BUDGET,
    "budget": str(Preference.BUDGET),
}
_BY_STANCE = {"again": TAKEN_BACK + NEVER, "never": NEVER, "loves": LOVES}


@dataclass(slots=True)
class Wishes:
    """The wishes of a message, by name, and what it says besides: that is read for all else."""

    names: list[str] = field(default_factory=list)
    rest: str = ""
    language: str | None = None


@cache
def _patterns() -> dict[str, PhraseList]:
    """Return the sections of preferences.txt, in order."""
    return dict(phrases("preferences.txt"))


def wishes_in(text: str) -> Wishes:
    """Return what a message wishes of offers to come; at most 1,500 characters are read for it."""
    found = Wishes()
    for sentence in _SENTENCE.findall(text[:LONGEST]):
        asks = sentence.rstrip().endswith("?")
        stance = ""
        for clause in _clauses(sentence):
            words = plain_words(clause)
            names, stance = _in_clause(words, stance, asks=asks)
            found.names += names
            goes_on = _heard("the_rest", words) or _is_list(words, [])
            if not (names or (found.names and goes_on)):
                found.rest += clause
    found.rest += text[LONGEST:]
    found.names = list(dict.fromkeys(found.names))
    if not any(char.isalnum() for char in found.rest):
        found.rest = ""
    if found.names:
        found.language = language_of(plain_words(text))
    return found


def _clauses(sentence: str) -> Iterator[str]:
    """Cut a sentence where another wish may begin; together they are all of it."""
    at = 0
    for cut in _CLAUSE.finditer(sentence):
        yield sentence[at : cut.end()]
        at = cut.end()
    yield sentence[at:]


def _in_clause(words: str, before: str, *, asks: bool) -> tuple[list[str], str]:
    """Return the wishes of a clause, and the stance that a list may go on with."""
    things = [thing for thing in _THINGS if _heard(thing, words)]
    if before and things and _is_list(words, things):
        return [_BY_STANCE[before] + thing for thing in things], before
    stance = _stance(words, asks=asks) if things else ""
    if stance:
        return [_BY_STANCE[stance] + thing for thing in things], stance
    if asks:
        return [], ""
    return [name for section, name in _GENERAL.items() if _means(section, words)][:1], ""


def _stance(words: str, *, asks: bool) -> str:
    begged = re.match(r" (?:and |so |also )?(?:can|could|would|will) you ", words)
    if asks and not (begged and _heard("never", words)):
        return ""
    for stance in _BY_STANCE:
        if _heard(stance, words) and not _excepted(stance, words):
            return stance
    return ""


def _excepted(stance: str, words: str) -> bool:
    """Tell whether a clause is about somebody else's offers, or about what is there already."""
    if stance == "loves":
        plain_cleaning = _heard("cleaning", words) and not _heard("a_cleaning_as_such", words)
        return plain_cleaning or _heard("loves_what_is_there", words)
    return stance == "never" and _heard("about_others", words)


def _means(section: str, words: str) -> bool:
    if section == "budget" and (_heard("budget_of_others", words) or _heard("no_budget", words)):
        return False
    return _heard(section, words)


def _is_list(words: str, things: list[str]) -> bool:
    """Tell whether a clause names nothing but things: "... late check-outs or cleaning"."""
    for section in (*things, "more_of_the_same"):
        words = _patterns()[section].sub(lambda _: "", words)
    return not any(char.isalnum() for char in words)


def _heard(section: str, words: str) -> bool:
    return bool(_patterns()[section].found_in(words))
