"""Months, quarters, halves, years and decades: "Dec 2018", "q3 2019", "2007", "end of 2000"."""

from dataclasses import replace

from agent.when.days import century
from agent.when.lexicon import MONTHS
from agent.when.line import Found, Rule, rule
from agent.when.reports.stretch import YEAR, months_from, part_of
from agent.when.things import Day, Noise, safe_date

_MONTH = "|".join(MONTHS)
# "May" is a verb, too, but for what stands before or behind it.
_NO_VERB = "|".join(month for month in MONTHS if month != "may")
_AFTER_WORDS = ("in", "to", "-", "from", "and", "since", "of", "until", "during", "before", "after")
_MAY_BEHIND = "|".join(f"(?<={word} )" for word in (*_AFTER_WORDS, "by"))
# "Until the end of June" is a point in time, and no half of a month.
_PLACE = (
    r"(?:(?<!until )(?<!to )(?<!and )(?<!between )(?<!before )(?<!by )(?<!the )(?:the |at the )?"
    r"(?P<place>beginning|start|middle|end|mid|early|late)(?: -)? (?:of |in )?(?:the )?)?"
)
_WHICH = {"last": -1, "previous": -1, "past": -1, "next": 1, "following": 1, "coming": 1}
_WHICH_WORDS = "|".join((*_WHICH, "upcoming", "this", "current", "the"))
_THIS_YEAR = r"(?:the )?(?P<of>this|last|previous|next|the) year"


def _year(found: Found) -> int:
    """The year a phrase names, else the one it is said in."""
    this = found.moment.today.year
    words = found.word("year") or found.word("later")
    if words.isdigit():
        return century(int(words), this) if len(words) == 2 else int(words)
    return this + _WHICH.get(found.word("of"), 0)


def _month(found: Found) -> Day | None:
    word = found.word("month")
    month = int(word) if word.isdigit() else MONTHS.index(word) + 1
    today = found.moment.today
    year = _year(found)
    if not (found.word("year") or found.word("later") or found.word("of")):
        which = found.word("which")
        year += which in {"next", "coming", "upcoming"} and month <= today.month
        year -= which in {"last", "past", "previous"} and month >= today.month
        year += not which and month < today.month
    day = months_from(year, month, 1)
    yearless = not any(found.word(name) for name in ("year", "later", "of", "which"))
    return replace(part_of(day, found.word("place")), yearless=yearless) if day else None


def _quarter(found: Found) -> Day | None:
    number = 4 if found.word("n") == "last" else found.number("n")
    return months_from(_year(found), 3 * number - 2, 3) if 1 <= number <= 4 else None


def _half(found: Found) -> Day | None:
    second = found.word("n") in {"2ord", "2th", "2", "last"}
    return months_from(_year(found), 7 if second else 1, 6)


def _whole_year(found: Found) -> Day | None:
    year = months_from(_year(found), 1, 12)
    if year and found.word("place") and found.word("year"):
        # The end of a year that is named is its last third: that of the one going on, its half.
        first = {"start": 1, "beginning": 1, "early": 1, "mid": 5, "middle": 5}
        return months_from(_year(found), first.get(found.word("place"), 9), 4)
    if found.word("place") in {"end", "late"}:
        return months_from(_year(found), 7, 6)
    if found.word("place") in {"start", "beginning", "early"}:
        return months_from(_year(found), 1, 6)
    return year


def _decade(found: Found) -> Day | None:
    year = found.number("year")
    if not year:
        decades = _WHICH.get(found.word("which"), 0)
        year = found.moment.today.year // 10 * 10 + 10 * decades
    elif year < 100:
        year = century(year, found.moment.today.year)
    return months_from(year, 1, 120)


def _day(found: Found) -> Day | None:
    word = found.word("month")
    month = int(word) if word.isdigit() else MONTHS.index(word) + 1
    year = found.word("year")
    this = found.moment.today.year
    whole = century(int(year), this) if len(year) == 2 else int(year)
    day = safe_date(whole, month, found.number("day"))
    return Day(day) if day else None


_Y = rf"(?P<year>{YEAR})"
_LATER = rf"(?P<later>{YEAR})"
_D = r"(?P<day>\d{1,2})(?:th|ord)?"

