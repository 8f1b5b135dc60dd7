"""The many ways of no: refusing, postponing, wanting something else, calling it off (O10)."""

import re

from agent.mentions import names_a_time, times_in
from agent.phrases import word_set
from agent.reader.cues import Cue
from agent.reader.elsewhere import offered_words, refuses_something_else
from agent.reader.heard import PROPOSALS, Heard, Weighed
from agent.reader.standard import keeps_the_standard
from agent.words import HANDS, NO_SIGN, plain_words
from jirani.rules.reading import Meaning

_TERMS = re.compile(r"(?<= )(?:policy|fee|charges?|late|refund|what if|if|how)(?= )")


def about_cancelling(heard: Heard) -> Weighed | None:
    """Words about cancelling: the wish, or the answer to "shall I cancel it?"; else None."""
    asked = heard.kinds == {"cancel"}
    if heard.has(Cue.KEEP):
        return (Meaning.DECLINE if asked else Meaning.UNCLEAR), 0.8, heard.text(Cue.KEEP)
    if heard.has(Cue.CANCEL):
        said = heard.text(Cue.CANCEL)
        if _TERMS.search(heard.rest):
            return Meaning.QUESTION, 0.7, said
        if asked and heard.has(Cue.NO, Cue.NOT):
            return Meaning.UNCLEAR, 0.3, said
        meaning = Meaning.ACCEPT if asked else Meaning.CANCEL
        return meaning, 1.0 if heard.has_appointment or asked else 0.7, said
    if heard.has(Cue.CANNOT_COME):
        coming = heard.has_appointment and not heard.live
        return (Meaning.CANCEL if coming else Meaning.DECLINE), 0.7, heard.text(Cue.CANNOT_COME)
    return None


_LEADING_NO = re.compile(
    rf" (?:(?:<(?:thanks|fine|idle|bye|unsure):\d+>|{HANDS}|please|oh|well|actually|um|wait|ah|hi"
    r"|sorry|and|then|,|\.) )*<(?:not|no|later):\d+>"
)
_ENDING_NO = re.compile(
    r"(?:[.,;!]|but|please|<thanks:\d+>|<fine:\d+>) <not:\d+> (?:(?:<thanks:\d+>|please|[.,;!]) )*$"
)


def refusal(heard: Heard) -> Weighed | None:
    """A no of some kind, or None. A clear yes beside it leaves the matter open."""
    if refuses_something_else(heard):
        return Meaning.UNCLEAR, 0.3, heard.words
    if stays := keeps_the_standard(heard):
        return _unless_yes(heard, Meaning.DECLINE, stays)
    only = "cross_sell" in heard.kinds and _only_another(heard)
    if only and not heard.has(Cue.NO_MORE):
        return _unless_yes(heard, Meaning.DECLINE, only)
    if heard.has(Cue.NO_MORE):
        only_these = Meaning.CHANGE if _is_change(heard) else Meaning.DECLINE
        meaning = only_these if _of_the_times(heard) else Meaning.DECLINE_ALL
        return _unless_yes(heard, meaning, heard.text(Cue.NO_MORE))
    said_no = _LEADING_NO.match(heard.rest) or _ENDING_NO.search(heard.rest)
    if heard.has(Cue.LATER, Cue.NO) or (said_no and heard.text(Cue.NOT) not in {"bila", "without"}):
        if _is_change(heard):
            return _unless_yes(heard, Meaning.CHANGE, heard.text(Cue.NO, Cue.NOT))
        if heard.has(Cue.LATER):
            return Meaning.LATER, 0.9, heard.text(Cue.LATER)
        return _unless_yes(heard, Meaning.DECLINE, heard.text(Cue.NO, Cue.NOT))
    if heard.has(Cue.EXCUSE) and heard.kinds - PROPOSALS:
        return _unless_yes(heard, Meaning.DECLINE, heard.text(Cue.EXCUSE))
    if NO_SIGN in heard.words:
        return _unless_yes(heard, Meaning.DECLINE, NO_SIGN)
    if heard.has(Cue.DONE) and not heard.has(Cue.YES, Cue.FINE):
        return Meaning.DECLINE, 0.6, heard.text(Cue.DONE)
    return None


