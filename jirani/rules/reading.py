"""What a guest's message was read to mean; stored on the message before any tool runs (O1)."""

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a reply means for whatever is live."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DECLINE_ALL = "decline_all"  # no extras at all
    LATER = "later"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    CHANGE = "change"  # no to this, but with another wish
    QUESTION = "question"
    CANCEL = "cancel"
    HUMAN = "human"
    COMPLAINT = "complaint"
    UNCLEAR = "unclear"


# Each of them ends what was asked (O10, X10).
DECLINES = frozenset({Meaning.DECLINE, Meaning.DECLINE_ALL, Meaning.LATER, Meaning.OPT_OUT})


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning, how sure (0..1), the words it rests on, and the message's language.

    `until` is when the guest wants to be asked again, `picked` the time or day picked within an
    answer: ISO ("2026-11-27", "14:00") where the words could be resolved, else as they were said.
    `leaning` is for `unclear` alone: what it would be if it had to be something.
    """

    meaning: Meaning
    confidence: float = 1.0
    span: str = ""
    language: str | None = None
    handle: str | None = None  # a button's id, or the offer or proposal the words name
    until: str | None = None
    picked: str | None = None
    leaning: Meaning | None = None
