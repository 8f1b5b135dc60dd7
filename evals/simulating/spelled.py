"""Which days, times and numbers a text names: a plain reading of its own, not the product's."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from evals.simulating.moments import (
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    ENGLISH_NUMBERS,
    SWAHILI_DAYS,
    SWAHILI_MONTHS,
    SWAHILI_NUMBERS,
)

Times = frozenset[time]
Days = frozenset[date]
HORIZON = 370  # days ahead that a day can be meant for

_NUMBERS = {w: n or 12 for n, w in enumerate(ENGLISH_NUMBERS)}
_SAA = {w: n or 12 for n, w in enumerate(SWAHILI_NUMBERS)}
_WEEKDAYS = {
    **{w.lower(): n for n, w in enumerate(SWAHILI_DAYS)},
    **{w.lower(): n for n, w in enumerate(ENGLISH_DAYS)},
    **{w[:3].lower(): n for n, w in enumerate(ENGLISH_DAYS)},
}
_MONTHS = {
    **{w.lower(): n for n, w in enumerate(SWAHILI_MONTHS, 1)},
    **{w.lower(): n for n, w in enumerate(ENGLISH_MONTHS, 1)},
    **{w[:3].lower(): n for n, w in enumerate(ENGLISH_MONTHS, 1)},
}
_NEAR = {
    0: r"today|leo",
    1: r"(?<!day after )(?:tomorrow|tmrw|tomoro|tmr)|kesho(?! kutwa)",
    2: r"day after (?:tomorrow|tmrw|tomoro|tmr)|kesho kutwa",
}
_PARTS = {
    "morning": (range(5, 12), r"(?:in the|this|tomorrow) morning|asubuhi"),
    "afternoon": (range(11, 18), r"(?:in the|this|tomorrow) afternoon|mchana|alasiri"),
    "evening": (range(15, 22), r"evening|jioni|usiku"),
}
_IDIOMS = re.compile(  # a time of day that is no time
    r"good (?:morning|afternoon|evening)|habari (?:za|ya) (?:asubuhi|mchana|jioni)"
    r"|not today|si leo"
)
_month = "|".join(sorted(_MONTHS, key=len, reverse=True))
_saa = "|".join(sorted(_SAA, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<y>20\d\d)[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)\b"),
    re.compile(r"\b(?P<d>\d\d?)/(?P<m>\d\d?)(?:/(?P<y>20\d\d))?\b"),
    re.compile(rf"\b(?P<d>\d\d?)(?:st|nd|rd|th)?(?: of)? (?P<month>{_month})\b"),
    re.compile(rf"\b(?P<month>{_month}) (?P<d>\d\d?)(?:st|nd|rd|th)?\b"),
    re.compile(r"\b(?P<d>\d\d?)(?:st|nd|rd|th)\b"),
    re.compile(r"\btarehe (?P<d>\d\d?)\b"),
)
_CLOCKS = (
    re.compile(
        rf"\bsaa (?P<saa>{_saa}|\d\d?)(?![:.\d])(?P<past> na nusu| na robo)?"
        r"(?: (?P<part>asubuhi|mchana|alasiri|jioni|usiku))?\b"
    ),
    re.compile(r"(?<![\d+/.,-])(?P<h>\d\d?)[:.](?P<m>\d\d)(?: ?(?P<half>[ap])\.?m\b\.?)?(?![\d/])"),
    re.compile(r"(?<![\d+/.:,-])(?P<h>\d\d?) ?(?P<half>[ap])\.?m\b"),
    re.compile(rf"\b(?P<half_past>half past) (?P<word>{'|'.join(_NUMBERS)})\b"),
    re.compile(r"(?<![\d/.:-])(?P<h>\d\d?) o'?clock"),
    re.compile(rf"\b(?:at|after|before|by) (?P<word>{'|'.join(_NUMBERS)})\b"),
    re.compile(r"\b(?:at|after|before|by) (?P<h>\d\d?)(?![\d/:.]|st|nd|rd|th| ?[ap]\.?m)\b"),
)


def days_in(text: str, today: date) -> list[Days]:
    """Return, for each day that is named, the days it can be."""
    plain, found = _plain(text), []
    for pattern in _DATES:
        plain, matches = _taken(pattern, plain)
        found += [_dated(each, today) for each in matches]
    for ahead, words in _NEAR.items():
        if re.search(rf"\b(?:{words})\b", plain):
            found.append(frozenset({today + timedelta(ahead)}))
    for ahead in re.findall(r"\bin (\d+) days\b", plain):
        found.append(frozenset({today + timedelta(int(ahead))}))
    for word in re.findall(rf"\b(?:{'|'.join(_WEEKDAYS)})\b", plain):
        found.append(frozenset(each for each in _ahead(today) if each.weekday() == _WEEKDAYS[word]))
    return found


def times_in(text: str) -> list[Times]:
    """Return, for each time that is named, the times it can be."""
    plain, found = _plain(text), []
    for pattern in _DATES:
        plain, _ = _taken(pattern, plain)
    for pattern in _CLOCKS:
        plain, matches = _taken(pattern, plain)
        found += [times for each in matches if (times := _timed(each))]
    for hours, words in _PARTS.values():
        if re.search(rf"\b(?:{words})\b", plain):
            found.append(frozenset(time(h, m) for h in hours for m in range(0, 60, 5)))
    return found


def numbers_in(text: str) -> list[str]:
    """Return what can be a phone number, as its digits."""
    found = re.findall(r"\+?\d[\d \-]{7,}\d", text)
    return [re.sub(r"\D", "", each) for each in found]


def _plain(text: str) -> str:
    folded = re.sub(r"\+?\d[\d -]{7,}\d", " ", text.casefold())  # a phone number is no time
    folded = re.sub(r"\b(?:kes|ksh)\s*[\d,]+", " ", folded)
    return _IDIOMS.sub(" ", " ".join(folded.replace("\u2019", "'").replace("@", " at ").split()))


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, list[re.Match[str]]]:
    return pattern.sub(" ; ", text), list(pattern.finditer(text))


def _ahead(today: date) -> Iterator[date]:
    return (today + timedelta(n) for n in range(HORIZON))


def _dated(found: re.Match[str], today: date) -> Days:
    named = found.groupdict()
    month = _MONTHS[named["month"]] if named.get("month") else int(named.get("m") or 0)
    year = int(named.get("y") or 0)
    return frozenset(
        each
        for each in _ahead(today)
        if each.day == int(named["d"])
        and (not month or each.month == month)
        and (not year or each.year == year)
    )


def _timed(found: re.Match[str]) -> Times:
    named = found.groupdict()
    if named.get("saa"):
        return _swahili(named)
    hour = _NUMBERS[named["word"]] if named.get("word") else int(named["h"])
    minute = 30 if named.get("half_past") else int(named.get("m") or 0)
    if hour > 23 or minute > 59:
        return frozenset()
    if named.get("half"):
        hour = hour % 12 + (12 if named["half"] == "p" else 0)
        return frozenset({time(hour, minute)})
    both = {hour, hour + 12} if 0 < hour < 12 else {hour}
    # `14:00` and `09:00` say it all; `2:30` does not.
    sure = named.get("m") and len(named["h"]) == 2 and not named.get("word")
    return frozenset(time(each % 24, minute) for each in ({hour} if sure and hour > 12 else both))


def _swahili(named: dict[str, str | None]) -> Times:
    spoken = named["saa"] or ""
    hour = _SAA[spoken] if spoken in _SAA else int(spoken)
    minute = {" na nusu": 30, " na robo": 15}.get(named["past"] or "", 0)
    starts = {(hour + 6) % 24, (hour + 18) % 24}
    if spoken.isdigit():
        starts |= {hour % 24}
    part = {"asubuhi": range(4, 12), "mchana": range(11, 17), "alasiri": range(14, 18)}
    part |= {"jioni": range(15, 21), "usiku": range(18, 24)}
    allowed = part.get(named["part"] or "", range(24))
    return frozenset(time(each, minute) for each in starts if each in allowed)
