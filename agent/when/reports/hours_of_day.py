"""Parts of the day as fixed hours: a morning from 8 to 12, an evening from 16 to 20."""

from datetime import time

from agent.when.line import Found, Rule, rule
from agent.when.things import Day, Part, days_after

_HOURS = {
    "morning": (8, 12),
    "afternoon": (12, 16),
    "evening": (16, 20),
    "night": (20, 24),
    "lunchtime": (11, 13),
    "tonight": (20, 24),
    "daytime": (8, 18),
    "business hours": (8, 18),
    "night - time": (0, 8),
    "nighttime": (0, 8),
}
_MEALS = {"lunch": (11, 13), "dinner": (16, 20), "breakfast": (8, 12)}
_SAID_WITH = {"morning": (0, 11), "afternoon": (12, 19), "evening": (15, 23),
              "night": (18, 4), "tonight": (15, 23)}  # fmt: skip
_NAMES = "|".join(sorted(_HOURS, key=len, reverse=True))


def _at(hour: int) -> time:
    return time(23, 59) if hour == 24 else time(hour)


def _part(found: Found) -> Part:
    name = found.word("part")
    first, last = (_HOURS | _MEALS)[name]
    match found.word("how") or found.word("place"):
        case "early" | "beginning" | "start":
            last = first + 2
        case "late" | "later" | "end":
            first = last - 2
    low, high = _SAID_WITH.get(name, (first, last % 24))
    return Part(_at(first), _at(last), low, high, (low + high) // 2 if low < high else 20)


def _after(found: Found) -> Part:
    last = (_HOURS | _MEALS)[found.word("part")][1]
    return Part(_at(last), None, last % 24, 23, last % 24)


def _day_half(found: Found) -> Part:
    early = found.word("how") in {"early", "earlier"}
    return Part(
        *((time(0), time(12)) if early else (time(12), time(23, 59))), 0, 23, 6 if early else 18
    )


def _end_of_day(found: Found) -> Day | None:
    """The last minute of a day; of a stretch, the day after it, as where a range ends."""
    day = found.thing("day")
    if isinstance(day, Day) and day.start:
        if day.vague and day.end:
            return Day(days_after(day.end, 1))
        return Day(day.start, at=time(23, 59))
    return Day(found.moment.today, at=time(23, 59)) if not found.word("day") else None


_OTHER = r"(?:in |during |at |on |around |for |by |over ){0,2}(?:the )?"

HALVES_OF_A_DAY: tuple[Rule, ...] = (
    rule(r"(?P<how>early|earlier|late|later) in the days", _day_half),
)
HOURS_OF_DAY: tuple[Rule, ...] = (
    rule(r"(?:the )?(?:very )?end of (?:the )?(?P<day><d>)", _end_of_day),
    rule(r"(?:the )?(?:end of (?:the )?days|eod)", _end_of_day),
    rule(r"(?:around|over|during|at|by) (?:the )?(?P<part>lunch|dinner|breakfast)", _part),
    rule(r"after (?:the )?(?P<part>lunch|dinner|breakfast|lunchtime)", _after),
    rule(r"at night", lambda found: Part(time(20), time(23, 59), 18, 4, 20)),
    rule(
        rf"{_OTHER}(?:(?P<how>early|late|later)(?: -)? )?(?:in the )?"
        rf"(?:(?P<place>beginning|start|end) of (?:the )?)?(?P<part>{_NAMES})(?: time| hours)?",
        _part,
    ),
)
