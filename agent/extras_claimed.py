"""That an extra was added to a stay, or taken off, is said of that very one only (O13)."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from agent.extras import WORDS, named, nights_named
from agent.words import plain_words
from jirani.rules.claims import Backed, Claim, ClaimKind, unbacked
from jirani.rules.dossier import Dossier
from jirani.rules.facts import OfferStatus, StayOffer
from jirani.rules.stays.preferring import NEVER

_SENTENCES = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_ADDED = re.compile(r"\badded\b|\w*meongez\w*", re.I)


_STOPPED = re.compile(
    r"\b(?:won['\u2019]t|will not|will no longer|no longer)"
    r"(?= (?:get|receive|send|be sent|hear|offer)\b)",
    re.I,
)


def without_noted(text: str, prefers: Collection[str]) -> str:
    """Return a reply with blanks where it says that what was noted is not offered any more.

    It is so of the very thing that the guest never wants; of anything else it is still a claim.
    """

    def said(sentence: re.Match[str]) -> str:
        things = {
            each.partition("_before")[0].partition("_after")[0] for each in _extras_in(sentence[0])
        }
        if not things or not all(f"{NEVER}{thing}" in prefers for thing in things):
            return sentence[0]
        return _STOPPED.sub(lambda found: " " * len(found[0]), sentence[0])

    return _SENTENCES.sub(said, text) if prefers else text


def unbacked_extras(text: str, known: Dossier, backed: Backed) -> list[Claim]:
    """Return the sentences that state of an extra what is not so."""
    if known.stay is None:
        return []
    bare = replace(backed, statuses=frozenset())
    return [
        Claim(ClaimKind.STATUS, sentence[0].strip(), sentence.start())
        for sentence in _SENTENCES.finditer(text)
        if not _is_so(sentence[0], known, bare)
    ]


def _is_so(sentence: str, known: Dossier, bare: Backed) -> bool:
    """Judge one sentence; one that says nothing was done states nothing here."""
    if not _says_done(sentence, bare):
        return True
    about = set(_extras_in(sentence))
    if not _says_done(sentence, replace(bare, statuses=frozenset({"cancelled"}))):
        return not about or _are(about, sentence, _taken_off(known))
    if about:
        return _are(about, sentence, _sold(known))
    return bool(_sold(known)) or not _ADDED.search(sentence)


def _are(about: Collection[str], sentence: str, offers: Collection[StayOffer]) -> bool:
    """Tell whether something named is among these; of nights, also whether they are so many."""
    those = [each for each in offers if named(each.kind) in about]
    nights = [len(each.terms.nights) for each in those if each.terms and each.terms.nights]
    said = nights_named(plain_words(sentence)) if nights else set()
    return bool(those) and (not said or bool(said & {*nights, sum(nights)}))


def _says_done(sentence: str, backed: Backed) -> bool:
    return any(claim.kind is ClaimKind.STATUS for claim in unbacked(sentence, backed))


def _extras_in(sentence: str) -> Iterator[str]:
    words = plain_words(sentence)
    for extra, names in WORDS.items():
        if any(re.search(rf" {name}s? ", words) for name in names):
            yield extra


def _sold(known: Dossier) -> list[StayOffer]:
    return [
        each
        for each in known.stay_offers
        if each.status is OfferStatus.ACCEPTED and each.id not in known.undone
    ]


def _taken_off(known: Dossier) -> list[StayOffer]:
    return [each for each in known.stay_offers if each.id in known.undone]
