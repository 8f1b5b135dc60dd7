"""What a message is after, in the order it says so, by agent/phrases/intents.txt."""

import re

from agent.phrases import phrases, word_lists
from agent.wish.model import Intent
from agent.wondering import wonders

_PHRASES = tuple((Intent(name), listed) for name, listed in phrases("intents.txt"))
_QUESTION = re.compile(
    r"\?|^ (?:(?:hi|hello|hey|and|so|ok|but|please|excuse me|sorry|also) )?(?:, )?(?:what|where"
    r"|when|who|which|how|why|is|are|do|does|can|could|will"
    r"|would|did|has|have|may|should|je|mna|mko|kuna|una|wapi|lini|nini|tell me) (?!not )"
    r"|(?<= )(?:wapi|lini|gani|ngapi|vipi|nini|kwa nini|i wonder|wondering if|want to know"
    r"|like to know)(?= )"
)
_THING_FREE = re.compile(r"(?:is|are) .*free")
_CALLS_OFF = frozenset({Intent.CANCEL, Intent.MOVE})
_COURTESIES = frozenset({Intent.GREETING, Intent.THANKS, Intent.BYE})


def find_intents(words: str, *, service: bool, when: bool) -> tuple[Intent, ...]:
    """The intents of plain words in reading order; no words count twice.

    `service` and `when` say whether the message names a service, or a day or time: both without
    any verb is a booking ("manicure tomorrow at 2").
    """
    found: list[tuple[int, Intent]] = []
    rest = words
    for intent, listed in _PHRASES:
        for match in listed.found_in(rest):
            if intent is Intent.SLOTS and not when and _THING_FREE.match(match[0]):
                continue  # "is parking free?" is about money
            found.append((match.start(), intent))
        if found and found[-1][1] is intent:
            rest = listed.sub(lambda match: "_" * len(match[0]), rest)
    if wonders(words):
        found = [hit for hit in found if hit[1] not in _CALLS_OFF]
        rest = "?"
    ordered = list(dict.fromkeys(intent for _, intent in sorted(found, key=lambda hit: hit[0])))
    if Intent.BOOK in ordered and not _books(words, set(ordered), service, when):
        ordered.remove(Intent.BOOK)
    wanted = [intent for intent in ordered if intent not in _COURTESIES]
    if not wanted and _QUESTION.search(rest.replace("_", " ")):
        ordered.append(Intent.QUESTION)
    elif not wanted and service and when:
        ordered.append(Intent.BOOK)
    return tuple(ordered)


def before_listening(words: str) -> str:
    """Return what stands before "and tell me if something earlier frees up"; "" where it does not.

    What stands behind it says which slot they would like to hear of.
    """
    for intent, listed in _PHRASES:
        if intent is Intent.LISTEN:
            starts = [match.start() for match in listed.found_in(words)]
            return words[: min(starts)] if starts else ""
    return ""


_BOOKING_WORD = re.compile(
    r"(?<= )(?:book(?:ings?)?|reserve|schedule|kubook|appointments?|reservations?|session|slot"
    r"|visit|miadi|nafasi)(?= )"
)


def _books(words: str, intents: set[Intent], service: bool, when: bool) -> bool:
    """Whether "I want", "can I have" really speak of an appointment."""
    if intents & {Intent.MOVE, Intent.CANCEL, Intent.PAY, Intent.PRICE, Intent.SLOTS}:
        return service and bool(_BOOKING_WORD.search(words) or Intent.CANCEL in intents)
    return (
        service or when or bool(_BOOKING_WORD.search(words)) or unknown_service(words) is not None
    )


_UNKNOWN = re.compile(
    r"(?<= )(?:(?:book|reserve|schedule|want|need|get|have|like|offer|love|do you do"
    r"|you do)(?: (?:me|in|for|to (?:get|book|have|do)|an?|some|my|another|any))*"
    r" (?:an?|some|my|another|any|for an?|me in for) |do you (?:do|offer) |(?:nataka|naomba"
    r"|nahitaji|ningependa)(?: (?:nafasi ya|kufanya|kufanyiwa|huduma ya|kupata))? )"
    r"(?P<what>[^\W\d_]{3,}(?: (?!on|at|for|with|tomorrow|today|please|next|this|in|and|kesho"
    r"|leo|saa)[^\W\d_]{3,})?)"
)
_MOVING = re.compile(r"(?:iwe|(?:ni|tu|u|i|ki|li)*(?:hamish|badilish|sogez|ahirish)\w*)$")
_NO_SERVICE = word_lists("words.txt")["not_services"]


def unknown_service(words: str) -> str | None:
    """Words in a service's place: "book a tattoo". Only to be asked where no service was found."""
    for match in _UNKNOWN.finditer(words):
        what = match["what"].split()
        if _MOVING.match(what[0]):
            return None
        if what[0] in _NO_SERVICE or what[0] in {"not", "for", "and", "with"}:
            continue
        kept = [word for word in what if word not in _NO_SERVICE]
        return " ".join(kept) or None
    return None
