"""Guesty as it answers: made-up samples in its own format, and an account to ask it with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import respx

from jirani.connectors.connector import Account, Outside
from jirani.connectors.guesty.connector import GUESTY
from jirani.connectors.guesty.pms import GuestyPms
from jirani.connectors.wire.authority import KeptToken, MemoryTokens, Token
from jirani.connectors.wire.pacing import Limit, Pace

BASE = "https://open-api.guesty.com"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
STAY, FLAT, GUEST, TALK = (f"66f0000000000000000000{n}" for n in ("01", "e1", "a1", "c1"))
ANSWERED = respx.MockResponse


def stay(**fields: Any) -> dict[str, Any]:
    """A confirmed stay of five nights, booked directly, as reservations-v3 tells it."""
    usual = {
        "_id": STAY,
        "status": "confirmed",
        "platform": "direct",
        "source": "website",
        "confirmationCode": "GY-8ydrVnr8",
        "bookerId": GUEST,
        "conversationId": TALK,
        "stay": [part()],
        "guestStay": {"status": "not_set"},
        "canceledAt": None,
        "createdAt": "2026-01-02T09:00:00.000Z",
        "lastUpdatedAt": "2026-01-02T09:00:05.000Z",
    }
    return {**usual, **fields}


def part(first: str = "2026-01-20", last: str = "2026-01-25", **fields: Any) -> dict[str, Any]:
    """One element of a stay."""
    usual = {
        "checkInDateLocalized": first,
        "checkOutDateLocalized": last,
        "guestsCount": 2,
        "unitTypeId": FLAT,
        "unitId": FLAT,
        "eta": "16:00",
        "etd": "11:00",
        "earlyCheckIn": None,
        "lateCheckOut": None,
    }
    return {**usual, **fields}


def airbnb(**fields: Any) -> dict[str, Any]:
    """The same, booked on Airbnb."""
    told = {"platform": "airbnb2", "source": "airbnb2", "confirmationCode": "HMTEST0001"}
    return stay(**{**told, **fields})


def old_stay(**fields: Any) -> dict[str, Any]:
    """The same as the old calls tell it."""
    usual = {
        "_id": STAY,
        "status": "confirmed",
        "listingId": FLAT,
        "confirmationCode": "HMTEST0001",
        "checkInDateLocalized": "2026-01-20",
        "checkOutDateLocalized": "2026-01-25",
        "nightsCount": 5,
        "plannedArrival": "16:00",
        "plannedDeparture": "11:00",
        "guest": {"fullName": "Test Guest", "email": None, "phone": "+15550000001"},
        "money": {"currency": "EUR", "totalPaid": 500, "balanceDue": 0, "isFullyPaid": True},
        "source": "airbnb2",
        "integration": {"platform": "airbnb2"},
        "lastUpdatedAt": "2026-01-02T09:00:05.000Z",
    }
    return {**usual, **fields}


def folio(**fields: Any) -> dict[str, Any]:
    """What guest-folio/overview says of a stay that is paid."""
    usual = {"reservationId": STAY, "currency": "EUR", "totalPaid": 500, "balanceDue": 0}
    return {"results": [{**usual, **fields}], "notFound": []}


def bill(*items: dict[str, Any]) -> dict[str, Any]:
    """What guest-folio/invoice-items says of a stay."""
    row = {"reservationId": STAY, "currency": "EUR", "invoiceItems": list(items)}
    return {"results": [row], "notFound": []}


def item(key: str | None = "sale-1", **fields: Any) -> dict[str, Any]:
    """A line of ours on a bill; without a key it is somebody else's."""
    usual = {
        "id": "66f000000000000000000051",
        "title": "Early check-in 12:00",
        "totalPrice": 25,
        "normalType": "AFE",
        "secondIdentifier": "EARLY_CHECK_IN",
        **({"description": f"upsell {key}"} if key else {}),
    }
    return {**usual, **fields}


