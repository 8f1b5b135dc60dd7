"""Which of the times just shown a guest points at."""

import re

from agent.offline.moment import Moment
from agent.words import unquoted
from jirani.rules.reading import Meaning

NO = (Meaning.DECLINE, Meaning.LATER)
_DIGITS = re.compile(r"(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")


def picked(moment: Moment) -> str | None:
    """Return the shown slot the guest points at: "the second", or the only one's yes."""
    shown, pick = moment.situation.shown, moment.wish.pick
    if (repeated := _repeated(moment)) and not moment.done:
        return repeated
    if moment.wish.when or moment.wish.service_ids or moment.done:
        return None
    if pick and -len(shown) <= pick <= len(shown):
        return str(shown[pick - 1 if pick > 0 else pick]["slot"])
    if moment.meaning is Meaning.ACCEPT and len(shown) == 1:
        return str(shown[0]["slot"])
    return None


def _repeated(moment: Moment) -> str | None:
    """Return the shown slot whose start stands in the message as we wrote it.

    "saa 11:45" is 17:45 on the Swahili clock, but not to somebody who was just shown 11:45.
    """
    wish, text = moment.wish, unquoted(str(moment.situation.message["text"]))
    if wish.when.date or wish.service_ids or wish.staff_id or moment.meaning in NO:
        return None
    said = {f"{int(hour):02}:{minute}" for hour, minute in _DIGITS.findall(text)}
    meant = [each for each in moment.situation.shown if each["time"] in said]
    return str(meant[0]["slot"]) if len(said) == len(meant) == 1 else None
