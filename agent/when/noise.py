"""What looks like a time and is none: phones, prices, head counts, lengths, greetings."""

import re

from agent.when.days import MONTH
from agent.when.lexicon import MONTHS
from agent.when.line import Found, Rule, rule
from agent.when.things import Noise

_PHONE = re.compile(
    r"(?<!\d)(?:\+\d[\d\s().-]{6,18}\d|0\d{2,3}[\s.-]?\d{3}[\s.-]?\d{3,4}|254[\s-]?\d[\d\s-]{6,14}\d"
    r"|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{3,4}|\d{7,})(?!\d)"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,300}|\S{1,64}@[\w.-]{1,200}\.\w{2,10}")
_CODE = re.compile(
    r"\b(?=[\w-]{0,30}[A-Za-z])[A-Z]{2,8}-?\d[\w-]{2,30}|\d{1,6}(?:[.,]\d{1,6})?\s?%"
)
# What names a thing among others: a letter that clings to digits, or an id. "p1 o1" is no "one oh
# one"; but "b4" is "before", and in "7 o5" the minutes follow an hour.
_HANDLE = re.compile(
    r"(?<![\w'])(?<!(?<!\w)\d )(?<!(?<!\w)\d\d )(?!b4)[a-z]\d{1,3}(?!\w|[:.]\d)"
    r"|\b[0-7][0-9a-hjkmnp-tv-z]{25}\b",
    re.IGNORECASE,
)


def without_addresses(text: str) -> str:
    """The text with phone numbers, links, mail addresses and codes blanked, offsets unmoved."""
    return _blanked(text, _ADDRESS, _PHONE, _CODE)


def without_handles(text: str) -> str:
    """The text with what names a thing among others blanked, offsets unmoved.

    Not for reports, where "Q1" is a part of a year.
    """
    return _blanked(text, _HANDLE)


def _blanked(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: "_" * len(match[0]), text)
    return text


def _noise(_: Found) -> Noise:
    return Noise()


def _unless_expected(found: Found) -> Noise | None:
    return None if found.moment.expecting_time else Noise()


_AMOUNT = r"\d[\d,.:]*"
_COUNTED = (
    r"people|persons?|peeps?|guests?|pax|adults?|kids?|child|children|toddlers?|bab(?:y|ies)|ladies"
    r"|women|men|girls?|boys?|friends?|folks|others?|couples?|of (?:us|them|you)|diners?"
    r"|rooms?|beds?|bedrooms?|tables?|seats?|tickets?|cars?|bags?|services?|appointments?"
    r"|bookings?|slots?|times?|options?|things?|items?|messages?|questions?|percent|stars?|km"
    r"|kms|miles|kg|years?|yrs|metres?|meters?|ankle biters"
)
# "Half past 9 night", "March 4 night".
_NO_DAY_BEFORE = "".join(f"(?<!{word} )" for word in ("to", "past", *MONTHS))
_UNIT = r"minutes|hours|days|weeks|months|nights|fortnight"
_MONEY = r"kes|ksh|kshs|sh|shs|shilingi|usd|eur|gbp|tzs|ugx|[$\u20ac\u00a3]"

BEFORE_DATES: tuple[Rule, ...] = (
    rule(rf"(?:{_MONEY}) (?:\. )?{_AMOUNT}(?: k)?", _noise),
    rule(rf"{_AMOUNT}(?: k)? (?:{_MONEY}|/ ?[=-]|bob|bucks?|dollars?|euros?|shillings?)", _noise),
    rule(r"\d{1,3}(?:,\d{3})+", _noise),
    rule(r"\d+ \. \d+|\d/\d (?:an? )?(?:hours|days|minutes|way|price|of)", _noise),
    rule(r"24/7|\d{1,3} k", _noise),
    rule(
        rf"\d[\d.]*(?: or \d+| - \d+| to \d+)? (?:more |other |small |single |double )?"
        rf"(?:{_COUNTED})",
        _noise,
    ),
    rule(r"\d+ (?:years? old|x)", _noise),
    rule(r"(?:party|group|family) of \d+", _noise),
    rule(
        r"(?:like|book|have|get|need|want|take|find|make|see) 1"
        r"(?= (?:at|for|on|half|around|that) )",
        _noise,
    ),
    rule(
        rf"{_NO_DAY_BEFORE}\d+ (?:- )?night|weekend (?:break|stay|away|trip|getaway)"
        r"|night (?:out|club|shift|cream)",
        _noise,
    ),
    rule(r"(?:watu|mtu|wageni|wateja|watoto) \d+", _noise),
    rule(
        r"(?:room|table|option|number|no|nambari|house|flat|apartment|apt|unit|floor|suite|gate"
        r"|route|ages?|aged|rating|step|row|seat|building) (?:of |above |[.:] )?\d+(?: and \d+)?"
        r"(?! (?:pm|am|oclock|days|weeks?|months|nights|hours|minutes|or|to|-))",
        _noise,
    ),
    rule(
        r"\d+(?:th|ord) (?:floor|street|st|avenue|ave|visit|time|1|birthday|anniversary|grade"
        r"|class|option|person|choice|name|opinion|hand)",
        _noise,
    ),
    rule(r"# \d+", _noise),
    rule(
        rf"(?:price|costs?|total|pay|paid|charged?) (?:(?:was|is|of|it|at|about) )?{_AMOUNT}",
        _noise,
    ),
    rule(
        rf"(?:this|that|which|any|the|no|another|some|every|each|only) 1(?! (?:of )?(?:{MONTH}))",
        _noise,
    ),
    rule(r"1 (?:2ord|thing|more|of (?:the|my|our|your|these|those|them))", _noise),
    rule(r"(?:good|gd) (?:morning|afternoon|evening|night|noon|days)", _noise),
    rule(r"(?:habari|salamu|salama) (?:ya|za) (?:asubuhi|mchana|jioni|usiku|leo)", _noise),
    rule(r"(?:asubuhi|mchana|jioni|siku|usiku) (?:njema|mwema)", _noise),
    rule(r"(?:lala|usiku) salama", _noise),
    rule(r"(?:happy|merry) (?:new years?|christmas|xmas|\w+)", _noise),
    rule(r"(?:another|other|some) time", _noise),
)

LENGTHS: tuple[Rule, ...] = (
    rule(
        r"(?:for )?(?:an? |the |\d[\d.:]*(?: - |/| to )?\d*(?: and a)? ?"
        r"|(?:an? )?(?:half|couple|few)(?: an?| of)? )(?:half )?"
        rf"(?:{_UNIT}|week)(?: and a half)?(?: long)?",
        _noise,
    ),
    rule(r"(?:minutes|hours|days|miezi) \d+", _noise),
)
_STILL_TIME = r" (?:on |in |at |during ){0,2}(?:the )?<p>| (?:pm|am|oclock)"

COUNTS: tuple[Rule, ...] = (
    rule(
        rf"(?:for|we are|we're|there are|there will be) \d{{1,2}}(?!{_STILL_TIME})",
        _unless_expected,
    ),
)
