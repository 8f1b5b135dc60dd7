"""One meaning out of two opinions: what the rules read, and what the model makes of it."""

import re
from dataclasses import dataclass, replace

from agent.reader.asked import Asked, asked_by
from agent.reader.cues import Cue
from agent.reader.heard import Heard
from agent.reader.weights import Shares
from jirani.rules.reading import DECLINES, Meaning, Reading

_ANSWERS = frozenset({Meaning.ACCEPT, *DECLINES})
YES_AT, NO_AT = 0.45, 0.4  # below them a yes or a no is unclear
SURE = 0.9  # what it takes to settle alone what the rules left open
TERSE = 4  # words that can be nothing but an answer
# What a yes takes against rules that read something else in the message.
_AGAINST = {Meaning.CHANGE: 0.75, Meaning.QUESTION: 0.55}
_NEGATIONS = (Cue.NO, Cue.NOT, Cue.LATER)
_SOMETHING_ELSE = re.compile(
    r"(?<= )(?:another|different|others?|some ?thing else|what else|else|next one|any other"
    r"|(?:some|any|few) more|more (?:options|choices|suggestions|results)"
    r"|(?:keep|search|look|find|show|see)\w*(?: \w+){0,3} (?:more|further|again|looking|searching)"
    r"|keep (?:looking|searching)|(?:n|l|v)?ingine)(?= )"
)
_CODES = re.compile(r"<\w+:\d+>|[.,;!?]|please|sorry|actually")


@dataclass(frozen=True, slots=True)
class Opinion:
    """The model's: how likely each answer is, and what the rules say where nothing is live."""

    meaning: Meaning
    shares: Shares


def settled(ruled: Reading, heard: Heard, opinion: Opinion) -> Reading:
    """Settle a reply to which nothing live belongs: the model says yes, no or neither."""
    shares = opinion.shares
    if _wants_something_else(heard, shares) or _corrects(heard, shares):
        return replace(ruled, meaning=Meaning.CHANGE, confidence=max(shares.other, 0.5))
    if shares.accept > max(shares.decline, shares.other):
        agrees = shares.accept >= _AGAINST.get(ruled.meaning, 0)
        return _yes(ruled, heard, shares) if agrees else ruled
    if shares.decline > shares.other:
        return _no(ruled, heard, shares)
    return _neither(ruled, heard, shares)


def _wants_something_else(heard: Heard, shares: Shares) -> bool:
    """Whether a suggestion is answered with "what else do you have?", yes or no beside it."""
    if asked_by(heard.said) & {Asked.OFFER, Asked.MORE}:
        return False  # "would you like it?" is refused by it; "anything else?" is asked by us
    doubtful = shares.other > 0.03 and shares.accept < 0.97
    return doubtful and _SOMETHING_ELSE.search(heard.words) is not None


def _corrects(heard: Heard, shares: Shares) -> bool:
    """Whether "is that right?" is answered with a no and what is right instead."""
    if Asked.CONFIRM not in asked_by(heard.said) or shares.decline < max(shares.accept, 0.4):
        return False
    instead = len(_CODES.sub(" ", heard.rest).split()) >= 3
    return instead and not heard.has(Cue.DONE, Cue.NO_MORE, Cue.LATER)


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
    if not heard.said.strip() and (shares.decline < SURE or len(heard.words.split()) > TERSE):
        return ruled  # to nobody's question "the wifi is not working" refuses nothing
    if shares.decline < NO_AT:
        return replace(ruled, meaning=Meaning.UNCLEAR, confidence=0.3)
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
