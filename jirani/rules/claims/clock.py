"""Clock times in a text: digits and words, English and Swahili (saa nane mchana is 14:00)."""

import re
from collections.abc import Iterator
from datetime import time

from jirani.rules.claims.model import Backed, ClaimKind, Found, Value, any_of, matches_of
from jirani.rules.claims.numbers import ENGLISH, SWAHILI, UNITS

HALF_DAY = r"(?P<half>[ap])\.?\s?m\b\.?"
PART = r"\s+(?:in the|at)\s+(?P<part>morning|afternoon|evening|night)\b"
WHEN = rf"(?:\s*{HALF_DAY}|{PART})"
MINUTES = {
    "half": 30,
    "quarter": 15,
    "a quarter": 15,
    "five": 5,
    "ten": 10,
    "twenty": 20,
    "twenty-five": 25,
    "twenty five": 25,
}
TAILS = {"thirty": 30, "fifteen": 15, "forty-five": 45, "forty five": 45, "o'clock": 0, "oclock": 0}
ENGLISH_HOUR = any_of(ENGLISH)
SWAHILI_HOUR = any_of(SWAHILI)
HOUR = rf"(?:\d{{1,2}}|{ENGLISH_HOUR})"
ALONE = {"noon": 12, "midday": 12, "midnight": 0}

# The hours of the day a Swahili part of the day may mean.
PARTS = {
    "alfajiri": range(3, 7),
    "asubuhi": range(5, 12),
    "adhuhuri": range(12, 14),
    "mchana": range(10, 18),
    "alasiri": range(14, 18),
    "jioni": range(15, 20),
    "usiku": (*range(18, 24), *range(6)),
    "morning": range(12),
    "afternoon": range(12, 18),
    "evening": range(15, 24),
    "night": (*range(18, 24), *range(6)),
}
SWAHILI_PART = any_of(name for name in PARTS if name not in PART)
NOT_INSIDE = r"(?<![\d:.,/])"

DIGITS = re.compile(
    rf"{NOT_INSIDE}(?P<hour>\d{{1,2}})[:.h](?P<minute>[0-5]\d)(?![\d%]|[.,/:]\d){WHEN}?", re.I
)
WHOLE_HOUR = re.compile(rf"{NOT_INSIDE}(?P<hour>\d{{1,2}}){WHEN}", re.I)
MILITARY = re.compile(
    rf"{NOT_INSIDE}(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d)\s*(?:hrs?|hours|h)\b", re.I
)
PAST = re.compile(
    rf"\b(?P<minutes>{any_of(MINUTES)}|(?:\d{{1,2}}|{ENGLISH_HOUR})(?=\s+min|\s+past))(?:\s+minutes?)?"
    rf"\s+(?P<sense>past|to|after|before)\s+(?P<hour>{HOUR})\b(?![:.]\d){WHEN}?",
    re.I,
)
HALF = re.compile(rf"\bhalf\s+(?P<hour>{ENGLISH_HOUR})\b", re.I)
WORDS = re.compile(rf"\b(?P<hour>{ENGLISH_HOUR})[\s-]+(?P<tail>{any_of(TAILS)})\b{WHEN}?", re.I)
WHOLE_WORD = re.compile(rf"\b(?P<hour>{ENGLISH_HOUR}){WHEN}", re.I)
OCLOCK = re.compile(rf"{NOT_INSIDE}(?P<hour>\d{{1,2}})\s*o'?clock\b(?:{PART})?", re.I)
LONE = re.compile(rf"\b(?P<word>{any_of(ALONE)})\b", re.I)
SAA = re.compile(
    rf"\bsaa\s+(?P<hour>\d{{1,2}}(?!\d)|(?:{SWAHILI_HOUR})\b)(?:[:.](?P<minute>[0-5]\d)(?!\d))?"
    rf"(?:\s+kamili)?(?:\s+(?:za\s+|ya\s+)?(?P<early>{SWAHILI_PART})\b)?"
    rf"(?:\s+(?P<sense>na|u|kasoro)\s*(?P<more>nusu|robo|(?:dakika\s+)(?:\d{{1,2}}|{SWAHILI_HOUR}))\b)?"
    rf"(?:\s+(?:za\s+|ya\s+)?(?P<part>{SWAHILI_PART})\b)?",
    re.I,
)

