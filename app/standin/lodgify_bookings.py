"""Stays as Lodgify tells of them: its words for status, source and money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.standin.ground import StandIn
from app.standin.lodgify_asking import Query, moment, one_of
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsReservation
from jirani.connectors.wire.fields import written
from jirani.rules.facts import StayPayment, StayStatus

USER = 31
_STATUS = {
    StayStatus.PENDING: "Tentative",
    StayStatus.INQUIRY: "Open",
    StayStatus.CANCELLED: "Declined",
    StayStatus.UNKNOWN: "Unknown",
}  # whatever else there is, also what was refunded, still reads Booked
_CANCELLED = (StayStatus.CANCELLED, StayStatus.REFUNDED)
_ARRIVED = (StayStatus.CHECKED_IN, StayStatus.CHECKED_OUT)
_SOURCE = {
    "airbnb": "AirbnbIntegration",
    "booking": "BookingCom",
    "vrbo": "HomeAway",
    "expedia": "Expedia",
    "direct": "Manual",
}
_STAY_FILTERS = ("Upcoming", "Current", "Historic", "All", "ArrivalDate", "DepartureDate")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a booking costs, in minor units."""

    currency: str
    total: int
    paid: int
    due: int

    def number(self, amount: int) -> float | int:
        """Return an amount as the API tells it."""
        return written(amount, self.currency)


