"""A no that answers something else: "no need for towels" declines no offer (O10)."""

import re

from agent.phrases import word_set
from agent.reader.cues import Cue
from agent.reader.heard import Heard

_MANY = r"(?:the |an? |any |my |our |more |extra |new )*"
_ABOUT_A_THING = re.compile(
    rf" no (?:need (?:for|of) {_MANY}(?P<needed>[a-z]+)"
    rf"|{_MANY}(?P<unneeded>[a-z]+) (?:needed|required|necessary)"
    rf"|{_MANY}(?P<thing>[a-z]+s))"
    r"(?: (?:please|thanks|needed|required|necessary|today|(?:on|for) \w+|[.,!]))*"
    r"(?: ,(?: (?!no |not |do )[^ ]+){1,12})? $"
    rf"| (?:(?:i|we) )?do not need {_MANY}(?P<unwanted>[a-z]+s)"
    r"(?: (?:please|thanks|today|[.,!]))* $"
    r"| hakuna haja ya (?P<kitu>[a-z]+)(?: (?:asante|[.,!]))* $"
    r"| (?:sihitaji|hatuhitaji) (?P<kisichohitajika>[a-z]{4,})(?: (?:asante|[.!]))*"
    r"(?: ,(?: [^ ]+){1,8})? $"
)
_NO_THINGS = word_set(
    """
    thanks yes worries is this its always thus unless sis boss guys mondays fridays saturdays extras
    it that now more services add anything this those these
    hiyo hicho hilo hizo kitu chochote yoyote zozote huduma nyongeza ziada zaidi tena kabisa sasa
    ofa hapana asante extra offers
    """
)


def refuses_something_else(heard: Heard) -> bool:
    """Whether "no ..." speaks of a thing nobody proposed."""
    match = _ABOUT_A_THING.match(heard.words)
    thing = next((each for each in match.groups() if each), None) if match else None
    if not thing or thing in _NO_THINGS or f" {thing}" in _asked(heard.said):
        return False
    if thing.rstrip("s") in offered_words(heard):
        return False
    return not heard.has(Cue.NO_MORE, Cue.LATER, Cue.DONE, Cue.YES, Cue.FINE)


def offered_words(heard: Heard) -> set[str]:
    """Return the words of everything that is live."""
    return {part for item in heard.live for word in item.words for part in word.casefold().split()}


def _asked(said: str) -> str:
    """Return our question and the sentence before it; all that we said if we asked nothing.

    What we told further up ("fresh towels come every second day") is what a guest answers beside.
    """
    before, mark, _ = said.rpartition("?")
    return " ".join(re.split(r"[.!?]", before)[-2:]) if mark else said
