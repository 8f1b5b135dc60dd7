"""What is left once nothing was refused: a yes, a change, a question, or nothing to rely on."""

import re

from agent.mentions import days_in, times_in
from agent.reader.cues import Cue
from agent.reader.heard import Heard, Weighed
from agent.words import YES_SIGN
from jirani.rules.reading import Meaning

_QUESTION_HEAD = re.compile(
    r"^ (?:(?:ok|and|so|but|hi|hello|hey|well|oh|also|please|excuse me|sorry) )?(?:, )?"
    r"(?:what|where|when|who|which|how|why|is|are|do|does|can|could|will|would|did|has|have|may"
    r"|should|je|vipi|mna|mko|kuna) (?!not )"
)
_REQUEST = re.compile(
    r" (?:(?:hi|hello|hey|please|,) )*(?:(?:can|could|may) (?:i|we) (?:please )?(?:get|have|book"
    r"|come"
    r"|make|see|do)|n(?:in)?aweza ku(?:pata|book|ja)|(?:can|could) you (?:book|fit|squeeze|put)) "
)
_ANYTHING_ELSE = re.compile(
    r"(?<= )(?:(?:any|some) ?thing (?:else|more)|what else"
    r"|how (?:else )?(?:can|may|could) i (?:help|assist)"
    r"|(?:other|further|more|additional) (?:help|assistance|questions?|requests?|matter|queries)"
    r"|(?:help|assist) you (?:any )?(?:further|more)|kingine|msaada)(?= )"
)


def agreement(heard: Heard) -> Weighed:
    """Weigh a message in which nothing was refused; doubtful is `unclear`."""
    strong, weak = heard.has(Cue.YES), heard.has(Cue.FINE)
    agrees = strong or weak or YES_SIGN in heard.words
    if _wants_otherwise(heard, agrees):
        return Meaning.CHANGE, 0.8, heard.text(Cue.CHANGE) or heard.words
    if heard.has(Cue.UNSURE):
        return Meaning.UNCLEAR, 0.3, heard.text(Cue.UNSURE)
    if _REQUEST.match(heard.words) and not agrees:
        return Meaning.UNCLEAR, 0.3, heard.words  # a wish of its own, not an answer
    if _asks(heard) and not _agrees_before_asking(heard, strong):
        return Meaning.QUESTION, 0.8, heard.text(Cue.PRICE, Cue.ASK) or heard.words
    if not agrees:
        return Meaning.UNCLEAR, 0.2, ""
    if _is_vetoed(heard, strong):
        return Meaning.UNCLEAR, 0.3, heard.text(Cue.NOT, Cue.BYE, Cue.DONE, Cue.YES, Cue.FINE)
    return Meaning.ACCEPT, 0.95 if strong else 0.8, heard.text(Cue.YES, Cue.FINE) or YES_SIGN


RESERVED = re.compile(r"(?<= )(?:maybe|perhaps|labda|pengine|if|unless|kama|whatever)(?= )")
_POLITE_NO = re.compile(
    r" (?:(?:oh|no|,) )*(?:it|that) is (?:ok|fine|alright|all right|good|cool)"
    r"(?: (?:thanks|for now|[,.!]))* $"
)


def _is_vetoed(heard: Heard, strong: bool) -> bool:
    if _ANYTHING_ELSE.search(heard.said) and not heard.live:
        return True  # yes to what?
    if heard.has(Cue.NOT) or RESERVED.search(heard.rest) or _only_acknowledges(heard):
        return True
    if "cross_sell" in heard.kinds and _POLITE_NO.match(heard.words):
        return True  # "it's ok, thanks" to an extra is as often a no
    return not strong and heard.has(Cue.IDLE, Cue.BYE, Cue.DONE)


_FAINT = re.compile(r"(?:ok|okay|alright|great|good|cool|nice|perfect|sawa|poa|haya)(?: sawa)?")


def _only_acknowledges(heard: Heard) -> bool:
    """Whether "ok thanks, see you" follows news, not a question: it is no late yes (X11)."""
    told = heard.said.strip() and "?" not in heard.said
    agreeing = [said for cue, said in heard.cues if cue in (Cue.YES, Cue.FINE)]
    faint = all(_FAINT.fullmatch(said.strip()) for said in agreeing)
    return bool(told and faint and agreeing and "cross_sell" in heard.kinds)


def _asks(heard: Heard) -> bool:
    return (
        "?" in heard.words
        or heard.has(Cue.ASK, Cue.PRICE)
        or _QUESTION_HEAD.match(heard.rest) is not None
    )


BOOKS = re.compile(
    r"(?<= )(?:book|reserve|add|do|weka|ongeza|confirm|proceed|go ahead|niwekee|niongezee) "
)
_LEADING_YES = re.compile(r" (?:(?:\w+|[.,]) ){0,2}<(?:yes|fine):\d+>")
_EXCLAIMS = re.compile(r" (?:oh )?(?:great|nice|cool|good|lovely|wow|interesting) !")
_FAINT_HEAD = re.compile(r" (?:ok|sawa|alright|haya|right|is|are|do|does|would|will|can|could) ")


def _agrees_before_asking(heard: Heard, strong: bool) -> bool:
    """Whether a yes stands by itself in front of a question: "yes. Where is it?"."""
    if heard.has(Cue.PRICE) or " but " in heard.words or " lakini " in heard.words:
        return False
    asked = heard.rest.split("?")[0]
    alone = len(re.sub(r"<(?:thanks|idle):\d+>|[.,!;]", " ", asked).split()) == 1
    if alone and "?" in heard.rest and not BOOKS.search(heard.words):
        return heard.text(Cue.YES).startswith("why not")
    if not _LEADING_YES.match(asked):
        return False
    return strong or not (_FAINT_HEAD.match(heard.words) or _EXCLAIMS.match(heard.words))


_MILD = re.compile(
    r"instead|rather|(?:i )?(?:would )?(?:rather|prefer)|(?:is|would be|works) better"
    r"|badala|bora|iwe"
)
_MOVES = re.compile(
    r"(?:please |can you )*(?:move|change|shift) (?:it|that)|hamisha|sogeza|badilisha"
)
_LIMITS = re.compile(r"(?<= )(?:but|lakini|only|just|except)(?= )")


def _wants_otherwise(heard: Heard, agrees: bool) -> bool:
    """Whether the message wishes for something other than what was proposed."""
    mild = heard.has(Cue.YES) and _MILD.match(heard.text(Cue.CHANGE))
    if heard.kinds == {"move"} and heard.has(Cue.YES) and _MOVES.fullmatch(heard.text(Cue.CHANGE)):
        return False  # "yes, move it": to where it was proposed, unless a time is named
    if heard.has(Cue.CHANGE) and not mild and not _only_asks(heard):
        return True
    known = heard.said + "".join(f" {word.casefold()} " for i in heard.live for word in i.words)
    times, days = times_in(heard.words), days_in(heard.words)
    if times and times_in(known):
        return not times <= times_in(known)
    if days and days_in(known):
        return not days <= days_in(known)
    if not times and not days:
        return False
    unproposed = (agrees or bool(heard.live)) and not heard.said.strip()
    return unproposed or _LIMITS.search(heard.words) is not None


_OPEN_QUESTION = re.compile(r"(?:how|what) about|do you|is there|are there|any|have you")


def _only_asks(heard: Heard) -> bool:
    """Whether a change word only asks: "what about parking?", "do you have anything else?"."""
    if "?" not in heard.words or times_in(heard.words) or days_in(heard.words):
        return False
    return _OPEN_QUESTION.match(heard.text(Cue.CHANGE)) is not None
