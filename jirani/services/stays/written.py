"""Settings as a host writes them, and as they are kept: 25, 25.50, none, 09:00, yes, 3.5."""

from datetime import time, timedelta
from typing import Any

from jirani.rules.facts import KindSettings, Listing
from jirani.rules.stays.settings import SETTINGS
from jirani.services.onboarding.amounts import price
from jirani.services.onboarding.names import Wrong
from prompts import formats

NONE = frozenset({"none", "null", "~"})
DEFAULT = frozenset({"default", "reset"})
SWITCH = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
STEPS = {"price_steps": "price", "discount_steps": "discount"}  # several of these, by commas
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def read(name: str, text: str, currency: str | None) -> object:
    """Return a setting's value as it is kept; what cannot be read stays text, to be refused.

    Amounts are written in whole units of a currency, and kept in its smallest. Raises Wrong where
    an amount is none, or it is not known in which currency it is.
    """
    text = text.strip()
    if text.casefold() in NONE:
        return None
    if name in ("active", "learn"):
        return SWITCH.get(text.casefold(), text)
    if name == "price":
        if currency is None:
            raise Wrong(
                "is in no one currency: the listings do not share one; set it for each of them"
            )
        return price(text, currency)
    if name in STEPS:
        found = [read(STEPS[name], each, currency) for each in text.split(",")]
        return found if all(isinstance(each, int) for each in found) else text
    if name in ("window", "discount", "max_nights", "holdout"):
        number = text.removesuffix("%").strip()
        return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else text
    if name in ("turnover", "cut_off"):
        try:
            return float(text) if len(text) < 8 else text
        except ValueError:
            return text
    return text


def shown(name: str, value: Any, currency: str | None) -> str:
    """Write a kept value as a host reads it."""
    if value is None:
        return "none"
    if name in STEPS and isinstance(value, list | tuple):
        return ", ".join(shown(STEPS[name], each, currency) for each in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "price" and isinstance(value, int):
        return formats.money(value, currency) if currency else f"{value} (smallest units)"
    return f"{value:g}{UNITS.get(name, '')}" if isinstance(value, int | float) else str(value)


UNITS = {
    "window": " days",
    "turnover": " h",
    "cut_off": " h",
    "discount": " %",
    "holdout": " %",
    "max_nights": " nights",
}


def values_of(settings: KindSettings) -> dict[str, Any]:
    """Return every setting by its name, in the form in which it is kept."""
    return {name: _kept(name, getattr(settings, name)) for name in SETTINGS}


def _kept(name: str, value: Any) -> Any:
    if isinstance(value, timedelta):
        return value / HOUR if name != "window" else value // DAY
    return f"{value:%H:%M}" if isinstance(value, time) else value


def currency_of(listings: tuple[Listing, ...]) -> str | None:
    """Return the currency that all of some listings have; None if there is no such."""
    known = {listing.currency for listing in listings}
    return next(iter(known)) if len(known) == 1 else None
