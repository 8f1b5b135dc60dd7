"""Times of day as people say them in English: "half past two", "2.30", "quarter to 5", "14:00".

Businesses are open in the day: an hour without "am" or "pm" is PM from 1 to 7, AM from 8 to 11,
and noon at 12. 13 to 23, 0, and 07 to 09 written with their zero mean themselves.
"""

import re
from datetime import time

from agent.when.line import Found, Rule, rule
from agent.when.things import Clock, Part

_HOUR = r"(?:[01]?\d|2[0-3])"
_HALF = r"(?:am|pm|a|p)"
_HAND = {"quarter": 15, "half": 30}


def said(hour: int, minute: int = 0, half: str = "", *, zero: bool = False) -> Clock | None:
    """What an hour may mean on the 12- or 24-hour clock, likeliest first; None if none shows it.

    `half` is "am", "pm" or nothing; `zero` says it was written with a leading zero.
    """
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    if hour > 12 or hour == 0:
        return Clock((time(12 if half == "pm" and hour == 0 else hour, minute),))
    if half:
        return Clock((time(hour % 12 + (12 if half.startswith("p") else 0), minute),))
    if zero and hour >= 7:
        return Clock((time(hour, minute),))
    morning, later = time(hour % 12, minute), time(hour % 12 + 12, minute)
    likely_morning = 8 <= hour <= 11
    swahili = (time((hour + 6) % 24, minute), time((hour + 18) % 24, minute))
    return Clock((morning, later) if likely_morning else (later, morning), swahili)


def _digits(found: Found) -> Clock | None:
    """As in "2pm", "14:30", "7 30 pm"."""
    hour, minute = found.number("hour"), found.number("minute")
    word = found.word("hour")
    return said(hour, minute, found.word("half"), zero=word.startswith("0"))


def _colon(found: Found) -> Clock | None:
    hour, minute, *_ = (
        int(part)
        for part in found.word("clock")
        .replace(";", ":")
        .replace(".", ":")
        .replace("h", ":")
        .split(":")
    )
    return said(hour, minute, found.word("half"), zero=found.word("clock").startswith("0"))


def _military(found: Found) -> Clock | None:
    digits = found.word("digits").zfill(4)
    zero = found.word("digits").startswith("0")
    return said(int(digits[:2]), int(digits[2:]), found.word("half"), zero=zero)


