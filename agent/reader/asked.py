"""What kind of thing we said last: a yes to "is that right?" is not a yes to "anything else?"."""

import re
from enum import StrEnum


class Asked(StrEnum):
    """What our last words asked for; several can hold at once."""

    NOTHING = "nothing"  # we said nothing yet
    MORE = "more"  # "anything else?"
    CONFIRM = "confirm"  # "is that right?"
    FAILED = "failed"  # "sorry, that time is gone"
    OFFER = "offer"  # "shall I book it?"
    SUGGEST = "suggest"  # "how about ...?"
    WHICH = "which"  # "which day?"
    EITHER = "either"  # "two or three?"
    TOLD = "told"  # no question at all


_SIGNS = {
    Asked.MORE: (
        r"(?:any|some) ?thing (?:else|more|further|other)|what else|what more"
        r"|how (?:else|more|further)|(?:other|further|more|additional|another) (?:\w+ )?"
        r"(?:help|assist\w*|questions?|requests?|matters?|quer\w+|tasks?|services?|things?|ways?"
        r"|info\w*)"
        r"|(?:help|assist|serve) you (?:any ?)?(?:further|more|else|again)"
        r"|(?:help|assist|assistance|do)(?: \w+){0,3} (?:further|else|more) (?:today )?\?"
        r"|need (?:any )?(?:help|assistance)|how (?:can|may) i (?:help|assist)"
        r"|kingine|lingine|msaada"
    ),
    Asked.CONFIRM: (
        r"confirm\w*|verify|make sure|make certain|double check|details|sahihi"
        r"|(?:is|are) (?:\w+ ){0,3}(?:ok|okay|right|correct|accurate|good|fine|true)"
        r"(?: \w+){0,4} \?|(?:right|correct|ok|okay|yes|good|accurate) \?"
        r"|(?:does|do|did) (?:\w+ ){1,4}(?:sound|look|seem|get)\w* (?:\w+ )?"
        r"(?:ok|right|correct|good|fine)|(?:have|did) i (?:got|get|understand)"
        r"|check(?:ing)? (?:that|if|the)"
    ),
    Asked.FAILED: (
        r"sorry|unfortunately|apologi[sz]e|apologies|regret|afraid|instead|try again|sold out"
        r"|(?:could|can|was|were|is|are|did|do|does) (?:not|no)|unable|un ?available|unsuccessful"
        r"|fail\w*|no (?:longer|availability)|samahani|kwa bahati mbaya"
    ),
    Asked.OFFER: (
        r"(?:would|do|did|will|are|can|could) (?:\w+ )?you (?:\w+ ){0,2}"
        r"(?:like|want|wish|need|prefer|care|mind|interested|love|willing|ready|looking|consider)"
        r"|(?:would|will) you|(?:shall|should|may|can|could) (?:i|we)|je"
        r"|(?:want|like|need) (?:me|us) to"
        r"|(?:want|wanna|interested|care|ready|need|like) (?:to|in|for|a|it|that|one)(?: \w+)* \?"
    ),
    Asked.SUGGEST: (
        r"(?:how|what) about|what do you (?:think|say)|suggest|recommend"
        r"|(?:is|are|does|do|will|would) (?:that|this|it|those|these|any|one)(?: \w+){0,3} "
        r"(?:work|suit|interest|appeal|help|fit|do|sound|good|ok|of interest)"
    ),
    Asked.WHICH: r"what|which|when|where|who|how many|how much|how long|gani|lini|ngapi|wapi",
    Asked.EITHER: r"\w+ or \w+",
}
_PATTERNS = {asked: re.compile(f"(?<= )(?:{signs})(?= )") for asked, signs in _SIGNS.items()}
_SENTENCES = re.compile(r"[^.!?]+[.!? ]*")
LONGEST_SAID = 600


def asked_by(said: str) -> frozenset[Asked]:
    """Return what plain words of ours asked; their last two sentences tell."""
    sentences = [each.strip() for each in _SENTENCES.findall(said[-LONGEST_SAID:]) if each.strip()]
    if not sentences:
        return frozenset({Asked.NOTHING})
    end = f" {' '.join(sentences[-2:])} "
    found = {asked for asked, pattern in _PATTERNS.items() if pattern.search(end)}
    if "?" not in end:
        found.add(Asked.TOLD)
    return frozenset(found)