class Bookings:
    """The stays of the world that are bookings here: an owner's own nights are none.

    A booking whose nights the owner took was deleted.
    """

    def __init__(self, stand_in: StandIn) -> None:
        self._world = stand_in.world
        self._ids = stand_in.ids
        self._clock = stand_in.memory.clock
        self._made: dict[str, datetime] = stand_in.kept.setdefault("lodgify", {}).setdefault(
            "made", {}
        )

    def get(self, id: str) -> PmsReservation | None:
        """Return the stay of a booking's id."""
        ref = self._ids.ref("reservation", id)
        stay = self._world.reservations.get(ref) if ref else None
        return stay if stay and self.known(stay) else None

    def known(self, stay: PmsReservation) -> bool:
        """Tell whether a stay is a booking, or was one before its nights became the owner's."""
        return stay.status is not StayStatus.OWNER or stay.ref in self._made

    def listed(self, query: Query) -> list[PmsReservation]:
        """Return the stays a list is asked for; those cancelled lie in the trash."""
        trash = one_of(query, "trash", ("False", "True", "All"))
        since = moment(query, "updatedSince")
        return [
            stay
            for stay in self._staying(query)
            if self.known(stay)
            and (trash == "All" or self.gone(stay) == (trash == "True"))
            and (since is None or self.updated(stay) >= since)
        ]

    def _staying(self, query: Query) -> Iterable[PmsReservation]:
        which = one_of(query, "stayFilter", _STAY_FILTERS)
        told = moment(query, "stayFilterDate")
        today = self._clock().astimezone(UTC).date()
        on = told.date() if told else today
        wanted = {
            "Upcoming": lambda stay: stay.arrival > today,
            "Current": lambda stay: stay.arrival <= today <= stay.departure,
            "Historic": lambda stay: stay.departure < today,
            "All": lambda stay: True,
            "ArrivalDate": lambda stay: stay.arrival == on,
            "DepartureDate": lambda stay: stay.departure == on,
        }[which]
        return filter(wanted, self._world.reservations.values())

    def made(self, stay: PmsReservation) -> datetime:
        """Return when a booking was first seen here."""
        return self._made.setdefault(stay.ref, stay.updated_at or self._clock())

    def updated(self, stay: PmsReservation) -> datetime:
        """Return when a booking last changed."""
        return stay.updated_at or self.made(stay)

    def amounts(self, stay: PmsReservation) -> Amounts | None:
        """Return what a stay costs; None where neither it nor its place tells.

        Of a payment nobody knows of nothing was paid here and nothing is due: so are bookings
        whose money never went through Lodgify.
        """
        place = self._world.listing(stay.listing_ref)
        currency = stay.currency or (place.currency if place else None)
        total = stay.total if stay.total is not None else self._priced(stay, currency)
        if currency is None or total is None:
            return None
        paid = {StayPayment.PAID: total, StayPayment.PARTIAL: total // 2}.get(stay.payment, 0)
        due = 0 if stay.payment is StayPayment.UNKNOWN else total - paid
        return Amounts(currency, total, paid, due)

    def _priced(self, stay: PmsReservation, currency: str | None) -> int | None:
        nights = self._world.nights(stay.listing_ref, stay.arrival, stay.departure - _DAY)
        prices = [night.price for night in nights if night.currency == currency]
        told = [price for price in prices if price is not None]
        return sum(told) if told and len(told) == len(nights) else None

    def status(self, stay: PmsReservation, fault: PmsFault | None = None) -> str:
        """Return Lodgify's word for where a stay stands."""
        told = StayStatus.UNKNOWN if fault is PmsFault.STATUS_UNKNOWN else stay.status
        return _STATUS.get(told, "Booked")

    def gone(self, stay: PmsReservation) -> bool:
        """Tell whether a stay will not be; its status may read as if it were."""
        return stay.status in (*_CANCELLED, StayStatus.OWNER)

    def room(self, stay: PmsReservation) -> dict[str, Any]:
        """Return which room a stay is in."""
        return {"room_type_id": self._ids.number("room", stay.listing_ref), "people": stay.guests}

    def source(self, stay: PmsReservation) -> dict[str, str | None]:
        """Return who sold a stay, and under what code."""
        code = None if stay.channel == "direct" else stay.code
        return {"source": _SOURCE.get(stay.channel, "Other"), "source_text": code}

    def language(self, stay: PmsReservation) -> str | None:
        """Return the language of a stay's guest."""
        return stay.guest_locale.replace("_", "-").split("-")[0] if stay.guest_locale else None

    def written(
        self, stay: PmsReservation, fault: PmsFault | None, transactions: bool
    ) -> dict[str, Any]:
        """Write a booking as the second version of the API does."""
        talk = self._world.conversation(stay.ref)
        dates = {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}
        if stay.ref in self._world.unreadable:
            dates = dict.fromkeys(dates, "0000-00-00")
        people = {"adults": stay.guests, "children": 0, "infants": 0, "pets": 0}
        guest = {"name": stay.guest_name, "email": stay.guest_email, "phone": stay.guest_phone}
        return {
            "id": self._ids.number("reservation", stay.ref),
            "user_id": USER,
            "property_id": self._ids.number("listing", stay.listing_ref),
            **dates,
            "status": self.status(stay, fault),
            **self.source(stay),
            "language": self.language(stay),
            "guest": {**guest, "country_code": None},
            "rooms": [{**self.room(stay), "guest_breakdown": people}],
            **self._money(stay, fault, transactions),
            "check_in": self._mark(stay, stay.status in _ARRIVED),
            "check_out": self._mark(stay, stay.status is StayStatus.CHECKED_OUT),
            "canceled_at": instant(self.updated(stay)) if stay.status in _CANCELLED else None,
            "is_deleted": stay.status is StayStatus.OWNER,
            "notes": None,
            "thread_uid": self._ids.uuid("conversation", talk) if talk else None,
            "created_at": instant(self.made(stay)),
            "updated_at": instant(self.updated(stay)),
        }

    def _mark(self, stay: PmsReservation, done: bool) -> dict[str, Any]:
        """Write when somebody really came or left: no plan is ever told here."""
        at = self.updated(stay).strftime("%H:%M:%S") if done else None
        return {"time": at, "initiator": None}

    def _money(
        self, stay: PmsReservation, fault: PmsFault | None, transactions: bool
    ) -> dict[str, Any]:
        costs = self.amounts(stay)
        if costs is None:
            named = ("total_amount", "amount_paid", "amount_due", "subtotals", "transactions")
            return {**dict.fromkeys(named), "currency_code": stay.currency}
        if fault is PmsFault.PAYMENT_UNKNOWN:
            costs = Amounts(costs.currency, costs.total, 0, 0)
        total, paid = costs.number(costs.total), costs.number(costs.paid)
        payments = [{"amount": paid, "status": "Done", "type": "Payment"}] if costs.paid else []
        nothing = dict.fromkeys(("fees", "taxes", "vat", "addons", "promotions"), 0)
        return {
            "total_amount": total,
            "amount_paid": paid,
            "amount_due": costs.number(costs.due),
            "currency_code": costs.currency,
            "subtotals": {"stay": total, **nothing},
            "transactions": payments if transactions else None,
        }


def instant(at: datetime) -> str:
    """Write an instant, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
