"""The shipped reader: rules and a small trained model together (O1, O9, O10).

The rules know our menus, buttons and offers, and what may not be read otherwise: a plain negation
vetoes an acceptance. The model knows how people talk. Where something is live, the rules decide
and the model is a second opinion; where nothing is, the model says yes or no and the rules say
which. What the two cannot settle is `unclear`: the guest is asked.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.reader.features import features
from agent.reader.heard import Heard, listen
from agent.reader.masking import says_anything
from agent.reader.moments import with_words
from agent.reader.read import PhraseReader, weigh
from agent.reader.settling import Opinion, second_opinion, settled
from agent.reader.weights import Weights, shipped
from agent.words import plain_words
from jirani.rules.reading import Meaning, Reading
from jirani.services.reading import Live

# Said in so many words, or pressed: nothing a model could know better.
_BY_RULE = frozenset(
    {Meaning.OPT_OUT, Meaning.OPT_IN, Meaning.HUMAN, Meaning.COMPLAINT, Meaning.DECLINE_ALL}
)


class TrainedReader:
    """Reads messages by rules and trained weights; no state, safe to share."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or shipped()
        self._rules = PhraseReader()

    def read(
        self,
        text: str,
        *,
        live: Sequence[Live] = (),
        last_said: str = "",
        has_appointment: bool = False,
    ) -> Reading:
        """Return one meaning for a message, and the live thing its words name, if exactly one."""
        ruled = self._rules.read(
            text, live=live, last_said=last_said, has_appointment=has_appointment
        )
        words = plain_words(text, last_said)
        calls_off = ruled.meaning is Meaning.CANCEL and has_appointment
        said_so = ruled.meaning in _BY_RULE or calls_off or ruled.span == text.strip()
        if said_so or not says_anything(words, self._weights.known):
            return ruled
        heard = listen(words, live, last_said, has_appointment)
        opinion = self.opinion(heard)
        decide = second_opinion if live else settled
        reading = decide(ruled, heard, opinion)
        return reading if reading is ruled else with_words(reading, words)

    def opinion(self, heard: Heard) -> Opinion:
        """Return what the model makes of a message, whatever is live."""
        bare = replace(heard, live=(), has_appointment=False)
        meaning, _, _ = weigh(bare)
        return Opinion(meaning, self._weights.shares(features(bare, meaning, self._weights.known)))
