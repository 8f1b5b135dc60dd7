"""Numbers as people write them, and the units that make them counts and durations."""

import re
from decimal import Decimal

from jirani.rules.claims.model import any_of

NUMBER = r"(?:\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d)(?:\s?k\b)?"

_ENGLISH = "one two three four five six seven eight nine ten eleven twelve"
_SWAHILI = "moja mbili tatu nne tano sita saba nane tisa kumi"
ENGLISH = {word: number for number, word in enumerate(_ENGLISH.split(), start=1)}
SWAHILI = {word: number for number, word in enumerate(_SWAHILI.split(), start=1)} | {
    "kumi na moja": 11,
    "kumi na mbili": 12,
}

UNITS = (
    r"(?:minutes?|mins?|min|hours?|hrs?|h|seconds?|secs?|days?|nights?|weeks?|months?|years?"
    r"|dakika|masaa|saa|siku|wiki|miezi|miaka"
    r"|people|persons?|guests?|times|services?|appointments?|bookings?|slots?|options?|visits?"
    r"|sessions?|stars?|watu|huduma|miadi|nafasi|mara|percent|km|m|cm|ml|kg)\b|\s*%"
)

DURATION = re.compile(
    rf"(?<![\w:.,/])\d+(?:[.,]\d+)?(?:\s*(?:-|to|or)\s*\d+)?[\s-]*(?:{UNITS})"
    rf"|\b(?:dakika|masaa|sekunde|siku|wiki)\s+\d+\b"
    r"|\b24/7\b",
    re.I,
)

# "saa" is an hour of the clock, except where something lasts so many of them.
LASTING = re.compile(
    rf"\b(?:\w*chukua|\w*dumu|ndani ya|muda wa)\s+(?:muda wa\s+|kwa\s+)?saa\s+"
    rf"(?:\d{{1,2}}|{any_of(SWAHILI)})\b(?![:.]\d)(?:\s+na\s+(?:nusu|robo))?"
    r"(?!\s+(?:asubuhi|mchana|alasiri|jioni|usiku))",
    re.I,
)

_THOUSANDS = re.compile(r"[,.' ](?=\d{3})")
_WITH_FRACTION = re.compile(r"\d+(?:[.,]\d+)?")


def minor_units(written: str, digits: int) -> int | None:
    """Read "1,500", "1 500.00" or "1.5k" as minor units; None if it is no whole number of them."""
    number = written.lower().rstrip("k ").strip()
    thousand = 1000 if "k" in written.lower() else 1
    # In "1.5k" and "1.250k" the mark begins a fraction; in "1.500.00k" only the last one can.
    if thousand == 1 or not _WITH_FRACTION.fullmatch(number):
        number = _THOUSANDS.sub("", number)
    amount = Decimal(number.replace(",", ".")) * thousand * 10**digits
    return int(amount) if amount == amount.to_integral_value() else None