def _of_the_times(heard: Heard) -> bool:
    """Whether "none of those" refuses listed times, not extras: the last question tells (O10)."""
    listed = len(times_in(heard.said)) > 1 and not any(
        plain_words(word) in heard.said
        for item in heard.live
        if item.kind == "cross_sell"
        for word in item.words
    )
    return heard.text(Cue.NO_MORE).startswith("none of") and listed


_CLEAR_YES = re.compile(
    r"(?:yes|ndio|naam|sure|go ahead|confirm|(?:please |just )?(?:add|book|do) (?:it|that|both)|ok"
    r"|endelea|definitely|absolutely|of course)(?= |$)"
)


def _unless_yes(heard: Heard, meaning: Meaning, span: str) -> Weighed:
    for cue, said in heard.cues:
        if cue is Cue.YES and _CLEAR_YES.match(said):
            return Meaning.UNCLEAR, 0.3, said
    return meaning, 0.9, span


_ONLY = re.compile(
    r"(?<= )(?:(?:just|only) (?:the |my |an? )?(?P<thing>[a-z]+)"
    r"|(?P<kitu>[a-z]+) (?:tu|only|alone|is enough|peke yake|pekee|inatosha))"
    r"(?= (?:[.,;!]|then|please|thanks|for|is|will|$))"
)
_NOT_RIVALS = word_set(
    """
    one do add book go both yes no ok please wait asking for at on in and to now today same that it
    this sawa haya ndio hiyo weka ongeza fanya endelea basi hivyo hilo poa acha wacha confirm sure
    fiti naam nataka nakubali niongezee niwekee bado asante
    """
)


def _only_another(heard: Heard) -> str:
    """The words that want just something we did not offer: "ok, just the manicure"."""
    offered = offered_words(heard)
    for match in _ONLY.finditer(heard.words):
        thing = match["thing"] or match["kitu"]
        if thing not in _NOT_RIVALS and not {thing, thing.rstrip("s")} & offered:
            return match[0]
    return ""


_CONFIRMING = re.compile(
    r"(?<= )(?:confirm|confirming|verify|(?:correct|right|ok|yes) \?"
    r"|(?:is|are) (?:that|this|it|these|you)? ?(?:ok|right|correct)|details|sahihi)(?= )"
)
_PLAIN_NO = re.compile(r"hapana(?: (?:asante|thanks|kabisa|please))*")
_COURTESY = re.compile(r"<(?:no|not|thanks|idle|fine|yes|bye):\d+>|please|sorry|[.,;!]")
_CLAUSES = re.compile(r"[.,;!?]| but ")
_BUSY = re.compile(
    r"(?<= )(?:busy|meeting|work|working|travell?ing|away|event|class|have|already|before)(?= )"
)


def _is_change(heard: Heard) -> bool:
    """Whether a no comes with another wish for the same thing."""
    if heard.has(Cue.DONE) or (heard.has(Cue.LATER) and not heard.has(Cue.CHANGE)):
        return False
    if _CONFIRMING.search(heard.said) or (heard.kinds and heard.kinds <= PROPOSALS):
        # What waits for a confirmation is corrected: any content after the no is another wish.
        if any(cue is Cue.NO and not _PLAIN_NO.fullmatch(said) for cue, said in heard.cues):
            return heard.has(Cue.CHANGE) or names_a_time(heard.words)
        return bool(_COURTESY.sub(" ", heard.rest).split())
    if heard.has(Cue.CHANGE):
        return True
    return any(_wishes_a_time(clause) for clause in _CLAUSES.split(heard.rest))


def _wishes_a_time(clause: str) -> bool:
    """Whether a short clause names a time that it does not itself refuse."""
    own = re.sub(r"^ *(?:<(?:not|thanks):\d+> *)+", " ", clause) + " "
    if "<no:" in own or "<not:" in own or _BUSY.search(own):
        return False
    return len(own.split()) <= 6 and names_a_time(own)