# "4 to 22 of January 1995" is a range, read as one later.
_NOT_LAST = r"(?<!\d to )(?<!th to )(?<!\d - )(?<!th - )(?<!\d until )(?<!th until )(?<!th and )"

WRITTEN_DAYS: tuple[Rule, ...] = (
    rule(rf"{_Y} [-/] (?P<month>{_MONTH}) [-/] {_D}", _day),
    rule(rf"{_Y} [-/] {_D} [-/] (?P<month>{_MONTH})", _day),
    rule(rf"{_D} [-/] {_Y} [-/] (?P<month>{_MONTH})", _day),
    rule(
        rf"(?P<month>{_MONTH}) (?:the )?{_D} (?:, )?(?:in |of )?(?P<year>{YEAR}|\d\d(?=$| \D))",
        _day,
    ),
    rule(rf"{_NOT_LAST}(?:the )?{_D} (?:of )?(?P<month>{_MONTH}) (?:, )?(?:in |of )?{_Y}", _day),
    rule(rf"(?P<month>\d\d?)/(?P<day>\d\d?) , (?P<year>{YEAR}|\d\d)", _day),
)
QUARTERS: tuple[Rule, ...] = (
    rule(rf"(?:{_Y} (?:- )?)?q (?P<n>[1-4])(?: (?:- |of )?{_LATER})?", _quarter),
    rule(
        rf"(?:the )?(?P<n>[1-4](?:th|ord)|last) quarter(?: (?:of |in )?(?:{_Y}|{_THIS_YEAR}))?",
        _quarter,
    ),
    rule(rf"(?:{_Y} (?:- )?)?h (?P<n>[12])(?: (?:- |of )?{_LATER})?", _half),
    rule(
        rf"(?:the )?(?P<n>[12](?:th|ord)|last) half of (?:{_Y}|{_THIS_YEAR})",
        _half,
    ),
)
MONTHS_AND_YEARS: tuple[Rule, ...] = (
    rule(
        rf"(?:fiscal|school|academic|financial) (?:year|quarter)s?(?: {YEAR})?", lambda _: Noise()
    ),
    rule(
        rf"(?:{_WHICH_WORDS}) (?:fiscal|school|academic|financial) (?:year|quarter)",
        lambda _: Noise(),
    ),
    rule(
        rf"{_PLACE}(?P<month>{_MONTH}) (?:of |[-/,.] )?(?:in )?(?:(?:the year )?{_Y}|{_THIS_YEAR})",
        _month,
    ),
    rule(rf"(?P<month>{_MONTH}) of (?:the year )?(?P<year>\d\d)", _month),
    rule(rf"{_Y} (?:- |/ |, )?{_PLACE}(?P<month>{_MONTH})", _month),
    rule(rf"(?P<month>0?[1-9]|1[0-2]) [-/] {_Y}", _month),
    rule(rf"{_Y} [-/] (?P<month>0[1-9]|1[0-2])(?! [-/])", _month),
    rule(rf"{_PLACE}(?:(?P<which>{_WHICH_WORDS}) )?(?P<month>{_NO_VERB})", _month),
    rule(rf"{_PLACE}(?P<which>{_WHICH_WORDS}) (?P<month>may)", _month),
    rule(rf"(?:{_MAY_BEHIND})(?P<month>may)(?! \w+ed )", _month),
    rule(r"(?P<month>may)(?= (?:to|-|through|until) )", _month),
    rule(rf"(?:the )?(?P<year>{YEAR}|\d0) s(?! )", _decade),
    rule(r"(?:the )?(?P<which>next|last|past|previous|this|coming|following) decade", _decade),
    rule(
        rf"{_PLACE}(?:the )?(?:calendar )?(?:year (?:of )?)?(?:(?<=\d\d\d\d - )|(?<!- )){_Y}"
        r"(?! - \d\d?(?!\d))",
        _whole_year,
    ),
    rule(
        rf"{_PLACE}(?P<of>{_WHICH_WORDS}) (?:calendar )?year",
        _whole_year,
    ),
    rule(r"(?:the )?(?P<place>end|beginning|start|middle) of (?:the )?year", _whole_year),
    rule(r"(?:the )?eoy", lambda found: months_from(found.moment.today.year, 7, 6)),
)
