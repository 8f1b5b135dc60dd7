"""Asking whether one could cancel or change later: a question, never the wish to do it now."""

import re

from agent.mentions import names_a_time

_COULD = (
    r"(?:(?:can|could|may|will|am) (?:i|we)|what if|is it|would it"
    r"|naweza|nina?weza|nitaweza|tunaweza|itakuwaje|inawezekana)"
)
_CALL_OFF = r"(?:cancel|reschedule|change|(?:ku)?(?:ghairi|ghairisha|futa|ahirisha|badilisha))"
_IF = r"(?:if|in case|ikiwa|kama|endapo) (?!not |you |possible |it is |that is |there )"
_SOMEDAY = rf"(?:(?:{_IF}|iki|niki)\w+|(?:later|afterwards|baadaye)(?: on)?(?: [.!?])* $)"
_WONDERS = re.compile(rf"(?<= ){_COULD} (?:[^.!?]* )?{_CALL_OFF} (?:[^.!?]* )??{_SOMEDAY}")
_MUCH = re.compile(r" (?:bit|little|much|slightly|hours?|minutes?|to) (?:later|baadaye) ")


def wonders(words: str) -> bool:
    """Tell whether plain words only ask what would be possible: "can I cancel if I fall ill?"."""
    if _MUCH.search(words) or names_a_time(words):
        return False  # "can I change it to 4?" wishes for it now
    return _WONDERS.search(words) is not None
