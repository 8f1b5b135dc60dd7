"""The time within an answer: until when to wait, or what was picked (O10, U6)."""

from dataclasses import replace
from datetime import UTC, datetime

from agent.mentions import names_a_time
from agent.when import Problem, When, read_when
from jirani.rules.reading import Meaning, Reading

_PICKS = frozenset({Meaning.ACCEPT, Meaning.CHANGE})
_ANY_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)  # the words of a day are found without knowing it


def with_words(reading: Reading, words: str) -> Reading:
    """Add the words about time to a reading of plain words; a clock time is resolved already."""
    if reading.meaning is Meaning.LATER:
        when = read_when(words, _ANY_DAY)
        return replace(reading, until=_words(words, when)) if when else reading
    if reading.meaning not in _PICKS or not names_a_time(words):
        return reading
    when = read_when(words, _ANY_DAY)
    only_time = when.time is not None and when.date is None
    return replace(reading, picked=_iso(when) if only_time else _words(words, when))


def resolved(reading: Reading, when: When) -> Reading:
    """Replace the words about time by the moment they mean, where they mean one."""
    moment = None if when.problem is Problem.NO_SUCH_DATE else _iso(when)
    if moment is None:
        return reading
    if reading.meaning is Meaning.LATER:
        return replace(reading, until=moment)
    return replace(reading, picked=moment) if reading.meaning in _PICKS else reading


def _iso(when: When) -> str | None:
    at = when.time or when.after
    clock = f"{at:%H:%M}" if at else None
    if when.date is None:
        return clock
    return f"{when.date.isoformat()}T{clock}" if clock else when.date.isoformat()


def _words(words: str, when: When) -> str | None:
    if not when.spans:
        return None
    return words[when.spans[0][0] : when.spans[-1][1]].strip() or None
