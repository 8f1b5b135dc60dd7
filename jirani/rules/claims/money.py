"""Prices in a text: sums with a currency, promises of a discount, bare big numbers."""

import re
from collections.abc import Iterator

from jirani.rules.claims.model import Backed, ClaimKind, Found, Value, any_of, matches_of
from jirani.rules.claims.numbers import ENGLISH, NUMBER, SWAHILI, UNITS, minor_units

# What a sign stands for; "" is a shilling of whichever country.
SIGNS = {
    "kes": "KES",
    "ksh": "KES",
    "kshs": "KES",
    "k.sh": "KES",
    "bob": "KES",
    "tzs": "TZS",
    "tsh": "TZS",
    "tshs": "TZS",
    "ugx": "UGX",
    "ush": "UGX",
    "usd": "USD",
    "us$": "USD",
    "$": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "bucks": "USD",
    "dola": "USD",
    "eur": "EUR",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "gbp": "GBP",
    "£": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "zar": "ZAR",
    "ngn": "NGN",
    "₦": "NGN",
    "sh": "",
    "shs": "",
    "shilling": "",
    "shillings": "",
    "shilingi": "",
    "/=": "",
    "/-": "",
}
SIGN = rf"(?:{any_of(SIGNS)})"
TEENS = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
WORD = rf"(?:{any_of([*ENGLISH, *SWAHILI])}|{TEENS}|{TENS})"

SUMS = (
    re.compile(
        rf"(?<![A-Za-z])(?P<sign>{SIGN})\.?\s*:?\s*(?P<one>{NUMBER})(?:\s*(?:/=|/-))?"
        rf"(?:\s*(?:-|to|hadi|or|and|au|na)\s*(?P<two>{NUMBER})(?!\s*(?:{UNITS}|[:.]\d|[ap]\.?m)))?",
        re.I,
    ),
    re.compile(
        rf"(?<![\w:.,/])(?:(?P<one>{NUMBER})\s*(?:-|to|hadi|or|au)\s*)?(?P<two>{NUMBER})"
        rf"\s*(?P<sign>{SIGN})(?![A-Za-z])(?!\.?\s*\d)",
        re.I,
    ),
)

AVAILABLE = (
    "slot|time|space|place|spot|moment|day|hour|morning|afternoon|evening|appointment|chair|opening"
)
FREE = re.compile(
    r"\b(?:for free|free of (?:charge|cost)|gratis|complimentary|on the house|costs? nothing"
    r"|at no (?:extra |additional )?(?:cost|charge)|without (?:extra |any )?charge"
    r"|no (?:extra |additional )?(?:charge|fee|cost)s?(?! (?:has|have|was|is|went|yet|made|will))"
    r"|(?:visit|service|treatment|session|consultation|wash|cut) is free"
    rf"|(?:a|an|your|our|get|with|offer|one) free(?! (?:{AVAILABLE}))"
    r"|pay nothing|won't cost you (?:a thing|anything)"
    r"|bure|bila (?:malipo|gharama)|hakuna malipo)\b".replace(" ", r"\s+"),
    re.I,
)
DISCOUNT = re.compile(
    r"\bdiscount\w*|\b\d+\s*(?:%|percent)(?:\s+(?:off|less|discount|cheaper))|\bhalf[- ]price"
    rf"|\b(?:{NUMBER}|{SIGN}\s*{NUMBER}) off\b|\b(?:two|2) for (?:one|1)\b|\bbuy (?:one|1),? get"
    r"|\bpunguzo\b|\basilimia\b",
    re.I,
)
IN_WORDS = re.compile(
    rf"\b(?:elfu|mia|laki)(?:\s+(?:{WORD}|\d))"
    rf"|\b(?:{WORD}|a)[\s-]+(?:hundred|thousand)\b(?! percent)"
    rf"|\b{WORD}\s+(?:shillings?|bob|dollars?|euros?|pounds?|quid)\b|\bshilingi\s+{WORD}\b",
    re.I,
)
SMALL = re.compile(
    r"\b(?:costs?|price[ds]?|total|pay|fees?|deposit|amount|charge|bei|gharama|jumla|lipa|ada)\b"
    rf"[^\d.?!\0]{{0,20}}(?P<one>{NUMBER})(?!\w|[:/]\d|\s*(?:{UNITS}))",
    re.I,
)
BARE = re.compile(rf"(?<![\w:/#])(?P<one>{NUMBER})(?![\w/]|:\d)", re.I)


def find_sums(text: str, backed: Backed) -> Iterator[Found]:
    """Find numbers with a currency, and words that promise a price."""
    for pattern in SUMS:
        found, text = matches_of(pattern, text)
        for match in found:
            sign = SIGNS.get(match["sign"].lower(), "")
            ours = sign in ("", backed.currency)
            for name in ("one", "two"):
                if match[name]:
                    values = _values(match[name], backed.digits) if ours else frozenset()
                    yield Found(ClaimKind.PRICE, *match.span(), values)
    for match in FREE.finditer(text):
        yield Found(ClaimKind.PRICE, *match.span(), frozenset({0}))
    for match in DISCOUNT.finditer(text):
        yield Found(ClaimKind.PRICE, *match.span(), deniable=True)
    for match in IN_WORDS.finditer(text):
        yield Found(ClaimKind.PRICE, *match.span())


def find_bare_sums(text: str, backed: Backed) -> Iterator[Found]:
    """Find numbers that can only be meant as prices: near such a word, or big."""
    for match in SMALL.finditer(text):
        yield Found(ClaimKind.PRICE, *match.span("one"), _values(match["one"], backed.digits))
    years = {day.year for day in backed.dates} | {backed.today.year}
    for match in BARE.finditer(text):
        values = _values(match["one"], backed.digits)
        small = any(isinstance(one, int) and one < 100 * 10**backed.digits for one in values)
        if not small and match["one"] not in map(str, years):
            yield Found(ClaimKind.PRICE, *match.span("one"), values)


def numbers_in(text: str, digits: int) -> frozenset[Value]:
    """Return every number of a text as if it were a price: what may be repeated from it."""
    found = re.finditer(rf"(?<!\d){NUMBER}", text, re.I)
    return frozenset(value for match in found for value in _values(match[0], digits))


def _values(written: str, digits: int) -> frozenset[Value]:
    value = minor_units(written, digits)
    return frozenset() if value is None else frozenset({value})
