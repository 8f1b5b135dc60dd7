"""A little Hostaway, in its wire format: what a connector sees of it, and what may go wrong there.

It keeps what it was sent as it was sent, answers in the envelope, and knows none of our keys.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from tests.support.pms_rigs import ONE_DAY

CALLS = {
    "reservation": r"GET /reservations/[^/]+",
    "reservations": r"GET /reservations",
    "listing": r"GET /listings/[^/]+",
    "listings": r"GET /listings",
    "calendar": r"GET /listings/[^/]+/calendar",
    "tasks": r"GET /tasks",
    "conversation": r"GET /reservations/[^/]+/conversations",
    "messages": r"GET /conversations/[^/]+/messages",
    "fees": r"GET /financeField/[^/]+",
    "charges": r"GET /guestPayments/charges",
    "post": r"POST /conversations/[^/]+/messages",
    "add_fee": r"PUT /reservations/[^/]+",
    "extend": r"PUT /reservations/[^/]+",
    "charge": r"POST /guestPayments/charges/[^/]+",
    "remove_fee": r"PUT /financeField/[^/]+/[^/]+",
    "add_task": r"POST /tasks",
    "remove_task": r"DELETE /tasks/[^/]+",
}
Row = dict[str, Any]


class HostawayDesk:
    """Answers one account; `asked` is every call there was."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.reservations: dict[str, Row] = {}
        self.listings: dict[str, Row] = {}
        self.lines: dict[str, list[Row]] = {}
        self.charges: list[Row] = []
        self.messages: dict[str, list[Row]] = {}
        self.tasks: dict[str, Row] = {}
        self.blocked: dict[str, str] = {}  # a day → its status
        self.webhooks: list[Row] = []
        self.told: list[Row] = []  # the bodies of webhooks that left
        self.asked: list[tuple[str, str, Any]] = []
        self.params: list[dict[str, str]] = []
        self.faults: list[tuple[str, str]] = []
        self.deaf_to: set[str] = set()  # properties of a PUT that are silently ignored
        self.most = 100  # rows of a page
        self.no_cursor = False  # `afterId` is silently ignored
        self._made = 1000

    def stay(self, ref: str, channel_id: int, arrival: date, nights: int, **more: object) -> None:
        """Book a stay."""
        self.reservations[ref] = {
            **{"id": ref, "hostawayReservationId": ref, "listingMapId": "L1"},
            **{"channelId": channel_id, "status": "new", "isPaid": 1, "guestName": "Ana Lopes"},
            **{"arrivalDate": str(arrival), "departureDate": str(arrival + nights * ONE_DAY)},
            **{"totalPrice": 500, "currency": "EUR", "isDatesUnspecified": 0},
            "latestActivityOn": self._now(),
            **more,
        }
        self.lines.setdefault(ref, [])
        self.messages.setdefault(f"C{ref}", [])

    def change(self, ref: str, **fields: object) -> None:
        """Change a stay, and tell of it."""
        self.reservations[ref] |= {**fields, "latestActivityOn": self._now()}
        self._tell("reservation", "reservation.updated", self.reservations[ref])

    def guest_says(self, ref: str, text: str) -> None:
        """Let a guest write."""
        self._tell("conversationMessage", "message.received", self._message(f"C{ref}", text, 1))

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call, unless a fault befalls it."""
        path = request.url.path.removeprefix("/v1")
        body = json.loads(request.content) if _is_json(request) else request.content.decode()
        self.asked.append((request.method, path, body))
        self.params.append(dict(request.url.params))
        fault = self._befalling(f"{request.method} {path}")
        if fault in ("down", "timeout_before"):
            raise {"down": httpx2.ConnectError, "timeout_before": httpx2.ReadTimeout}[fault]("")
        if fault in ("rate_limited", "refused", "broken"):
            status = {"rate_limited": 429, "refused": 422, "broken": 500}[fault]
            return httpx2.Response(status, json={"status": "fail", "message": "no"})
        if fault == "fail":
            return httpx2.Response(200, json={"status": "fail", "result": "no"})
        status, told = self._done(request.method, path, body, self.params[-1])
        if fault == "timeout_after":
            raise httpx2.ReadTimeout("")
        if fault == "malformed":
            return httpx2.Response(200, text="<html>")
        return httpx2.Response(status, json=told)

    def _befalling(self, call: str) -> str | None:
        for n, (named, fault) in enumerate(self.faults):
            if re.fullmatch(CALLS[named], call):
                del self.faults[n]
                return fault
        return None

    def _done(self, method: str, path: str, body: Any, asked: Row) -> tuple[int, Row]:
        parts = path.strip("/").split("/")
        if parts == ["accessTokens"]:
            return 200, {"token_type": "Bearer", "expires_in": 15897600, "access_token": "JWT"}
        match method, parts:
            case "GET", ["reservations"]:
                return self._listed(list(self.reservations.values()), asked)
            case "GET", ["reservations", ref, "conversations"]:
                row = {"id": f"C{ref}", "reservationId": ref, "type": "host-guest-email"}
                return _found([row] if ref in self.reservations else None)
            case "GET", ["reservations", ref]:
                return _found(self.reservations.get(ref))
            case "PUT", ["reservations", ref]:
                return self._rewritten(ref, body)
            case "GET", ["listings"]:
                return self._listed(list(self.listings.values()), asked)
            case "GET", ["listings", ref]:
                return _found(self.listings.get(ref))
            case "GET", ["listings", ref, "calendar"]:
                return _found(self._nights(asked["startDate"], asked["endDate"]))
            case "GET", ["conversations", ref]:
                stay = ref.removeprefix("C")
                return _found({"id": ref, "reservationId": stay} if ref in self.messages else None)
            case "GET", ["conversations", ref, "messages"]:
                return self._listed(self.messages.get(ref), asked)
            case "POST", ["conversations", ref, "messages"]:
                return _found(self._message(ref, body["body"], 0, body["communicationType"]))
            case "GET", ["financeField", ref]:
                return _found(self.lines.get(ref))
            case "PUT", ["financeField", ref, line]:
                return self._relined(ref, line, body)
            case "GET", ["guestPayments", "charges"]:
                stay = asked["reservationId"]
                return self._listed([c for c in self.charges if c["reservationId"] == stay], asked)
            case "POST", ["guestPayments", "charges", ref]:
                self.charges.append({**body, "id": self._id(), "reservationId": ref})
                return _found({**self.charges[-1], "type": "charge"})
            case "GET", ["tasks"]:
                return self._listed(list(self.tasks.values()), asked)
            case "POST", ["tasks"]:
                return _found(self._planned(body))
            case "DELETE", ["tasks", ref]:
                return _found([] if self.tasks.pop(ref, None) else None)
            case "GET", ["webhooks", "unifiedWebhooks"]:
                return _found(self.webhooks)
            case _, ["webhooks", "unifiedWebhooks", *_]:
                self.webhooks = [{**body, "id": 7}]
                return _found(self.webhooks[0])
        return 404, {"status": "fail", "message": "no such address"}

    def _listed(self, rows: list[Row] | None, asked: dict[str, str]) -> tuple[int, Row]:
        if rows is None:
            return _found(None)
        limit = min(int(asked.get("limit", 100)), self.most)
        start, after = int(asked.get("offset", 0)), asked.get("afterId")
        if after and not self.no_cursor:
            start = next(n + 1 for n, row in enumerate(rows) if str(row["id"]) == after)
        some = rows[start : start + limit]
        return 200, {"status": "success", "result": some, "limit": limit, "count": len(rows)}

    def _rewritten(self, ref: str, body: Row) -> tuple[int, Row]:
        told = {name: value for name, value in body.items() if name not in self.deaf_to}
        if "financeField" in told:
            lines = told.pop("financeField")
            self.lines[ref] = [{**one, "id": one["id"] or self._id()} for one in lines]
        self.reservations[ref] |= told
        return _found(self.reservations[ref])

    def _relined(self, ref: str, line: str, body: Row) -> tuple[int, Row]:
        row = next(one for one in self.lines[ref] if str(one["id"]) == line)
        row |= {name: value for name, value in body.items() if name not in self.deaf_to}
        row["total"] = row["value"]
        return _found(row)

    def _nights(self, first: str, last: str) -> list[Row]:
        day, found = date.fromisoformat(first), []
        while str(day) <= last:
            here = [
                {"id": ref, "status": one["status"]}
                for ref, one in self.reservations.items()
                if one["arrivalDate"] <= str(day) < one["departureDate"]
            ]
            booked = any(one["status"] != "cancelled" for one in here)
            status = "reserved" if booked else self.blocked.get(str(day), "available")
            free = int(status == "available")
            row = {"date": str(day), "isAvailable": free, "status": status, "price": 100}
            found.append({**row, "minimumStay": 2, "reservations": here})
            day += ONE_DAY
        return found

    def _planned(self, body: Row) -> Row:
        task = {**body, "id": self._id(), "status": "pending"}
        for name, local in (
            ("canStartFrom", "canStartFromListingTime"),
            ("shouldEndBy", "shouldEndByListingTime"),
        ):
            at = datetime.fromisoformat(body[name]).replace(tzinfo=UTC)
            task[local] = str(at.astimezone(ZoneInfo("Europe/Lisbon")))[:19]
        self.tasks[str(task["id"])] = task
        return task

    def _message(self, conversation: str, text: str, incoming: int, how: str = "channel") -> Row:
        row = {
            **{"id": self._id(), "conversationId": conversation, "body": text, "status": "sent"},
            **{"reservationId": conversation.removeprefix("C"), "isIncoming": incoming},
            **{"date": self._now(), "communicationType": how},
        }
        self.messages[conversation].append(row)
        return row

    def _tell(self, what: str, event: str, data: Row) -> None:
        self.told.append({"object": what, "event": event, "accountId": 70001, "data": {**data}})

    def _now(self) -> str:
        return self.clock().strftime("%Y-%m-%d %H:%M:%S")

    def _id(self) -> int:
        self._made += 1
        return self._made


def _is_json(request: httpx2.Request) -> bool:
    return request.headers.get("content-type") == "application/json"


def _found(result: Any) -> tuple[int, Row]:
    if result is None:
        return 404, {"status": "fail", "message": "Resource not found"}
    return 200, {"status": "success", "result": result}
