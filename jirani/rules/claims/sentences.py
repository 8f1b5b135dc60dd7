"""Where sentences and clauses end, and which ones ask or refuse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ABBREVIATED = re.compile(
    r"\b(?:[ap]\.m|ksh|kshs|shs?|dr|mrs?|ms|st|no|approx|e\.g|i\.e|jan|feb|mar|apr|jun|jul|aug"
    r"|sept?|oct|nov|dec|mon|tues?|wed|thurs?|fri|sat|sun)$",
    re.I,
)
LONGEST_ABBREVIATION = 8  # "no." over and over makes no sentence that is searched over and over
_END = re.compile(r"[!?…\n]+|\.(?=\s|$)")
_CLAUSE = re.compile(r"[,;:](?=\s)|[()\"]|\s-+\s|\b(?:but|and|so|because|lakini|ila)\b", re.I)
_REFUSAL = re.compile(
    r"\b(?:sorry|unfortunately|afraid|can't|cannot|can not|couldn't|not|don't|doesn't|isn't"
    r"|aren't|won't|wasn't|haven't|hasn't|no|none|taken|unavailable|closed|full|fully|past|passed|gone"
    r"|samahani|pole|hapana|haipatikani|haiwezekani|haipo|hakuna|hatuna|hatuwezi|siwezi"
    r"|hatufungui|hatufanyi|haina|sio|si|imechukuliwa|umechukuliwa|imejaa|imefungwa|tumefunga"
    r"|imepita|umepita|umeshapita|imeshapita|haipo)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a text."""

    start: int
    end: int
    asks: bool
    refuses: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence; only the last one of a question asks."""

    start: int
    text: str
    asks: bool
    refuses: bool


def sentences(text: str) -> list[Sentence]:
    """Split a text, end to end."""
    found, start = [], 0
    for match in _END.finditer(text):
        word = max(start, match.start() - LONGEST_ABBREVIATION)
        if match[0] == "." and _ABBREVIATED.search(text, word, match.start()):
            continue
        found.append(_sentence(text, start, match.end()))
        start = match.end()
    return [*found, _sentence(text, start, len(text))]


def _sentence(text: str, start: int, end: int) -> Sentence:
    body = text[start:end]
    return Sentence(start, end, "?" in body[-3:], bool(_REFUSAL.search(body)))


def clauses(text: str) -> Iterator[Clause]:
    """Split a text's sentences where one statement ends and another begins."""
    for sentence in sentences(text):
        start = sentence.start
        ends = [match.start() for match in _CLAUSE.finditer(text, sentence.start, sentence.end)]
        for end in [*ends, sentence.end]:
            asks = sentence.asks and end == sentence.end
            yield Clause(start, text[start:end], asks, sentence.refuses)
            start = end
