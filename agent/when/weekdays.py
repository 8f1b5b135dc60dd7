"""Weekdays: "Friday", "next Friday", "Friday week", "Ijumaa ijayo".

A weekday by itself is the coming one, and never today, since people say "today"; "this Friday" may
be today. "Next Friday" is the Friday of the next calendar week (Monday to Sunday); so is "Ijumaa
ijayo". "Friday week" is a week after the coming one.
"""

from agent.when.days import WEEKDAY, judged
from agent.when.lexicon import WEEKDAYS
from agent.when.line import Found, Rule, rule
from agent.when.things import Day, days_after

_WEEKS_OFF = {
    **dict.fromkeys(("this week", "week hii", "ya week hii"), 0),
    **dict.fromkeys(("next", "ijayo", "following", "next week", "following week"), 1),
    **dict.fromkeys(("week ijayo", "ya week ijayo"), 1),
    **dict.fromkeys(("after next", "week after next"), 2),
}


def _weekday(found: Found) -> Day | None:
    today = found.moment.today
    wanted = WEEKDAYS.index(found.word("weekday"))
    which = found.word("which") or found.word("after") or found.word("lead")
    if which in _WEEKS_OFF:
        day = days_after(today, 7 * _WEEKS_OFF[which] + wanted - today.weekday())
        return judged(day, today) if day else None
    if which in {"last", "iliyopita", "previous", "past"}:
        day = days_after(today, (wanted - today.weekday()) % 7 - 7)
        return judged(day, today) if day else None
    coming = (wanted - today.weekday() - 1) % 7 + 1
    if which in {"this", "hii"} or found.moment.manner.report:
        coming %= 7
    if which in {"week", "a week on", "a week from"}:
        coming += 7
    if which in {"fortnight", "a fortnight on", "2 weeks on"}:
        coming += 14
    day = days_after(today, coming)
    return Day(day, weekly=True) if day else None


WEEKDAY_RULES: tuple[Rule, ...] = (
    rule(
        rf"(?P<which>next week|this week)(?: on| ,)? (?P<weekday>{WEEKDAY})",
        _weekday,
    ),
    rule(rf"(?P<which>week ijayo|week hii) (?P<weekday>{WEEKDAY})", _weekday),
    rule(
        rf"(?P<lead>a week on|a week from|a fortnight on|2 weeks on) (?P<weekday>{WEEKDAY})",
        _weekday,
    ),
    rule(
        rf"(?:(?:the |this )?(?P<which>next|this|last|previous|past|following|coming|hii) )?"
        rf"(?P<weekday>{WEEKDAY})(?: (?:of |on |, )?(?:the )?(?P<after>next week|this week"
        r"|week after next|after next|fortnight|week(?! end)|(?:ya )?week ijayo"
        r"|(?:ya )?week hii|ijayo|hii|iliyopita|coming|following week))?",
        _weekday,
    ),
)
