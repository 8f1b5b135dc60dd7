"""Prices, durations and confidences as people write them in a spreadsheet."""

import re

from babel.numbers import get_currency_symbol

from jirani.rules.currency import minor_digits
from jirani.services.onboarding.names import Wrong

MINUTES = range(5, 720 + 1)
BUFFER = range(240 + 1)
MAX_PRICE = 1_000_000_000  # minor units; two of them fit a database's integer

_DURATION = re.compile(
    r"(?:(?P<hours>[0-9]{1,3}) ?h(?:(?:ou)?rs?)?)? ?"
    r"(?:(?P<minutes>[0-9]{1,4}) ?(?:m|mins?|minutes?)?)?",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"(?P<before>[^0-9\s.,+-]*)\.? ?(?P<minus>-?) ?(?P<number>[0-9][0-9., ]*?) ?"
    r"(?P<after>/[=-]|[^0-9\s.,+-]*)\.?"
)
_NUMBER = re.compile(
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.(?P<part>[0-9]+))?"
)
_FREE = {"free", "bure"}
_SHILLINGS = {"sh", "shs", "/=", "/-"}
_OWN_WORDS = {
    "KES": {"ksh", "kshs", *_SHILLINGS},
    "TZS": {"tsh", "tshs", *_SHILLINGS},
    "UGX": {"ush", "ushs", *_SHILLINGS},
}
_SYMBOLS_IN = ("en", "en_US", "en_KE", "sw_KE", "sw_TZ", "sw_UG")


def price(text: str, currency: str) -> int:
    """Read an amount in major units ("1,500", "KES 1500.50", "free") into minor units.

    Raises:
        Wrong: missing, negative, in another currency, or finer than the currency's smallest unit.
    """
    text = " ".join(text.split())
    if not text:
        raise Wrong(f"is missing; write the price in {currency}, or 0 if it is free")
    if text.casefold() in _FREE:
        return 0
    digits = minor_digits(currency)
    found = _PRICE.fullmatch(text)
    number = _NUMBER.fullmatch(found["number"]) if found else None
    if not found or not number:
        example = "1500.50" if digits else "1500"
        raise Wrong(f"{text!r} is no price; write it in {currency}, like {example}")
    for unit in (found["before"], found["after"]):
        same_currency(unit, currency)
    if found["minus"]:
        raise Wrong("cannot be negative; write 0 if it is free")
    part = number["part"] or ""
    if len(part) > digits:
        raise Wrong(f"{text!r} has more decimals than {currency} has ({digits})")
    amount = int(re.sub("[, ]", "", number["whole"])[:20] + part.ljust(digits, "0"))
    if amount > MAX_PRICE:
        raise Wrong(f"{text!r} is too much; check the number")
    return amount


def same_currency(word: str, currency: str) -> None:
    """Refuse a code or symbol of another currency than the business's; raises Wrong."""
    if word and word.casefold() not in _own_words(currency):
        raise Wrong(f"{word!r} is not {currency}, which this business sells in; convert the price")


def minutes(text: str, allowed: range = MINUTES) -> int:
    """Read a duration ("45", "45 min", "1h 30m") into minutes; raises Wrong outside `allowed`."""
    text = " ".join(text.split())
    if not text:
        raise Wrong("is missing; write minutes, like 45, or 1h 30m")
    found = _DURATION.fullmatch(text)
    if not found:
        raise Wrong(f"{text!r} is no duration; write minutes, like 45, or 1h 30m")
    total = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    if total not in allowed:
        raise Wrong(f"{total} minutes is not between {allowed[0]} and {allowed[-1]}")
    return total


def buffer(text: str) -> int:
    """Read the minutes kept free behind a service; none unless written."""
    return minutes(text, BUFFER) if text.strip() else 0


def confidence(text: str) -> float:
    """Read a number from 0 to 1; raises Wrong."""
    if not text:
        raise Wrong("is missing; write how sure you are, from 0 to 1, like 0.9")
    if not re.fullmatch(r"[01]?[.,]?[0-9]{0,6}", text) or not text.strip(".,"):
        raise Wrong(f"{text!r} is no number from 0 to 1, like 0.9")
    value = float(text.replace(",", "."))
    if value > 1:
        raise Wrong(f"{text!r} is more than 1; write a number from 0 to 1, like 0.9")
    return value


def _own_words(currency: str) -> set[str]:
    symbols = {get_currency_symbol(currency, locale).casefold() for locale in _SYMBOLS_IN}
    return symbols | {currency.casefold()} | _OWN_WORDS.get(currency, set())
