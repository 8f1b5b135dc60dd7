"""Several days at once: "this weekend", "early next week", "end of the month", "in December".

What is gone of a stretch is cut off. The weekend is the one ahead or under way; the next weekend is
that of the next calendar week.
"""

from datetime import date

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
    days = _days_of_month(found)
    thirds = {"beginning": days[:10], "start": days[:10], "early": days[:10], "mwanzo": days[:10],
              "middle": days[9:20], "mid": days[9:20], "katikati": days[9:20],
              "end": days[-5:], "mwisho": days[-5:], "late": days[19:]}  # fmt: skip
    return _ahead_of(thirds.get(found.word("place"), days), found)


def _some_of_a_month(found: Found) -> Day | None:
    """As in "the first week of December", its days 1 to 7, or "the second half of next month"."""
    days, size = _days_of_month(found), 7 if found.word("unit") == "week" else 15
    if found.word("nth") == "last" or (size == 15 and found.number("nth") == 2):
        return _ahead_of(days[-7:] if size == 7 else days[15:], found)
    first = size * (found.number("nth") - 1)
    return _ahead_of(days[first : first + size], found)


def _days_of_month(found: Found) -> list[date]:
    today = found.moment.today
    which = found.word("which") or found.word("after")
    if found.word("month"):
        month = MONTHS.index(found.word("month")) + 1
        year = found.number("year") or today.year + (month < today.month)
    else:
        months = today.month - 1 + (1 if which in {"next", "ijayo", "coming", "following"} else 0)
        year, month = today.year + months // 12, months % 12 + 1
    return [day for n in range(1, 32) if (day := safe_date(year, month, n))]


def _ahead_of(chosen: list[date], found: Found) -> Day | None:
    """What is left of a stretch of days; all of it, as past, where nothing is."""
    today = found.moment.today
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
    if found.moment.naming:
        return day
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

_OF = (
    rf"(?:(?P<month>{'|'.join(MONTHS)})(?: (?P<year>20\d\d))?"
    r"|(?P<which>this|next|the|coming|following)? ?month)"
)

STRETCHES: tuple[Rule, ...] = (
    rule(r"mwisho wa week(?: (?P<after>ijayo|hii))?", _weekend),
    rule(
        rf"{_PLACE}?(?:the )?(?P<which>this coming|this|next|coming|following)? ?weekend"
        r"(?: (?P<after>ijayo|hii|after next))?",
        _weekend,
    ),
    rule(
        r"(?<!a )(?<!1 )(?:the )?week (?:of|commencing|beginning|starting|from)(?: on)? "
        r"(?:the )?(?P<day><d>)",
        _week_of,
    ),
    rule(
        rf"(?:the )?(?P<nth>[1-4](?:th|ord)|last) (?P<unit>week|half) (?:of|in) (?:the )?{_OF}",
        _some_of_a_month,
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
    rule(r"(?P<place>mwanzo|mwisho|katikati) (?:wa|ya) month", _month),
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
)
