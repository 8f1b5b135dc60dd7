"""Payment links: how guests who booked directly pay for more."""

from http import HTTPStatus
from typing import Any

from app.standin.ground import StandIn
from app.standin.lodgify_asking import NotDone
from app.standin.lodgify_bookings import Bookings
from jirani.connectors.pms import PmsReservation

_PAGE = "https://checkout.lodgify.example/{}"
_MOST = 10**9


class Links:
    """One payment waits at a time; what for, nobody is told."""

    def __init__(self, stand_in: StandIn, bookings: Bookings) -> None:
        self._ids = stand_in.ids
        self._bookings = bookings
        kept = stand_in.kept.setdefault("lodgify", {})
        self._waiting: dict[str, float] = kept.setdefault("links", {})

    def make(self, stay: PmsReservation, asked: Any, done: bool) -> bool:
        """Ask a guest for an amount, and tell whether that could be done.

        It cannot where another payment is still due, or where somebody else collects the money.
        """
        amount = asked.get("amount") if isinstance(asked, dict) else None
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise NotDone(HTTPStatus.BAD_REQUEST, "The amount has to be a number.")
        if not 0.01 <= amount <= _MOST:
            raise NotDone(HTTPStatus.BAD_REQUEST, "The amount has to be 0.01 or more.")
        if not self._direct(stay) or self._due(stay) != 0 or stay.ref in self._waiting:
            return False
        if done:
            self._waiting[stay.ref] = amount
        return True

    def next_of(self, stay: PmsReservation) -> str | None:
        """Return where a guest pays what is due next; None: nothing, or not here."""
        due = self._waiting.get(stay.ref) or self._due(stay)
        if not due or not self._direct(stay):
            return None
        return _PAGE.format(self._ids.uuid("payment", f"{stay.ref}/{due}"))

    def _direct(self, stay: PmsReservation) -> bool:
        booked = self._bookings.status(stay) == "Booked" and not self._bookings.gone(stay)
        return booked and self._bookings.source(stay)["source"] == "Manual"

    def _due(self, stay: PmsReservation) -> int | None:
        costs = self._bookings.amounts(stay)
        return costs.due if costs else None
