"""An offer and its terms as columns, and back: what was offered is what is read again (O3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import Any

from jirani.rules.facts import StayOffer, Terms, Trial
from jirani.rules.plain import from_plain, to_plain


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


def offer_of(record: Iterable[Any]) -> StayOffer:
    """Read an offer from its columns, in the fact's own order."""
    named = StayOffer(*record)
    kept: Any = named.terms
    trial: Any = named.trial
    if trial:
        named = replace(named, trial=from_plain(Trial, trial))
    return replace(named, terms=from_json(kept)) if kept else named


def on_terms(terms: Terms) -> dict[str, Any]:
    """Return the columns that terms fill."""
    return {"terms": to_json(terms), "price": terms.price, "currency": terms.currency}


def on_trial(trial: Trial | None) -> dict[str, Any]:
    """Return the column that a trial fills."""
    return {"trial": to_plain(trial) if trial else None}


def values_of(offer: StayOffer) -> dict[str, Any]:
    """Return the columns of an offer; it is planned for when it is due, unless told otherwise."""
    values = {name: getattr(offer, name) for name in offer.__dataclass_fields__}
    values["planned_for"] = offer.planned_for or offer.due_at
    return values | on_trial(offer.trial) | (on_terms(offer.terms) if offer.terms else {})
