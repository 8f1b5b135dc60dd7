"""One meaning out of two opinions: what the rules read, and what the model makes of it."""

from dataclasses import dataclass, replace

from agent.reader.cues import Cue
from agent.reader.heard import Heard
from agent.reader.weights import Shares
from jirani.rules.reading import DECLINES, Meaning, Reading

_ANSWERS = frozenset({Meaning.ACCEPT, *DECLINES})
YES_AT, NO_AT = 0.5, 0.4  # below them a yes or a no is unclear
SURE = 0.9  # what it takes to settle alone what the rules left open
_NEGATIONS = (Cue.NO, Cue.NOT, Cue.LATER)


@dataclass(frozen=True, slots=True)
class Opinion:
    """The model's: how likely each answer is, and what the rules say where nothing is live."""

    meaning: Meaning
    shares: Shares


def settled(ruled: Reading, heard: Heard, opinion: Opinion) -> Reading:
    """Settle a reply to which nothing live belongs: the model says yes, no or neither."""
    shares = opinion.shares
    if shares.accept > max(shares.decline, shares.other):
        return _yes(ruled, heard, shares)
    if shares.decline > shares.other:
        return _no(ruled, heard, shares)
    return _neither(ruled, heard, shares)


def _yes(ruled: Reading, heard: Heard, shares: Shares) -> Reading:
    unasked = not heard.said.strip() and ruled.meaning is not Meaning.ACCEPT
    if shares.accept < YES_AT or unasked or _negates(ruled, heard):
        return replace(ruled, meaning=Meaning.UNCLEAR, confidence=shares.accept / 2)
    if ruled.meaning is Meaning.ACCEPT:
        return ruled
    return replace(ruled, meaning=Meaning.ACCEPT, confidence=shares.accept)


def _no(ruled: Reading, heard: Heard, shares: Shares) -> Reading:
    if ruled.meaning in DECLINES:
        return ruled
    unasked = not heard.said.strip() and ruled.meaning is not Meaning.UNCLEAR
    if shares.decline < NO_AT or unasked:
        return ruled if unasked else replace(ruled, meaning=Meaning.UNCLEAR, confidence=0.3)
    meaning = Meaning.LATER if heard.has(Cue.LATER) else Meaning.DECLINE
    return replace(ruled, meaning=meaning, confidence=shares.decline)


def _neither(ruled: Reading, heard: Heard, shares: Shares) -> Reading:
    if ruled.meaning not in _ANSWERS:
        return ruled
    if "?" in heard.words or heard.has(Cue.ASK, Cue.PRICE):
        return replace(ruled, meaning=Meaning.QUESTION, confidence=shares.other)
    if heard.has(Cue.CHANGE, Cue.NO, Cue.NOT):
        return replace(ruled, meaning=Meaning.CHANGE, confidence=shares.other)
    return replace(ruled, meaning=Meaning.UNCLEAR, confidence=0.3)


def _negates(ruled: Reading, heard: Heard) -> bool:
    """Whether something was refused: a plain negation vetoes an acceptance."""
    return ruled.meaning in DECLINES or heard.has(*_NEGATIONS)


def second_opinion(ruled: Reading, heard: Heard, opinion: Opinion) -> Reading:
    """Let the model doubt what the rules read for something live, or settle what they left."""
    shares = opinion.shares
    if ruled.meaning is Meaning.ACCEPT and shares.decline > 0.6:
        return replace(ruled, meaning=Meaning.UNCLEAR, confidence=0.3)
    if ruled.meaning is Meaning.UNCLEAR and not heard.cues:
        if shares.decline > SURE:
            return replace(ruled, meaning=Meaning.DECLINE, confidence=shares.decline)
        if shares.accept > SURE:
            return replace(ruled, meaning=Meaning.ACCEPT, confidence=shares.accept)
    return ruled
