"""The cues a message can hold; their phrases are in agent/phrases/replies.txt."""

from enum import StrEnum

from agent.phrases import phrases


class Cue(StrEnum):
    """What a phrase contributes; the reader weighs them together."""

    IDLE = "idle"  # says nothing, but holds words that elsewhere do
    THANKS = "thanks"
    BYE = "bye"
    UNSURE = "unsure"
    OPT_OUT = "optout"
    OPT_IN = "optin"
    NO_MORE = "nomore"
    HUMAN = "human"
    COMPLAINT = "complaint"
    KEEP = "keep"  # the opposite of cancelling
    CANCEL = "cancel"
    CANNOT_COME = "cannotcome"
    LATER = "later"
    EXCUSE = "excuse"  # why not: "I'm in a hurry"; a no only to an offer
    NO = "no"
    DONE = "done"  # "that's all"
    CHANGE = "change"
    PRICE = "price"
    YES = "yes"
    FINE = "fine"  # agreeing, less than a yes: "sounds good"
    NOT = "not"  # a bare negation, whatever it negates
    ASK = "ask"


CUES = tuple((Cue(name), pattern) for name, pattern in phrases("replies.txt"))

# A message that is nothing but one of these means what the networks say it means (O9).
STOP_WORDS = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "quit", "end", "optout", "opt out", "revoke"}
)
START_WORDS = frozenset({"start", "unstop"})
