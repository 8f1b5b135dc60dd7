"""A little Lodgify, in its wire format: what a connector sees of it, and what may go wrong there.

It says 200 to what it refuses, takes each `message_id` once, and tells of a cancelled booking that
it is Booked.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import httpx2

from jirani.connectors.connector import Account
from jirani.connectors.hooks import RawHook
from jirani.connectors.lodgify.api import Api
from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.lodgify.connector import LODGIFY
from jirani.connectors.lodgify.pms import LodgifyPms
from jirani.connectors.pms import Hook
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.authority import FixedKey
from jirani.connectors.wire.pacing import Pace
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, ONE_DAY, Ticking

BASE, SECRET = "https://lodgify.example", "lodgify-test-secret-0001"
BOOKINGS = "/v2/reservations/bookings"
CALLS = {
    "reservation": rf"GET {BOOKINGS}/[^/]+",
    "reservations": rf"GET {BOOKINGS}",
    "listing": r"GET /v2/properties/[^/]+",
    "listings": r"GET /v2/properties",
    "calendar": r"GET /v2/availability/[^/]+/[^/]+",
    "conversation": rf"GET {BOOKINGS}/[^/]+",
    "messages": r"GET /v2/messaging/[^/]+",
    "post": r"POST /v1/reservation/booking/[^/]+/messages",
}
Row = dict[str, Any]


class Hasty(Pace):
    """Keeps no limits, whatever it is told."""

    def pause(self, wait: timedelta) -> None:
        pass


class LodgifyDesk:
    """Answers one account with one property; `told` are the webhooks that left."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.bookings: dict[str, Row] = {}
        self.messages: dict[str, list[Row]] = {}
        self.links: dict[str, str] = {}
        self.told: list[tuple[str, Any]] = []
        self.faults: list[tuple[str, str]] = []

    def stay(self, ref: str, source: str, code: str | None, arrival: date, nights: int) -> None:
        """Book a stay."""
        self.bookings[ref] = {
            **{"id": ref, "property_id": "L1", "status": "Booked", "thread_uid": f"T{ref}"},
            **{"arrival": str(arrival), "departure": str(arrival + nights * ONE_DAY)},
            **{"source": source, "source_text": code, "guest": {"name": "Ana Lopes"}},
            **{"total_amount": 500, "amount_paid": 500, "amount_due": 0, "currency_code": "EUR"},
            **{"canceled_at": None, "is_deleted": False, "updated_at": self._now()},
        }
        self.messages[f"T{ref}"] = []

    def cancel(self, ref: str) -> None:
        """Cancel a booking: its status stays as it was."""
        self.bookings[ref] |= {"canceled_at": self._now(), "updated_at": self._now()}
        booking = {"id": ref, "status": "Booked", "property_id": "L1"}
        action = "booking_status_change_declined"
        self.told.append((action, [{"action": action, "booking": booking}]))

    def guest_says(self, ref: str, text: str) -> None:
        """Let a guest write."""
        message = self._message(f"T{ref}", f"<p>{text}</p>", "Renter", None)
        action = "guest_message_received"
        said = {"action": action, "thread_uid": f"T{ref}", "inbox_uid": f"B{ref}", "message": text}
        more = {"message_id": message["id"], "creation_time": message["date_created"]}
        self.told.append((action, [{**said, **more}]))

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call, unless a fault befalls it."""
        path, body = request.url.path, json.loads(request.content or "null")
        fault = self._befalling(f"{request.method} {path}")
        if fault in ("down", "timeout_before"):
            raise {"down": httpx2.ConnectError, "timeout_before": httpx2.ReadTimeout}[fault]("")
        if fault in ("rate_limited", "refused"):
            status = {"rate_limited": 429, "refused": 422}[fault]
            return httpx2.Response(status, json={"message": "no", "code": 1})
        status, told = self._answered(request.method, path, dict(request.url.params), body)
        if fault == "timeout_after":
            raise httpx2.ReadTimeout("")
        if fault == "malformed":
            return httpx2.Response(200, text="<html>")
        return httpx2.Response(status, json=told)

    def _befalling(self, call: str) -> str | None:
        for n, (pattern, fault) in enumerate(self.faults):
            if re.fullmatch(pattern, call):
                del self.faults[n]
                return fault
        return None

    def _answered(
        self, method: str, path: str, params: dict[str, str], body: Any
    ) -> tuple[int, Any]:
        match [method, *path.strip("/").split("/")]:
            case ["GET", "v2", "reservations", "bookings"]:
                return 200, {"count": None, "items": self._listed(params)}
            case ["GET", "v2", "reservations", "bookings", ref] if ref in self.bookings:
                return 200, self.bookings[ref]
            case ["GET", "v2", "reservations", "bookings", ref, "quote", "paymentLink"]:
                return 200, {"url": self.links.get(ref)}
            case ["POST", "v2", "reservations", "bookings", ref, "quote", "paymentLink"]:
                self.links.setdefault(ref, f"https://pay.example/{ref}/{body['amount']}")
                return 200, {"succeeded": True}
            case ["GET", "v2", "properties"]:
                return 200, {"count": None, "items": [self._place()]}
            case ["GET", "v2", "properties", "L1"]:
                return 200, self._place()
            case ["GET", "v2", "rates", "settings"]:
                return 200, {"currency_code": "EUR", "check_in_hour": 15, "check_out_hour": 11}
            case ["GET", "v2", "rates", "calendar"]:
                prices = [{"min_stay": 1, "max_stay": 0, "price_per_day": 100}]
                items = [{"date": None, "is_default": True, "prices": prices}]
                return 200, {"calendar_items": items, "rate_settings": {"currency_code": "EUR"}}
            case ["GET", "v2", "availability", "L1", "6001"]:
                return 200, [{"room_type_id": 6001, "periods": self._periods(params)}]
            case ["GET", "v2", "messaging", uid] if uid in self.messages:
                return 200, [{"thread_uid": uid, "messages": self.messages[uid]}]
            case ["POST", "v1", "reservation", "booking", ref, "messages"]:
                return 200, self._posted(f"T{ref}", body[0])
        return 404, {"message": "Not found", "code": 404}

    def _place(self) -> Row:
        return {"id": "L1", "name": "Sea flat", "currency_code": "EUR", "rooms": [{"id": 6001}]}

    def _listed(self, params: dict[str, str]) -> list[Row]:
        today, which = str(self.clock().date()), params["stayFilter"]
        since = params.get("updatedSince", "")
        return [
            row
            for row in self.bookings.values()
            if row["updated_at"] >= since
            and (which == "All" or (row["arrival"] > today) is (which == "Upcoming"))
        ]

    def _periods(self, params: dict[str, str]) -> list[Row]:
        first, last = (date.fromisoformat(params[each]) for each in ("start", "end"))
        found: list[Row] = []
        for day in (first + n * ONE_DAY for n in range((last - first).days + 1)):
            there = [
                {"id": row["id"], "status": "Booked"}
                for row in self.bookings.values()
                if row["canceled_at"] is None and row["arrival"] <= str(day) < row["departure"]
            ]
            if found and found[-1]["bookings"] == there:
                found[-1]["end"] = str(day)
            else:
                span = {"start": str(day), "end": str(day), "closed_period": None}
                found.append({**span, "available": 0 if there else 1, "bookings": there})
        return found

    def _posted(self, uid: str, said: Row) -> Row | None:
        if said["message_id"] in {each["message_id"] for each in self.messages[uid]}:
            refused = {"success": False, "type": "domain_exception", "statusCode": "400"}
            return {**refused, "message": "A message with this id already exists."}
        self._message(uid, said["message"], said["type"], said["message_id"])
        return None

    def _message(self, uid: str, text: str, kind: str, message_id: str | None) -> Row:
        number = 1 + sum(map(len, self.messages.values()))
        said = {"id": number, "message_id": message_id or f"theirs-{number}", "message": text}
        said |= {"type": kind, "date_created": self._now(), "message_status": "Delivered"}
        self.messages[uid].append(said)
        return said

    def _now(self) -> str:
        return f"{self.clock():%Y-%m-%dT%H:%M:%SZ}"


class LodgifyRig:
    """Lodgify's connector before this desk, with the stays of the contract."""

    def __init__(self) -> None:
        self.clock = Ticking()
        self.desk = LodgifyDesk(self.clock)
        self.desk.stay("R1", "Manual", None, ARRIVAL, 5)
        self.desk.stay("R2", "AirbnbIntegration", "HMTEST0002", DEPARTURE + 2 * ONE_DAY, 3)
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(self.desk.answer))
        wire = Wire(BASE, client, FixedKey("X-ApiKey", "k"), Hasty())
        self.pms = LodgifyPms("lodgify", Api(wire, wire), Choices(), self.clock)

    def fail(self, call: str, fault: str) -> None:
        if call in CALLS:  # others are never made
            self.desk.faults.append((CALLS[call], fault))

    def guest_says(self, ref: str, text: str) -> None:
        self.desk.guest_says(ref, text)

    def cancel(self, ref: str) -> None:
        self.desk.cancel(ref)

    def hooks(self) -> list[Hook]:
        told, self.desk.told = self.desk.told, []
        return [self._signed(event, json.dumps(body).encode()) for event, body in told]

    def texts(self, ref: str) -> list[str]:
        return [each["message"] for each in self.desk.messages[f"T{ref}"]]

    def _signed(self, event: str, body: bytes) -> Hook:
        proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        raw = RawHook({"ms-signature": f"sha256={proof}"}, body, event)
        account = Account("lodge", "lodgify", {event: SECRET})
        return LODGIFY.hook(raw, account, self.clock.now)
