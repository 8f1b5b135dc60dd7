"""Money, days and times as people read them, in English and Swahili."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Literal

from babel import Locale
from babel.dates import format_date

from jirani.rules.currency import minor_digits
from prompts.sections import nearest

_LOCALES = {"en": Locale.parse("en"), "sw": Locale.parse("sw")}
_AND_OR = {
    "en": {"and": "and", "or": "or"},
    "sw": {"and": "na", "or": "au"},
}


def money(amount_minor: int, currency: str) -> str:
    """Write an amount of integer minor units: `KES 1,500`, `KES 1,500.50`, `BHD 1.250`."""
    digits = minor_digits(currency)
    whole, part = divmod(abs(amount_minor), 10**digits)
    sign = "-" if amount_minor < 0 else ""
    return f"{currency} {sign}{whole:,}" + (f".{part:0{digits}}" if part else "")


def day(value: date, language: str, today: date | None = None) -> str:
    """Write a day with its weekday; with its year only when that is not today's."""
    pattern = "EEEE d MMMM y" if today and value.year != today.year else "EEEE d MMMM"
    return format_date(value, pattern, locale=_LOCALES[nearest(language)])


def weekday(number: int, language: str) -> str:
    """Write a day of the week, 0 for Monday."""
    names = _LOCALES[nearest(language)].days["format"]["wide"]
    return str(names[number])


def clock(value: time | datetime) -> str:
    """Write a time of day on the 24-hour clock, in either language: `14:00`."""
    return value.strftime("%H:%M")


def when(local: datetime, language: str, today: date | None = None) -> str:
    """Write a moment given in the zone people read it in: `Sunday 22 November at 14:00`."""
    at = {"en": "at", "sw": "saa"}[nearest(language)]
    return f"{day(local.date(), language, today)} {at} {clock(local)}"


def minutes(count: int, language: str) -> str:
    """Write a duration: `45 min`, `dakika 45`."""
    return {"en": f"{count} min", "sw": f"dakika {count}"}[nearest(language)]


def seconds(count: int, language: str) -> str:
    """Write a short wait: `40 seconds`, `sekunde 40`."""
    english = "1 second" if count == 1 else f"{count} seconds"
    return {"en": english, "sw": f"sekunde {count}"}[nearest(language)]


def months(count: int, language: str) -> str:
    """Write a span of months: `6 months`, `miezi 6`."""
    english, swahili = (
        ("1 month", "mwezi 1") if count == 1 else (f"{count} months", f"miezi {count}")
    )
    return {"en": english, "sw": swahili}[nearest(language)]


def listing(items: Sequence[str], language: str, last: Literal["and", "or"] = "and") -> str:
    """Join items as people do: `a, b and c`, `a, b au c`; nothing gives an empty string."""
    *others, final = items or [""]
    return f" {_AND_OR[nearest(language)][last]} ".join(filter(None, [", ".join(others), final]))
