"""Reads what a guest's message means for whatever is live, by phrases alone (O1, O9, O10).

The costly error is a refusal read as an acceptance, so every plain negation vetoes one, and
whatever stays open is `unclear`: the guest is asked.
"""

import re
from collections.abc import Sequence

from agent.language import language_of
from agent.reader.agreement import BOOKS, agreement
from agent.reader.cues import START_WORDS, STOP_WORDS, Cue
from agent.reader.heard import Heard, Weighed, listen
from agent.reader.menu import menu_label
from agent.reader.moments import with_words
from agent.reader.refusal import about_cancelling, refusal
from agent.wondering import wonders
from agent.words import HANDS, NO_SIGN, YES_SIGN, plain_words
from jirani.rules.reading import Meaning, Reading
from jirani.services.reading import Live


class PhraseReader:
    """Reads messages by phrase lists and a few rules; no state, safe to share."""

    def read(
        self,
        text: str,
        *,
        live: Sequence[Live] = (),
        last_said: str = "",
        has_appointment: bool = False,
    ) -> Reading:
        """Return one meaning for a message, and the live thing its words name, if exactly one."""
        pressed = text.strip()
        if any(item.id == pressed for item in live):
            return Reading(Meaning.ACCEPT, span=pressed, handle=pressed)
        words = plain_words(text, last_said)
        if (label := menu_label(words, last_said)) is not None:
            chosen = self.read(label, live=live, has_appointment=has_appointment)
            return Reading(chosen.meaning, chosen.confidence, pressed, None, chosen.handle)
        heard = listen(words, live, last_said, has_appointment)
        meaning, confidence, span = weigh(heard)
        reading = Reading(meaning, confidence, span.strip(), language_of(words), _named(heard))
        return with_words(reading, words)


def weigh(heard: Heard) -> Weighed:
    """Weigh what was heard in a message, by the rules alone."""
    bare = heard.words.strip(f" .,!;{HANDS}")
    if not any(char.isalnum() for char in heard.words):
        return _signs(heard.words)
    if bare in STOP_WORDS:
        return Meaning.OPT_OUT, 1.0, bare
    if bare in START_WORDS:
        return Meaning.OPT_IN, 1.0, bare
    if bare == "cancel" and not (heard.live or heard.has_appointment or "?" in heard.said):
        return Meaning.OPT_OUT, 0.9, bare  # there is nothing else it could be about (O9)
    for cue, meaning in (
        (Cue.OPT_OUT, Meaning.OPT_OUT),
        (Cue.HUMAN, Meaning.HUMAN),
        (Cue.COMPLAINT, Meaning.COMPLAINT),
        (Cue.OPT_IN, Meaning.OPT_IN),
    ):
        if heard.has(cue):
            return meaning, 0.9, heard.text(cue)
    if wonders(heard.words):
        return Meaning.QUESTION, 0.8, heard.words
    return about_cancelling(heard) or refusal(heard) or _agreed(heard)


_RESUMES = re.compile(
    r"(?<= )(?:reply|send|text|answer|say|tuma|jibu|andika) (?:yes|ndio|start)(?= ).*"
    r"(?<= )(?:again|back|resume|tena)(?= )"
)


_OFFERS_PERSON = re.compile(
    r"(?<= )(?:person|human|someone|somebody|colleague|mtu) (?:[^.?!]* )?(?:team|help|talk|speak"
    r"|call|answer|take over|timu|akusaidie|akujibu)(?= )[^.?!]*\? $"
)


def _agreed(heard: Heard) -> Weighed:
    """Weigh what refuses nothing.

    A yes to "reply YES to get our offers again" asks for them, one to "would you like a person?"
    for a person: it is none to an offer that is open besides (O1).
    """
    meaning, confidence, span = agreement(heard)
    adds = BOOKS.search(heard.words) or _named(heard)
    if meaning is Meaning.ACCEPT and _OFFERS_PERSON.search(heard.said) and not adds:
        return Meaning.HUMAN, confidence, span
    resumes = meaning is Meaning.ACCEPT and heard.has(Cue.YES) and not heard.live
    if resumes and _RESUMES.search(heard.said):
        meaning = Meaning.OPT_IN
    return meaning, confidence, span


def _signs(words: str) -> Weighed:
    """A message without a word: emoji and punctuation."""
    if NO_SIGN in words:
        return Meaning.DECLINE, 0.9, NO_SIGN
    if YES_SIGN in words or HANDS in words:
        return Meaning.ACCEPT, 0.8, YES_SIGN if YES_SIGN in words else HANDS
    if "?" in words:
        return Meaning.QUESTION, 0.8, "?"
    return Meaning.UNCLEAR, 0.0, ""


_KIND_WORDS = {
    "move": ("move", "reschedule"),
    "cancel": ("cancellation", "cancelling"),
    "book": ("booking",),
    "cross_sell": ("extra", "add on"),
}


def _named(heard: Heard) -> str | None:
    """The one live thing the words name; None where none is named, or several."""
    named = {
        item.id
        for item in heard.live
        for word in (*item.words, *_KIND_WORDS.get(item.kind, ()))
        if re.search(rf" {re.escape(plain_words(word).strip())}s? ", heard.words)
    }
    return named.pop() if len(named) == 1 else None
