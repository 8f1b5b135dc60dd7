"""Keeping to the standard time of a stay: "no thanks, 11 works fine" is a decline (U6)."""

import re

from agent.mentions import times_in
from agent.reader.heard import PROPOSALS, Heard

_INSTEAD_OF = re.compile(r"(?<= )(?:instead of|rather than|badala ya)(?= )")
_BARE_HOURS = re.compile(
    r"(?<= )(\d{1,2})(?= (?!people|persons?|minutes|hours|nights?|days?|[:.]\d))"
)
_STANDARD = re.compile(
    r"(?<= )(?:(?:the |our |my )?(?:normal|standard|usual|regular|original|scheduled|planned)"
    r" (?:time|check ?(?:out|in)|hours?|one)|as (?:planned|scheduled|booked)|muda wa kawaida)(?= )"
)


def keeps_the_standard(heard: Heard) -> str:
    """Return the words that keep the time a stay has anyway, empty if none do.

    We say it as what the offered time is instead of.
    """
    if not heard.kinds - PROPOSALS - {"cross_sell"}:
        return ""
    if match := _STANDARD.search(heard.words):
        return match[0]
    apart = _INSTEAD_OF.search(heard.said)
    standard = times_in(heard.said[apart.end() :]) if apart else frozenset()
    named = times_in(heard.words) or _bare(heard.words)
    return heard.words.strip() if named and named <= standard else ""


def _bare(words: str) -> frozenset[int]:
    hours = (int(match[1]) for match in _BARE_HOURS.finditer(words))
    return frozenset(hour * 60 % 720 for hour in hours if hour < 25)
