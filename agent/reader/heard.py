"""A message and what was heard in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.phrases import word_set
from agent.reader.cues import CUES, Cue
from agent.words import plain_words
from jirani.rules.reading import Meaning
from jirani.services.reading import Live

# What waits for a confirmation, and is corrected by what else is said; all else is an offer.
PROPOSALS = frozenset({"book", "move", "cancel"})

Weighed = tuple[Meaning, float, str]
"""A meaning, how sure (0..1), and the words it rests on."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, and the cues found in it in reading order."""

    words: str
    rest: str  # the words, each cue replaced by a code: "<yes:0> , <thanks:1>"
    cues: tuple[tuple[Cue, str], ...]
    live: tuple[Live, ...]
    said: str  # what we said last, as plain words
    has_appointment: bool

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are live."""
        return frozenset(item.kind for item in self.live)

    def has(self, *cues: Cue) -> bool:
        """Whether any of some cues was heard."""
        return any(cue in cues for cue, _ in self.cues)

    def text(self, *cues: Cue) -> str:
        """The words of the first of some cues, empty if none was heard."""
        return next((text for cue, text in self.cues if cue in cues), "")


def listen(words: str, live: Sequence[Live], last_said: str, has_appointment: bool) -> Heard:
    """Find the cues in plain words; an earlier list takes its words from the later ones."""
    rest = words
    found: list[tuple[Cue, str]] = []
    for cue, pattern in CUES:

        def code(match: re.Match[str], cue: Cue = cue) -> str:
            found.append((cue, match[0]))
            return f"<{cue}:{len(found) - 1}>"

        rest = pattern.sub(code, rest)
    order = (int(index) for index in re.findall(r"<\w+:(\d+)>", rest))
    return Heard(
        words=words,
        rest=rest,
        cues=tuple(found[i] for i in order if _counts(found[i][0], i, rest)),
        live=tuple(live),
        said=plain_words(last_said),
        has_appointment=has_appointment,
    )


_FILLERS = word_set(
    """
    i think that this it would be is and so then well oh ah hi hello hey actually guess believe we
    hmm wow also just very really my dear please the time yes ok sir madam bro sis alright let
    me see in case cool great um uh because haha lol
    basi eh ehe kwanza
    """
)
_CLAUSE_ENDS = re.compile(r"[.,;!?]|<\w+:\d+>| but | and | so ")


def _counts(cue: Cue, index: int, rest: str) -> bool:
    """Whether an agreeing word stands where an answer stands: at the head of a clause."""
    if cue not in {Cue.YES, Cue.FINE}:
        return True
    before = rest[: rest.index(f":{index}>")].rsplit("<", 1)[0]
    clause = _CLAUSE_ENDS.split(before)[-1].split()
    return len(clause) <= 5 and all(word in _FILLERS for word in clause)
