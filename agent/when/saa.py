"""The Swahili clock: the day begins at six, so *saa nane mchana* is 14:00 and *saa mbili* 08:00."""

from datetime import time

from agent.when.clock import said, shifted
from agent.when.line import Found, Rule, rule
from agent.when.things import Clock

_HANDS = {"nusu": 30, "robo": 15, "robo 3": 45}


def six_hours_on(hour: int, minute: int) -> Clock | None:
    """The hour as counted from six, by day first; None where minutes exceed an hour."""
    if minute > 59:
        return None
    options = (time((hour + 6) % 24, minute), time((hour + 18) % 24, minute))
    return Clock(options, options)


def _saa(found: Found) -> Clock | None:
    """One hour of the Swahili clock; 13 and more, a leading zero or "pm" are the 24-hour clock."""
    hour, _, minute = found.word("hour").replace(".", ":").replace("h", ":").partition(":")
    minutes = int(minute or 0)
    half = found.word("half")
    clock = (
        said(int(hour), minutes, half, zero=True)
        if half or int(hour) > 12 or hour.startswith("0")
        else six_hours_on(int(hour), minutes)
    )
    if clock is None:
        return None
    past = _HANDS.get(found.word("past")) or found.number("past") or 30 * bool(found.word("unusu"))
    short = 15 if found.word("short") == "robo" or found.word("quarter") else found.number("short")
    return shifted(clock, past - short)


SAA: tuple[Rule, ...] = (
    rule(r"(?<=kati ya )saa (?P<hour>[01]?\d|2[0-3])(?= na (?:saa )?\d)", _saa),
    rule(
        r"(?:at )?saa (?:ya )?(?P<hour>(?:[01]?\d|2[0-3])(?:[:.h]\d\d)?)(?: (?P<half>am|pm))?"
        r"(?: kamili)?"
        r"(?: na (?:minutes )?(?P<past>nusu|robo(?: 3)?|\d{1,2})|(?P<unusu> unusu))?"
        r"(?: (?:kasoro (?:minutes )?(?P<short>robo|\d{1,2})|(?P<quarter>kasorobo)))?",
        _saa,
    ),
)
