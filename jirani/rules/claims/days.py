"""Dates in a text: numeric, written out, weekdays alone, and relative words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from jirani.rules.claims.model import Backed, ClaimKind, Found, any_of, matches_of

_ENGLISH = "monday tuesday wednesday thursday friday saturday sunday"
_PLURAL = "mondays tuesdays wednesdays thursdays fridays saturdays sundays"
_SWAHILI = "jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili"
_SHORT = "mon tue wed thu fri sat sun"
WEEKDAYS = {
    name: day
    for names in (_ENGLISH, _PLURAL, _SWAHILI, _SHORT)
    for day, name in enumerate(names.split())
} | {
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
}
MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    )
    for number, name in enumerate(names.split(), start=1)
} | {"sept": 9}
RELATIVE = {
    "day after tomorrow": 2,
    "kesho kutwa": 2,
    "keshokutwa": 2,
    "day before yesterday": -2,
    "juzi": -2,
    "yesterday": -1,
    "jana": -1,
    "today": 0,
    "tonight": 0,
    "leo": 0,
    "tomorrow": 1,
    "kesho": 1,
}

LONG = any_of(name for name in WEEKDAYS if len(name) > 5)
ANY_DAY = any_of(WEEKDAYS)
MONTH = any_of(MONTHS)
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)(?!\d|:))?"
WEEKDAY = rf"(?:\b(?P<weekday>{ANY_DAY})\b\.?,?\s+(?:the\s+|tarehe\s+)?)?"
EDGE = r"(?=\s*(?:[.,;!?)\0-]|$|\b(?:at|of|or|and|with|for|is|in|from|saa|na|au|works)\b))"

PATTERNS = (
    re.compile(r"(?<![\d/.-])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(
        rf"{WEEKDAY}(?<![\d/.:,-])(?P<day>\d{{1,2}})(?P<sep>[/.-])(?P<month>\d{{1,2}})(?P=sep)"
        r"(?P<year>(?:20)?\d\d)(?!\d)",
        re.I,
    ),
    re.compile(
        rf"{WEEKDAY}(?<![\d/.:,-])(?!24/7)(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?![\d/=])", re.I
    ),
    re.compile(rf"{WEEKDAY}(?<![\d/.:,-]){DAY}\s*(?:of\s+|-)?(?P<month>{MONTH})\b\.?{YEAR}", re.I),
    re.compile(
        rf"{WEEKDAY}(?<![\d/.:,-])(?P<day>\d{{1,2}})\s+mwezi\s+(?:wa\s+)?(?P<month>\d{{1,2}})\b",
        re.I,
    ),
    re.compile(
        rf"{WEEKDAY}\b(?!(?-i:may\b))(?P<month>{MONTH})\b\.?\s+(?:the\s+)?{DAY}(?![\d:.]\d|\d){YEAR}",
        re.I,
    ),
    re.compile(
        rf"\b(?P<weekday>{ANY_DAY})\b\.?,?\s+(?:the\s+|tarehe\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)",
        re.I,
    ),
    re.compile(
        rf"\b(?P<weekday>{LONG})\b,?\s+(?P<day>1[3-9]|2\d|3[01])(?![\d:]|[.,]\d|\s*[ap]\.?m|\s*-)",
        re.I,
    ),
    re.compile(rf"{WEEKDAY}\btarehe\s+(?P<day>\d{{1,2}})\b", re.I),
    re.compile(rf"(?<![\d/.:,-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b{EDGE}", re.I),
    re.compile(rf"\b(?P<weekday>{LONG})\b", re.I),
    re.compile(rf"\b(?P<weekday>(?-i:{any_of(_SHORT.title().split())}))\b"),
    re.compile(rf"\b(?P<weekday>{any_of(_SHORT.split())})\b(?=\.?\s+(?:at|saa)\b)", re.I),
    re.compile(rf"\b(?:in|until|during|since|mwezi wa|mwezi)\s+(?P<month>{MONTH})\b{YEAR}", re.I),
)
RELATIVE_WORD = re.compile(rf"\b(?P<word>{any_of(RELATIVE)})\b", re.I)
SMALL_TALK = re.compile(
    r"\b(?:help|assist|serve|anything else|how are you|\w*saidia|\w*hudumia|kingine|habari)\b"
    r"[^.!?\n\0]*$",
    re.I,
)
SENTENCE = 300  # characters in which a word is said to be small talk


def find_days(text: str, backed: Backed) -> Iterator[Found]:
    """Find every date and what it may mean, the most telling form first."""
    for pattern in PATTERNS:
        found, text = matches_of(pattern, text)
        for match in found:
            yield _read(match, backed.today)
    for match in RELATIVE_WORD.finditer(text):
        if not SMALL_TALK.search(text, max(match.start() - SENTENCE, 0), match.start()):
            yield Found(ClaimKind.DATE, *match.span(), _shifted(backed.today, match["word"]))


def _read(match: re.Match[str], today: date) -> Found:
    part = match.groupdict()
    year, month, day = part.get("year"), part.get("month"), part.get("day")
    weekday = WEEKDAYS[part["weekday"].lower()] if part.get("weekday") else None
    values = _fitting(
        today,
        int(year) + (2000 if len(year) == 2 else 0) if year else None,
        (MONTHS.get(month.lower()) or int(month)) if month else None,
        int(day) if day else None,
        weekday,
    )
    bare = weekday if not (month or day) else None
    return Found(ClaimKind.DATE, *match.span(), values, weekday=bare)


@lru_cache(maxsize=1024)  # a text may name the same day hundreds of times
def _fitting(
    today: date, year: int | None, month: int | None, day: int | None, weekday: int | None
) -> frozenset[date]:
    wanted = (year, month, day, weekday)
    return frozenset(
        one
        for one in _around(today)
        if all(
            want in (None, is_)
            for want, is_ in zip(wanted, (one.year, one.month, one.day, one.weekday()), strict=True)
        )
    )


def _around(today: date) -> Iterator[date]:
    """Every day that a guest and a business may speak of."""
    first = max(today.toordinal() - 370, 1)
    last = min(today.toordinal() + 740, date.max.toordinal())
    return map(date.fromordinal, range(first, last))


def _shifted(today: date, word: str) -> frozenset[int | date]:
    try:
        return frozenset({today + timedelta(days=RELATIVE[word.lower()])})
    except OverflowError:
        return frozenset()
