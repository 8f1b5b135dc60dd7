"""Lodgify's webhooks: one event and one secret for each address, proven on the raw bytes."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from app.standin.ground import Delivery, StandIn, Subscription
from app.standin.lodgify_asking import NotDone
from app.standin.lodgify_bookings import Bookings
from app.standin.serving import as_json
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage, PmsReservation
from jirani.rules.facts import StayStatus

EVENTS = frozenset(
    (
        *("rate_change", "availability_change", "booking_new_any_status", "booking_change"),
        *("booking_new_status_booked", "booking_status_change_booked"),
        *("booking_status_change_tentative", "booking_status_change_open"),
        *("booking_status_change_declined", "guest_message_received"),
    )
)


class Hooks:
    """Who subscribed, and what they are told."""

    def __init__(self, stand_in: StandIn, bookings: Bookings) -> None:
        self._world = stand_in.world
        self._ids = stand_in.ids
        self._bookings = bookings
        self._to = stand_in.subscriptions.setdefault("lodgify", [])
        self._told: dict[str, str] = {}  # the status a stay had when it was last told of

    def subscribe(self, asked: Any) -> dict[str, str]:
        """Let somebody hear of an event; its secret is shown this once."""
        told = asked if isinstance(asked, dict) else {}
        url, event = told.get("target_url"), told.get("event")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise NotDone(HTTPStatus.BAD_REQUEST, "The target_url is not valid.")
        if event not in EVENTS:
            raise NotDone(HTTPStatus.BAD_REQUEST, "The event is not known.")
        if any(each.url == url for each in self._to):
            raise NotDone(HTTPStatus.BAD_REQUEST, "There is a subscription of this target_url.")
        new = Subscription(f"sub-{secrets.token_hex(6)}", url, (event,), secrets.token_urlsafe(32))
        self._to.append(new)
        return {"id": new.id, "secret": new.secret}

    def listed(self) -> list[dict[str, str]]:
        """Return who subscribed, without what proves it."""
        return [{"id": one.id, "event": one.events[0], "target_url": one.url} for one in self._to]

    def unsubscribe(self, asked: Any) -> None:
        """Let somebody hear no more."""
        id = asked.get("id") if isinstance(asked, dict) else None
        gone = next((each for each in self._to if each.id == id), None)
        if gone is None:
            raise NotDone(HTTPStatus.NOT_FOUND, "There is no subscription of this id.")
        self._to.remove(gone)

    def tell(self, event: PmsEvent) -> Iterable[Delivery]:
        """Write what an event says, for everybody who wants to hear of it."""
        stay = self._world.reservations.get(event.reservation_ref or "")
        if stay is None or not self._bookings.known(stay):
            return []
        if event.kind is EventKind.MESSAGE:
            bodies = self._message(stay, event.message)
        else:
            bodies = {action: self._booking(stay, action) for action in self._actions(stay, event)}
        sent = {action: as_json([{"action": action, **body}]) for action, body in bodies.items()}
        return [
            _proven(each, sent[action])
            for each in self._to
            for action in each.events
            if action in sent
        ]

    def garble(self, body: bytes) -> Iterable[Delivery]:
        """Prove a body that makes no sense."""
        return [_proven(each, body) for each in self._to]

    def _actions(self, stay: PmsReservation, event: PmsEvent) -> list[str]:
        status = self._bookings.status(stay).lower()
        before, self._told[stay.ref] = self._told.get(stay.ref), status
        if event.kind is EventKind.CANCELLED or stay.status is StayStatus.OWNER:
            return ["booking_status_change_declined"]
        if event.kind is EventKind.CREATED:
            booked = ["booking_new_status_booked"] if status == "booked" else []
            return ["booking_new_any_status", *booked]
        changed = [f"booking_status_change_{status}"] if before not in (None, status) else []
        return ["booking_change", *changed]

    def _booking(self, stay: PmsReservation, action: str) -> dict[str, Any]:
        """Write a booking; one that was just cancelled may still read as if it were not."""
        declined = action == "booking_status_change_declined"
        costs = self._bookings.amounts(stay)
        total, paid, due = (costs.total, costs.paid, costs.due) if costs else (0, 0, 0)
        told = [str(costs.number(each)) if costs else "0" for each in (total, paid, due)]
        place = self._world.listing(stay.listing_ref)
        return {
            "booking": {
                "type": "Booking",
                "id": self._ids.number("reservation", stay.ref),
                "date_arrival": f"{stay.arrival.isoformat()}T00:00:00",
                "date_departure": f"{stay.departure.isoformat()}T00:00:00",
                "date_created": _offset(self._bookings.made(stay)),
                "property_id": self._ids.number("listing", stay.listing_ref),
                "property_name": place.name if place else None,
                "status": "Booked" if declined else self._bookings.status(stay),
                "room_types": [{"id": 1, "name": "", **self._bookings.room(stay)}],
                "add_ons": [],
                "currency_code": costs.currency if costs else stay.currency,
                **self._bookings.source(stay),
                "notes": None,
                "language": self._bookings.language(stay),
                "nights": (stay.departure - stay.arrival).days,
            },
            "guest": {
                "uid": self._ids.uuid("guest", stay.guest_ref or stay.ref),
                "name": stay.guest_name,
                "email": stay.guest_email,
                "phone_number": stay.guest_phone,
                "country_code": None,
            },
            "current_order": {"id": 1, "status": "Agreed", "amount_gross": {"amount": told[0]}},
            "booking_total_amount": told[0],
            "booking_currency_code": costs.currency if costs else stay.currency,
            "total_transactions": {"amount": told[1]},
            "balance_due": told[2],
        }

    def _message(
        self, stay: PmsReservation, message: PmsMessage | None
    ) -> dict[str, dict[str, Any]]:
        if message is None or message.direction is not Direction.IN:
            return {}
        body = {
            "thread_uid": self._ids.uuid("conversation", message.conversation),
            "message_id": self._ids.number("message", message.ref),
            "inbox_uid": f"B{self._ids.number('reservation', stay.ref)}",
            "guest_name": stay.guest_name,
            "subject": "",
            "message": message.text,
            "creation_time": _offset(message.sent_at),
            "has_attachments": False,
        }
        return {"guest_message_received": body}


def signature(secret: str, body: bytes) -> str:
    """Return what proves a body."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _proven(to: Subscription, body: bytes) -> Delivery:
    proof = {"ms-signature": signature(to.secret, body)}
    return Delivery(to.url, {"content-type": "application/json", **proof}, body)


def _offset(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
