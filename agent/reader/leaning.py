"""What no model and no score may outvote: words that lean to a no, and words that hesitate."""

import re
from collections.abc import Sequence

from agent.reader.agreement import RESERVED
from agent.reader.cues import Cue
from agent.reader.heard import listen
from agent.words import NO_SIGN, plain_words
from jirani.services.reading import Live

_NEGATIVE = (Cue.NO, Cue.NOT, Cue.NO_MORE, Cue.LATER, Cue.DONE, Cue.OPT_OUT, Cue.KEEP)
_COURTESY = re.compile(r"<(?:thanks|idle|bye):\d+>|[.,;!]| (?:hi|hello|hey|please|um|oh) ")


def leans_to_no(text: str, live: Sequence[Live] = (), last_said: str = "") -> bool:
    """Tell whether anything in the guest's own words negates, refuses, puts off or calls off."""
    words = plain_words(text, last_said)
    heard = listen(words, live, last_said, False)
    calls_off = heard.has(Cue.CANCEL, Cue.CANNOT_COME) and heard.kinds != {"cancel"}
    return NO_SIGN in words or heard.has(*_NEGATIVE) or calls_off


def hesitates(text: str, last_said: str = "") -> bool:
    """Tell whether the guest's own words doubt, ask or set a condition, or are mere courtesy."""
    words = plain_words(text, last_said)
    heard = listen(words, (), last_said, False)
    doubts = heard.has(Cue.UNSURE) or "?" in words or RESERVED.search(heard.rest) is not None
    return doubts or not _COURTESY.sub(" ", heard.rest).strip()
