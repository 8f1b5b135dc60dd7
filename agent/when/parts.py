"""Parts of the day and wishes: "in the morning", "jioni", "lunchtime", "first thing", "asap"."""

from datetime import time

from agent.when.line import Found, Rule, rule
from agent.when.things import Day, Part, Wish

_MORNING = Part(None, time(12), 0, 11, 9)
_AFTERNOON = Part(time(12), time(17), 12, 19, 15)
_EVENING = Part(time(17), None, 15, 23, 19)
_NIGHT = Part(time(18), None, 18, 4, 20)

_PARTS = {
    "morning": _MORNING,
    "early morning": Part(None, time(10), 0, 11, 7),
    "mid morning": Part(time(9, 30), time(11), 0, 11, 10),
    "late morning": Part(time(10), time(12), 0, 11, 11),
    "afternoon": _AFTERNOON,
    "early afternoon": Part(time(12), time(14), 12, 19, 13),
    "mid afternoon": Part(time(14), time(16), 12, 19, 15),
    "late afternoon": Part(time(15), time(18), 12, 19, 16),
    "evening": _EVENING,
    "early evening": Part(time(17), time(19), 15, 23, 18),
    "late evening": Part(time(19), None, 15, 23, 21),
    "night": _NIGHT,
    "tonight": Part(time(18), None, 15, 23, 20),
    "lunchtime": Part(time(12), time(14), 11, 14, 13),
    "dinner time": Part(time(18), time(21), 15, 23, 19),
    "first thing": Part(None, time(12), 0, 11, 8, earliest=True),
    "end of days": Part(time(15), None, 12, 23, 17, latest=True),
    "after lunch": Part(time(13), time(17), 12, 19, 14),
    "before lunch": Part(None, time(12), 0, 11, 11),
    "after work": Part(time(17), None, 12, 23, 18),
    "alfajiri": Part(None, time(7), 3, 6, 5, swahili=True),
    "asubuhi": Part(None, time(12), 4, 11, 9, swahili=True),
    "mchana": Part(time(12), time(16), 11, 16, 14, swahili=True),
    "alasiri": Part(time(15), time(18), 14, 18, 16, swahili=True),
    "jioni": Part(time(16), None, 15, 20, 17, swahili=True),
    "usiku": Part(time(19), None, 18, 4, 20, swahili=True),
}
_SAME = {
    **dict.fromkeys(("at lunch", "over lunch", "around lunch", "during lunch"), "lunchtime"),
    **dict.fromkeys(("dinnertime", "around dinner", "over dinner"), "dinner time"),
    "lunch time": "lunchtime",
    "close of business": "end of days",
    "end of business": "end of days",
    "saa za lunch": "lunchtime",
}


def _part(found: Found) -> Part:
    if found.word("mapema"):
        return _PARTS["early morning"]
    how = {"early": "early ", "mapema": "early ", "late": "late ", "mid": "mid "}
    name = _SAME.get(found.word("part"), found.word("part"))
    degree = how.get(found.word("how"), "")
    return _PARTS.get(degree + name, _PARTS[name])


def _now(found: Found) -> Day:
    at = found.moment.now.time().replace(second=0, microsecond=0)
    return Day(found.moment.today, at=at if found.moment.naming else None)


_OTHER = r"(?:in |during |at |on |around |for |by |ya |wa |za |the |hii ){0,3}"
_NAMES = "|".join(sorted({*_PARTS, *_SAME}, key=len, reverse=True))

WISHES: tuple[Rule, ...] = (
    rule(r"at the latest|later the better|latest news", lambda found: Wish()),
    rule(
        r"(?:(?:at )?(?:the |your |ur )?(?:very )?(?:earliest|soonest|next available"
        r"|1ord available)|as (?:soon|early|quickly) as (?:possible|you can|u can)|asap"
        r"|mapema (?:kabisa|iwezekanavyo|zaidi)|haraka iwezekanavyo"
        r"|(?:the )?1ord (?:slot|opening)|right away|straight away|immediately)"
        r"(?: (?:slot|opening|time|convenience|possible)){0,2}",
        lambda found: Wish(earliest=True),
    ),
    rule(
        r"(?:the )?(?:latest(?: (?:slot|possible|time))?|last (?:slot|appointment))"
        r"|as late as (?:possible|you can)",
        lambda found: Wish(latest=True),
    ),
    rule(
        r"any ?time|at any time|any (?:slot|hours)|wakati (?:wowote|wo wote)|saa yoyote|muda wowote"
        r"|whatever time|anytime|no preference",
        lambda found: Wish(any_time=True),
    ),
)

NOW: tuple[Rule, ...] = (
    rule(
        r"right now|sasa hivi|just now|now(?= (?:and|to|until|hadi|-) )|now(?= \?| please|$)",
        _now,
    ),
)

PARTS: tuple[Rule, ...] = (
    rule(
        rf"{_OTHER}(?P<how>1ord thing) (?:in the )?(?P<part>morning|asubuhi)",
        lambda found: _PARTS["first thing"],
    ),
    rule(r"1ord thing", lambda found: _PARTS["first thing"]),
    rule(
        rf"{_OTHER}(?:(?P<how>early|late|mid|mapema)(?: -)? )?(?:in the )?(?P<part>{_NAMES})"
        r"(?: time| hours| ya leo|(?P<mapema>(?: na)? mapema))?",
        _part,
    ),
)
