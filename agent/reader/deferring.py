"""How far a no is put off: "maybe later", "not now", or not at all (O10)."""

import re
from enum import StrEnum


class Deferral(StrEnum):
    """What a no says about another time."""

    LATER = "later"  # another time may do: "not yet", "let me think"
    NOT_NOW = "not_now"  # not at this moment: "not now", "I'm good for today"
    FIRM = "firm"


_LATER = (
    r"later|some ?times? later|eventually|next time|different (?:time|day)",
    r"(?:an|some|at an|may be an|some an) ?other (?:time|day|date|occasion|moment|point)",
    r"another (?:time|day|date|occasion|moment|point)|in (?:the|a) (?:future|while|bit)",
    r"not (?:just |quite |ready )?yet|not (?:yet |quite |really |too )?ready|no yet",
    r"not right away|not immediately|yet to decide|(?:do|am) not .{2,40} yet",
    r"(?:have|am|are) not (?:yet )?(?:decided|ready|sure yet)|undecided|decide",
    r"think (?:about|on|over|it|more)|think that over|sleep on it|still thinking",
    r"consider (?:it|that|this)|get back to (?:you|that|this|it)|come back",
    r"let you know|tell you|let me (?:think|check|see|ask)|remind me",
    r"ask (?:me )?(?:again|later|tomorrow|on|next|in)|hold (?:on|that thought)",
    r"wait (?:a|until|till|for|on)|(?:please|let us|rather|i will) wait",
    r"(?:check|ask|talk|speak|discuss) .{0,20}first",
    r"baadaye|bado|nitafikiria|nita(?:kuambia|wajulisha|kujulisha)|niulize|uniulize",
    r"wakati mwingine|siku (?:n|y)ingine|mara nyingine|wacha ni\w+|ngoja",
)
_NOT_NOW = (
    r"now|rn|today|tonight|currently|presently|hold off|as of (?:now|yet)|sasa|leo",
    r"at (?:the|this) (?:moment|time|point|second|minute|stage)",
    r"for the (?:moment|time being)",
    r"(?:this|right this|this very) (?:second|minute|moment|instant|time|week)",
)


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<= )(?:{'|'.join(phrases)})(?= )")


_PUTS_OFF, _NOT_AT_ONCE = _any_of(_LATER), _any_of(_NOT_NOW)


def deferral(words: str) -> Deferral:
    """Return how far plain words that refuse put the matter off."""
    if _PUTS_OFF.search(words):
        return Deferral.LATER
    return Deferral.NOT_NOW if _NOT_AT_ONCE.search(words) else Deferral.FIRM