GOES_ON = (
    r"(?=\s*(?:$|[.,;!?)\0-]|\b(?:on|with|for|and|or|to|if|then|instead|please|is|are|works|would"
    r"|this|in the|na|au|hadi)\b))"
)
JOINED = r"\s*(?:,|-|\b(?:or|and|to|na|au|hadi)\b)\s*"
NO_COUNT = rf"(?![\d:/]|[.,]\d|(?:st|nd|rd|th)\b|\s*-?\s*(?:{UNITS}))"
# As many as a day has hours: without an end, a long text of numbers takes forever.
LIST = rf"(?P<list>\d{{1,2}}(?:{JOINED}\d{{1,2}}){{0,23}}){NO_COUNT}"
ALONE_DIGIT = r"(?<![\w:.,/-])"
BARE = (
    re.compile(rf"(?:\b(?:at|until|till|by)\s|@)\s*{LIST}", re.I),
    re.compile(
        r"\b(?:from|to|between|after|before|around|about|past|kuanzia|hadi|slots?:?|free:?)\s+"
        rf"{LIST}{GOES_ON}",
        re.I,
    ),
    re.compile(
        rf"{ALONE_DIGIT}(?P<list>\d{{1,2}}\s*(?:-|to)\s*\d{{1,2}})(?![\w/-]){NO_COUNT}", re.I
    ),
    re.compile(
        rf"{ALONE_DIGIT}{LIST}\s+(?:is|are)\s+(?:\w+\s+)?(?:free|available|taken|open)\b", re.I
    ),
    re.compile(rf"{ALONE_DIGIT}(?P<list>\d{{1,2}})(?={JOINED}\0)", re.I),
    re.compile(rf"(?<=\0){JOINED}{LIST}{GOES_ON}", re.I),
)
BARE_WORD = re.compile(
    rf"\b(?:at|from|until|till|by|around)\s+(?P<hour>{ENGLISH_HOUR})\b"
    rf"(?!\s+(?:of|point|time|go|or more|{UNITS}))",
    re.I,
)


def find_times(text: str, backed: Backed) -> Iterator[Found]:
    """Find the times that are plainly times."""
    readers = (
        (SAA, _swahili),
        (PAST, _past),
        (DIGITS, _english),
        (WHOLE_HOUR, _english),
        (MILITARY, _english),
        (WORDS, _english),
        (WHOLE_WORD, _english),
        (OCLOCK, _english),
        (HALF, _half),
        (LONE, _alone),
    )
    for pattern, read in readers:
        found, text = matches_of(pattern, text)
        for match in found:
            yield Found(ClaimKind.TIME, *match.span(), read(match.groupdict()))


def find_bare_times(text: str, backed: Backed) -> Iterator[Found]:
    """Find the numbers that only the words around them make a time: "at 3", "from 9 to 5"."""
    for pattern in BARE:
        for match in pattern.finditer(text):
            for number in re.finditer(r"\d{1,2}", match["list"]):
                start = match.start("list") + number.start()
                if int(number[0]) <= 24:
                    span = (start, start + len(number[0]))
                    yield Found(ClaimKind.TIME, *span, hours(int(number[0])))
    for match in BARE_WORD.finditer(text):
        hour = ENGLISH[match["hour"].lower()]
        yield Found(ClaimKind.TIME, *match.span(), hours(hour))


def hours(
    hour: int, minute: int = 0, half: str | None = None, part: str | None = None
) -> frozenset[Value]:
    """Return what an hour may mean: 3 is 03:00 or 15:00, 3 pm and 15 are 15:00 only."""
    if hour > 24 or (half and not 1 <= hour <= 12):
        return frozenset()
    both = (hour % 24,) if hour > 12 or hour == 0 else (hour % 12, hour % 12 + 12)
    if half:
        both = (hour % 12 + (12 if half.lower() == "p" else 0),)
    allowed = PARTS[part.lower()] if part else range(24)
    return frozenset(time(one, minute) for one in both if one in allowed)


Parts = dict[str, str | None]


def _english(part: Parts) -> frozenset[Value]:
    written, half = part["hour"] or "", part.get("half")
    minute = int(part.get("minute") or 0) + TAILS.get((part.get("tail") or "").lower(), 0)
    if part.get("minute") and written.startswith("0") and not half:
        return frozenset({time(int(written), minute)})
    return hours(_hour(written), minute, half, part.get("part"))


def _hour(written: str) -> int:
    return ENGLISH.get(written.lower()) or int(written)


def _past(part: Parts) -> frozenset[Value]:
    written = part["minutes"] or ""
    minutes = MINUTES.get(written.lower()) or _hour(written)
    after = (part["sense"] or "").lower() in ("past", "after")
    whole = hours(_hour(part["hour"] or ""), 0, part["half"], part["part"])
    return _moved(whole, minutes if after else -minutes)


def _half(part: Parts) -> frozenset[Value]:
    return hours(ENGLISH[(part["hour"] or "").lower()], 30)


def _alone(part: Parts) -> frozenset[Value]:
    return frozenset({time(ALONE[(part["word"] or "").lower()])})


def _swahili(part: Parts) -> frozenset[Value]:
    """Count from six: saa moja is seven. With minutes in digits it may be the usual clock."""
    written, minute = (part["hour"] or "").lower(), int(part["minute"] or 0)
    hour = SWAHILI.get(written) or int(written)
    day = part["part"] or part["early"]
    literal = (
        hours(hour, minute, None, day) if part["minute"] or hour > 12 or hour == 0 else frozenset()
    )
    if not 1 <= hour <= 12:
        return literal
    counted = hours((hour + 5) % 12 + 1, minute, None, day)
    return literal | _moved(
        counted, _extra(part["more"]) * (-1 if part["sense"] == "kasoro" else 1)
    )


def _extra(more: str | None) -> int:
    word = (more or "").lower().removeprefix("dakika").strip()
    known = {"": 0, "nusu": 30, "robo": 15, **SWAHILI}
    return known[word] if word in known else int(word)


def _moved(times: frozenset[Value], minutes: int) -> frozenset[Value]:
    whole = (one.hour * 60 + one.minute + minutes for one in times if isinstance(one, time))
    return frozenset(time(one // 60 % 24, one % 60) for one in whole)
