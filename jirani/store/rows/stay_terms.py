"""The terms of an offer as JSON, and back: what was offered is what is read again (O3)."""

from datetime import date, time
from typing import Any

from jirani.rules.facts import Terms


def to_json(terms: Terms) -> dict[str, Any]:
    """Write terms down; days and times as ISO 8601 has them."""
    return {
        "day": terms.day.isoformat(),
        "price": terms.price,
        "currency": terms.currency,
        "wall": terms.wall.isoformat() if terms.wall else None,
        "standard": terms.standard.isoformat() if terms.standard else None,
        "nights": [night.isoformat() for night in terms.nights],
    }


def from_json(kept: dict[str, Any] | None) -> Terms | None:
    """Read terms again; None stays None."""
    if kept is None:
        return None
    return Terms(
        date.fromisoformat(kept["day"]),
        kept["price"],
        kept["currency"],
        _time(kept["wall"]),
        _time(kept["standard"]),
        tuple(date.fromisoformat(night) for night in kept["nights"]),
    )


def _time(kept: str | None) -> time | None:
    return None if kept is None else time.fromisoformat(kept)
