"""Reading the fields of somebody else's JSON: what is not there is None, what is wrong is named.

Each reader takes what was parsed and returns our type, None for null, empty or missing, and raises
`Malformed` for what it can make no sense of. Nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from jirani.rules.currency import minor_digits

LONGEST = 20_000  # characters of any text we keep
_CURRENCY = re.compile(r"[A-Z]{3}")
_HALF = re.compile("[\ud800-\udfff]")  # half a character, as only JSON's escapes can say it


class Malformed(ValueError):
    """Something in an answer is not what it should be; says which field."""


def record(value: Any, what: str = "answer") -> Mapping[str, Any]:
    """Read an object."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} is no object")
    return value


def records(value: Any, what: str = "list") -> list[Mapping[str, Any]]:
    """Read a list of objects; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{what} is no list")
    return [record(each, what) for each in value]


def within(value: Any, *path: str) -> Any:
    """Return what lies at a path of objects, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def first(*values: Any) -> Any:
    """Return the first that is there."""
    return next((each for each in values if each not in (None, "")), None)


def word(value: Any, what: str) -> str | None:
    """Read an id or another short word: a text, or a whole number written as one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed(f"{what} is no word")
    found = str(value).strip()
    if "\x00" in found or _HALF.search(found):  # neither a database nor an address takes it
        raise Malformed(f"{what} is no word")
    return found or None


def needed(value: Any, what: str) -> str:
    """Read a word that has to be there."""
    found = word(value, what)
    if found is None:
        raise Malformed(f"{what} is missing")
    return found


def text(value: Any, what: str) -> str | None:
    """Read what people wrote, cut where nobody writes so much."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Malformed(f"{what} is no text")
    return _HALF.sub("\ufffd", value[:LONGEST].replace("\x00", "")) or None


def flag(value: Any, what: str) -> bool | None:
    """Read true, false, 1 or 0."""
    if value is None:
        return None
    if value in (True, False, 1, 0):
        return bool(value)
    raise Malformed(f"{what} is neither yes nor no")


def whole(value: Any, what: str) -> int | None:
    """Read a whole number, also one written as text."""
    number = decimal(value, what)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Malformed(f"{what} is no whole number")
    return int(number)


def decimal(value: Any, what: str) -> Decimal | None:
    """Read a number, also one written as text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Malformed(f"{what} is no number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Malformed(f"{what} is no number") from None
    if not number.is_finite() or abs(number) > 10**12:
        raise Malformed(f"{what} is no number")
    return number


def currency(value: Any, what: str = "currency") -> str | None:
    """Read the three letters of a currency."""
    found = word(value, what)
    if found is not None and not _CURRENCY.fullmatch(found.upper()):
        raise Malformed(f"{what} is none")
    return found and found.upper()


def money(value: Any, of: str | None, what: str) -> int | None:
    """Read an amount as minor units of a currency, halves up; None where that is not known."""
    number = decimal(value, what)
    if number is None or of is None:
        return None
    return int(number.scaleb(minor_digits(of)).to_integral_value(ROUND_HALF_UP))


def written(amount: int, of: str) -> float | int:
    """Write minor units as the number a PMS takes."""
    number = Decimal(amount).scaleb(-minor_digits(of))
    return int(number) if number == number.to_integral_value() else float(number)


def day(value: Any, what: str) -> date | None:
    """Read a civil date: the first ten characters count."""
    found = word(value, what)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[:10])
    except ValueError:
        raise Malformed(f"{what} is no date") from None


def moment(value: Any, what: str) -> datetime | None:
    """Read an instant: ISO, or `2026-01-02 09:00:00`; without an offset it is UTC."""
    found = word(value, what)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(f"{what} is no moment") from None


def wall(value: Any, what: str) -> time | None:
    """Read a time of day: `16:00`, `16:00:00`, or a whole hour."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= 23:
            raise Malformed(f"{what} is no hour")
        return time(value)
    found = word(value, what)
    if found is None:
        return None
    try:
        at = time.fromisoformat(found if ":" in found else f"{int(found):02}:00")
    except ValueError:
        raise Malformed(f"{what} is no time of day") from None
    return at.replace(tzinfo=None)


def words(values: Iterable[Any], what: str) -> tuple[str, ...]:
    """Read a list of ids."""
    return tuple(each for value in values if (each := word(value, what)))
