"""Whether a message leans to a no: the veto that no model and no score may outvote."""

from collections.abc import Sequence

from agent.reader.cues import Cue
from agent.reader.heard import listen
from agent.words import NO_SIGN, plain_words
from jirani.services.reading import Live

_NEGATIVE = (Cue.NO, Cue.NOT, Cue.NO_MORE, Cue.LATER, Cue.DONE, Cue.OPT_OUT, Cue.KEEP)


def leans_to_no(text: str, live: Sequence[Live] = (), last_said: str = "") -> bool:
    """Tell whether anything in the guest's own words negates, refuses, puts off or calls off."""
    words = plain_words(text, last_said)
    heard = listen(words, live, last_said, False)
    calls_off = heard.has(Cue.CANCEL, Cue.CANNOT_COME) and heard.kinds != {"cancel"}
    return NO_SIGN in words or heard.has(*_NEGATIVE) or calls_off
