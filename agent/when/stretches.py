"""Several days at once: "this weekend", "early next week", "end of the month", "in December".

What is gone of a stretch is cut off. The weekend is the one ahead or under way; the next weekend is
that of the next calendar week.
"""

from agent.when.lexicon import MONTHS
from agent.when.line import Found, Rule, rule
from agent.when.model import Problem
from agent.when.things import Day, days_after, safe_date


def _span(found: Found, first: int, last: int) -> Day | None:
    """Days `first` to `last` from this week's Monday, what is gone of them cut off."""
    today = found.moment.today
    start, end = (
        days_after(today, first - today.weekday()),
        days_after(today, last - today.weekday()),
    )
    if start is None or end is None:
        return None
    start = max(start, today)
    return Day(start, end if end > start else None, vague=True)


_PLACES = {
    "beginning": (0, 1), "start": (0, 1), "early": (0, 1), "mwanzo": (0, 1),
    "middle": (1, 3), "mid": (1, 3), "midweek": (1, 3), "katikati": (1, 3),
    "end": (3, 4), "mwisho": (3, 4), "late": (3, 4),
}  # fmt: skip


def _week(found: Found) -> Day | None:
    weeks = _weeks_off(found.word("which"))
    first, last = _PLACES.get(found.word("place"), (0, 6))
    if found.word("place") == "later":
        first = found.moment.today.weekday() + 1
    return _span(found, 7 * weeks + first, 7 * weeks + max(first, last))


def _weeks_off(which: str) -> int:
    if "after" in which:
        return 2
    return 1 if any(word in which for word in ("next", "ijayo", "following", "coming")) else 0


def _weekend(found: Found) -> Day | None:
    """This weekend is the one ahead or under way; the next is that of the next calendar week."""
    which = found.word("which") + found.word("after")
    weeks = 0 if "coming" in which else _weeks_off(which)
    return _span(found, 7 * weeks + 5, 7 * weeks + 6)


def _month(found: Found) -> Day | None:
    today = found.moment.today
    which = found.word("which") or found.word("after")
    if found.word("month"):
        month = MONTHS.index(found.word("month")) + 1
        year = found.number("year") or today.year + (month < today.month)
    else:
        months = today.month - 1 + (1 if which in {"next", "ijayo", "coming", "following"} else 0)
        year, month = today.year + months // 12, months % 12 + 1
    days = [day for n in range(1, 32) if (day := safe_date(year, month, n))]
    thirds = {"beginning": days[:10], "start": days[:10], "early": days[:10], "mwanzo": days[:10],
              "middle": days[9:20], "mid": days[9:20], "katikati": days[9:20],
              "end": days[-5:], "mwisho": days[-5:], "late": days[19:]}  # fmt: skip
    chosen = thirds.get(found.word("place"), days)
    if not chosen:
        return None
    if chosen[-1] < today:
        return Day(chosen[0], chosen[-1], Problem.PAST)
    start = max(chosen[0], today)
    return Day(start, chosen[-1] if chosen[-1] > start else None, vague=True)


def _week_of(found: Found) -> Day | None:
    day = found.thing("day")
    if not isinstance(day, Day) or day.start is None:
        return None
    monday = days_after(day.start, -day.start.weekday())
    return Day(max(monday, found.moment.today), days_after(monday, 6)) if monday else None


def _next_days(found: Found) -> Day | None:
    loosely = 1 if found.word("n") in {"a", "an"} else 2 if "couple" in found.word("n") else 3
    count = found.number("n") or loosely
    per = 7 if found.word("unit").startswith("week") else 1
    end = days_after(found.moment.today, count * per) if count <= 400 else None
    return Day(found.moment.today, end) if end else None


_PLACE = (
    r"(?:(?:the |at the )?(?P<place>beginning|start|middle|end|mid|early|late|later|mwanzo|mwisho"
    r"|katikati)(?: -)? (?:of |in |ya |wa )?(?:the )?)"
)

STRETCHES: tuple[Rule, ...] = (
    rule(r"mwisho wa week(?: (?P<after>ijayo|hii))?", _weekend),
    rule(
        rf"{_PLACE}?(?:the )?(?P<which>this coming|this|next|coming|following)? ?weekend"
        r"(?: (?P<after>ijayo|hii|after next))?",
        _weekend,
    ),
    rule(rf"{_PLACE}?(?P<which>this|next|the coming|the following|the) week", _week),
    rule(
        rf"{_PLACE}?(?P<which>(?:the )?week after next|the week after|week ijayo|week hii)", _week
    ),
    rule(
        rf"{_PLACE}?(?P<which>this|next|the|coming|following) month",
        _month,
    ),
    rule(rf"{_PLACE}?month (?P<after>ijayo|hii)", _month),
    rule(
        rf"(?:in |this |next |month of |month wa |during )?{_PLACE}(?P<month>{'|'.join(MONTHS)})"
        r"(?: (?P<year>20\d\d))?",
        _month,
    ),
    rule(
        rf"(?:in|this|next|during|month of|month wa) (?P<month>{'|'.join(MONTHS)})"
        r"(?: (?P<year>20\d\d))?",
        _month,
    ),
    rule(
        r"(?:in |over |within )?the (?:next|coming) (?:(?P<n>\d{1,2}|few|couple of) )?"
        r"(?P<unit>days|weeks?)",
        _next_days,
    ),
    rule(r"within (?:(?P<n>\d{1,2}|an?|few|(?:a )?couple of) )(?P<unit>days|weeks?)", _next_days),
    rule(r"(?:the )?week of (?:the )?(?P<day><d>)", _week_of),
)