def shifted(clock: Clock, minutes: int) -> Clock:
    """Every option of a clock, some minutes on or back, around midnight if need be."""

    def move(at: time) -> time:
        total = (at.hour * 60 + at.minute + minutes) % 1440
        return time(total // 60, total % 60)

    return Clock(tuple(map(move, clock.options)), tuple(map(move, clock.swahili)))


def _past(found: Found) -> Clock | None:
    """Minutes, a quarter or a half before or after an hour."""
    minutes = _HAND.get(found.word("hand")) or found.number("hand")
    before = found.word("way") in {"to", "before", "till", "until", "of"}
    word = found.word("hour")
    hour = 12 if word in {"noon", "midnight"} else found.number("hour")
    half = {"noon": "pm", "midnight": "am"}.get(word, found.word("half"))
    # "Quarter to 8" is a time beside 8, whatever side of noon 7:45 would be put on.
    clock = said(hour, 0, half)
    if clock is None or not 0 < minutes < 60:
        return None
    return shifted(clock, -minutes if before else minutes)


def _no_range(found: Found) -> Clock | None:
    """Minutes before an hour where no hours "from" and "to" can be meant."""
    manner = found.moment.manner
    if manner.report or re.search(r"(?:from|between)$", found.before()):
        return None
    first, last, half = found.number("hand"), found.number("hour"), found.word("half")
    part = found.following_thing()
    held = part if isinstance(part, Part) else None
    if manner.clock24:
        return _past(found)
    mixed = first < 12 < last and not half
    begins, ends = said(first), said(last, 0, half)
    backwards = ends and not (begins and any(begins.options[0] < end for end in ends.options))
    outside = held and not any(held.holds(at) for at in (time(first % 24), time((first + 12) % 24)))
    return _past(found) if mixed or outside or backwards else None


def _noon(found: Found) -> Clock:
    return Clock((time(0 if found.word("name") == "midnight" else 12),))


_LEAD = r"(?:at |@ |around |about |by about |exactly ){0,3}"
_OF = rf"(?P<hour>{_HOUR}|noon|midnight)(?: oclock)?(?: (?P<half>{_HALF}))?"
# "Five-thirty", but not "9-12".
_MINUTE = r"(?:- )?(?P<minute>(?<!- )[0-5]\d|(?<=- )(?:15|30|45))"
_FOUR = r"(?:[01]\d|2[0-3])[0-5]\d"
_PART = r"(?:in |at |during )?(?:the )?(?:<d> )?<p>"

CLOCKS: tuple[Rule, ...] = (
    rule(
        rf"{_LEAD}(?:a )?(?P<hand>quarter|half) (?P<way>past|after|to|before|until|of) {_OF}", _past
    ),
    rule(rf"{_LEAD}(?P<hand>[1-5]?\d) (?:minutes )?(?P<way>past) {_OF}", _past),
    rule(rf"{_LEAD}(?P<hand>[1-5]?\d) minutes (?P<way>to|before|until|of|after) {_OF}", _past),
    rule(rf"{_LEAD}(?P<hand>20|25) (?P<way>to|of) {_OF}", _past),
    rule(
        rf"(?:(?<=at )|(?<=my )|(?<=is )|(?<=it )|(?<=before )|(?<=after )|(?<=by )|(?<=around ))"
        rf"(?P<hand>5|10|15) (?P<way>to) {_OF}",
        _past,
    ),
    # "15 to 2 night" cannot be a range; nor can "5 to 18", on two clocks at once.
    rule(
        rf"{_LEAD}(?P<hand>5|10|15|20|25) (?P<way>to) {_OF}(?=(?: (?:in |at )?(?:the )?<p>)?)",
        _no_range,
    ),
    rule(rf"{_LEAD}(?P<hand>half) {_OF}", _past),
    rule(
        rf"{_LEAD}(?P<clock>\d{{1,2}}[:;.h]\d{{2}}(?::\d{{2}})?)(?: ?(?P<half>{_HALF})(?! m))?"
        r"(?: (?:hrs|hours|oclock|ish)){0,2}",
        _colon,
    ),
    rule(rf"{_LEAD}(?P<digits>[01]?\d[0-5]\d|2[0-3][0-5]\d) ?(?P<half>am|pm)", _military),
    rule(
        rf"{_LEAD}(?P<digits>[01]\d[0-5]\d|2[0-3][0-5]\d|\d[0-5]\d) (?:hrs|hours)",
        _military,
    ),
    rule(
        rf"(?:at|@|around|about|by|for) (?P<hour>{_HOUR}) {_MINUTE}(?! [a-z])",
        _digits,
    ),
    rule(rf"{_LEAD}(?P<hour>{_HOUR}) (?:oh|o) (?P<minute>[1-9])(?: (?P<half>{_HALF}))?", _digits),
    rule(rf"(?P<digits>{_FOUR})(?= (?:-|to|until) {_FOUR})", _military),
    rule(rf"(?:(?<=<t> - )|(?<=<t> to ))(?P<digits>{_FOUR})", _military),
    rule(r"(?:at|@) (?P<digits>[01]\d[0-5]\d|2[0-3][0-5]\d)", _military),
    rule(rf"{_LEAD}(?P<hour>{_HOUR})(?: (?P<minute>[0-5]\d))? (?P<half>am|pm|p(?! \w))", _digits),
    rule(rf"{_LEAD}(?P<hour>{_HOUR}) (?P<minute>[0-5]\d)(?= {_PART})", _digits),
    rule(
        rf"{_LEAD}(?P<hour>{_HOUR}) ?(?:oclock|o clock|o ' clock|ish|- ish)"
        r"(?: ish)?",
        _digits,
    ),
    rule(
        rf"^(?P<hour>{_HOUR}) (?P<minute>[0-5]\d)(?= (?:i|we|is|works?|please|,|\.|for) |$)",
        _digits,
    ),
    rule(
        rf"{_LEAD}(?P<hour>{_HOUR}) {_MINUTE}(?= (?:on )?<d>)",
        _digits,
    ),
    rule(rf"{_LEAD}(?:12 )?(?P<name>noon|midnight)", _noon),
)