def flat(**fields: Any) -> dict[str, Any]:
    """A listing."""
    usual = {
        "_id": FLAT,
        "title": "Sea flat",
        "nickname": "SF-1",
        "timezone": "Europe/Lisbon",
        "defaultCheckInTime": "16:00",
        "defaultCheckOutTime": "11:00",
        "prices": {"currency": "EUR", "basePrice": 100, "cleaningFee": 60},
        "terms": {"minNights": 2, "maxNights": 30},
        "active": True,
    }
    return {**usual, **fields}


def day(date: str, status: str = "available", **fields: Any) -> dict[str, Any]:
    """A day of a calendar."""
    usual = {"date": date, "listingId": FLAT, "currency": "EUR", "price": 95, "minNights": 2}
    return {**usual, "status": status, **fields}


def post(body: str = "Yes please", **fields: Any) -> dict[str, Any]:
    """A guest's post in a conversation."""
    usual = {
        "_id": "66f0000000000000000000b1",
        "conversationId": TALK,
        "body": body,
        "sentBy": "guest",
        "from": {"type": "guest", "fullName": "Test Guest"},
        "module": {"type": "airbnb2"},
        "createdAt": "2026-01-17T10:00:00.000Z",
        "attachments": [],
    }
    return {**usual, **fields}


def posts(*some: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    """A page of a conversation."""
    return {"status": 200, "data": {"posts": list(some), "cursor": {"after": after}}}


def task(**fields: Any) -> dict[str, Any]:
    """A row of the table of tasks."""
    usual = {
        "id": "66f000000000000000000071",
        "status": {"children": "confirmed"},
        "taskTitle": {"children": "Mid-stay clean"},
        "type": {"children": "cleaning"},
        "listing": {"listingId": FLAT, "title": "SF-1"},
        "reservation": {"reservationId": STAY},
        "scheduledFor": {
            "startTime": "2026-01-22T10:00:00.000Z",
            "canStartAfter": None,
            "mustFinishBefore": None,
        },
    }
    return {**usual, **fields}


@dataclass
class Desk:
    """An account with Guesty, and what is asked of it."""

    web: respx.MockRouter
    client: httpx2.AsyncClient
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)

    def __post_init__(self) -> None:
        token = Token("t-secret", NOW + timedelta(days=900))
        self.tokens.kept["b1:guesty"] = KeptToken(token, (NOW,))

    @property
    def outside(self) -> Outside:
        """What a connector works with."""
        return Outside(self.client, self.tokens, lambda: self.now)

    def account(self, **options: str) -> Account:
        """The account, with some options."""
        secrets = {"client_id": "CID", "client_secret": "very-secret"}
        return Account("b1", "guesty", secrets, options)

    def open(self, *limits: Limit, **options: str) -> GuestyPms:
        """The port to it, by default without limits: tests need not wait for their turn."""
        connector = replace(GUESTY, sleep=self.sleep, pace=lambda _: Pace(*limits))
        return connector.open(self.account(**options), self.outside)

    async def sleep(self, seconds: float) -> None:
        """Pass over a pause."""
        self.slept.append(seconds)

    def tells(self, row: dict[str, Any] | None = None, money: Any = None) -> None:
        """Let a stay be told by the new calls, each time the same."""
        found = [] if row is None else [row]
        self.get("/reservations-v3", *[found])
        self.get(f"/guests-crud/{GUEST}", {"_id": GUEST, "fullName": "Test Guest"})
        self.get("/guest-folio/overview", folio() if money is None else money)

    def get(self, path: str, *answers: Any) -> respx.Route:
        """Answer a read; several answers follow each other, the last for good."""
        return self.answers("GET", path, *answers)

    def answers(self, method: str, path: str, *answers: Any) -> respx.Route:
        """Answer calls: JSON, a whole response, or something that goes wrong."""
        route = self.web.route(method=method, path=f"/v1{path}")
        waiting = list(answers)

        def answer(_: Any, **__: Any) -> Any:
            each = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if isinstance(each, Exception):
                raise each
            return each if isinstance(each, respx.MockResponse) else respx.MockResponse(json=each)

        return route.mock(side_effect=answer)

    def asked(self, method: str = "GET") -> Sequence[str]:
        """The paths asked for so."""
        calls = (call.request for call in self.web.calls)
        return [call.url.path.removeprefix("/v1") for call in calls if call.method == method]
