"""Hostaway's public API over the stand-in's world: envelopes, numbers, one webhook for all."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse, Response

from app.standin.face import unanswered
from app.standin.ground import Delivery, StandIn, Subscription
from app.standin.hostaway_bills import Bills
from app.standin.hostaway_part import failed, well
from app.standin.hostaway_places import Places
from app.standin.hostaway_stays import Stays
from app.standin.hostaway_words import ACCOUNT, Words
from app.standin.serving import as_json
from jirani.connectors.hooks import same
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import EventKind, PmsEvent

SECRET = "stand-in-secret"  # what every client is let in with
LIFE = 15_897_600  # seconds a token lives


class Hostaway:
    """One account, whose data is the world's."""

    name = "hostaway"
    base = "/hostaway/v1"
    secrets: Mapping[str, str] = MappingProxyType({"account_id": "70001", "api_key": SECRET})

    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.words = Words(standin)
        self.tokens: dict[str, datetime] = {}
        self._numbers = count(1)  # of webhooks
        self.stays = Stays(standin, self.words)
        self.bills = Bills(standin, self.words)
        self.places = Places(standin, self.words)
        self.router = APIRouter(prefix="/v1", dependencies=[Depends(self._admit)])
        self._routes()

    # --- how it answers

    def befallen(self, fault: PmsFault) -> Response:
        """Answer a call as Hostaway does when this befalls it."""
        if (alike := unanswered(fault)) is not None:
            return alike
        if fault is PmsFault.RATE_LIMITED:
            said = {"status": "fail", "message": "Too many requests"}
            return JSONResponse(said, HTTPStatus.TOO_MANY_REQUESTS)
        # A 403 would be a dead token, and the next call would be heard.
        refusal = {"status": "fail", "result": "This is not allowed."}
        return JSONResponse(refusal, HTTPStatus.UNPROCESSABLE_ENTITY)

    def tell(self, event: PmsEvent) -> Iterator[Delivery]:
        """Write down what an event says, for every webhook there is."""
        ref = event.reservation_ref
        if ref is None or ref not in self.standin.world.reservations:
            return
        if event.message is not None:
            said = ("conversationMessage", "message.received", self.words.message(event.message))
        else:
            created = event.kind is EventKind.CREATED
            name = "reservation.created" if created else "reservation.updated"
            said = ("reservation", name, self.words.stay(self.standin.world.reservations[ref]))
        about, name, data = said
        body = {"object": about, "event": name, "accountId": ACCOUNT, "data": data}
        yield from self.garble(as_json(body))

    def garble(self, body: bytes) -> Iterable[Delivery]:
        """Prove any body, for every webhook there is."""
        for each in self.standin.subscriptions.get(self.name, ()):
            proof = base64.b64encode(f"{each.login}:{each.secret}".encode()).decode()
            headers = {"Authorization": f"Basic {proof}", "Content-Type": "application/json"}
            yield Delivery(each.url, headers, body)

    # --- who asks

    async def _admit(self, request: Request) -> None:
        if request.url.path.endswith("/accessTokens"):
            return
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, datetime.min.replace(tzinfo=UTC)) <= self._now():
            raise failed(HTTPStatus.FORBIDDEN, "Access denied")

    def _now(self) -> datetime:
        return self.standin.memory.clock()

    def _routes(self) -> None:
        for method, path, route in (
            ("POST", "/accessTokens", self.token),
            ("GET", "/reservations", self.stays.stays),
            ("GET", "/reservations/{id}", self.stays.stay),
            ("PUT", "/reservations/{id}", self.change),
            ("GET", "/reservations/{id}/conversations", self.stays.talks_of),
            ("GET", "/conversations", self.stays.talks),
            ("GET", "/conversations/{id}", self.stays.talk),
            ("GET", "/conversations/{id}/messages", self.stays.said),
            ("POST", "/conversations/{id}/messages", self.stays.say),
            ("GET", "/listings", self.places.listings),
            ("GET", "/listings/{id}", self.places.listing),
            ("GET", "/listings/{id}/calendar", self.places.calendar),
            ("GET", "/financeField/{id}", self.bills.bill),
            ("PUT", "/financeField/{id}/{line}", self.bills.change_line),
            ("GET", "/guestPayments/charges", self.bills.charged),
            ("POST", "/guestPayments/charges/{id}", self.bills.charge),
            ("GET", "/tasks", self.places.tasks),
            ("POST", "/tasks", self.places.plan),
            ("DELETE", "/tasks/{id}", self.places.unplan),
            ("GET", "/webhooks/unifiedWebhooks", self.hooks),
            ("POST", "/webhooks/unifiedWebhooks", self.hook),
            ("PUT", "/webhooks/unifiedWebhooks/{id}", self.rehook),
            ("DELETE", "/webhooks/unifiedWebhooks/{id}", self.unhook),
        ):
            self.router.add_api_route(path, route, methods=[method])

    async def token(self, request: Request) -> Any:
        """Let a client in; it asks by a form."""
        said = parse_qs((await request.body()).decode())
        grant, id, told = (
            said.get(name, [""])[0] for name in ("grant_type", "client_id", "client_secret")
        )
        if not same(told, SECRET) or (grant, id) != ("client_credentials", str(ACCOUNT)):
            raise failed(HTTPStatus.UNAUTHORIZED, "Invalid credentials")
        value = token_urlsafe(24)
        self.tokens[value] = self._now() + timedelta(seconds=LIFE)
        return {"token_type": "Bearer", "expires_in": LIFE, "access_token": value}

    async def change(
        self,
        id: int,
        said: Annotated[dict[str, Any], Body()],
        forceOverbooking: int = 0,
    ) -> Any:
        """Change a reservation: the lines of its bill, or its dates."""
        if "financeField" in said:
            self.bills.rewrite(id, said["financeField"])
        if "arrivalDate" in said or "departureDate" in said:
            self.stays.redate(id, said, forced=bool(forceOverbooking))
        return await self.stays.now(id)

    async def hooks(self) -> Any:
        """List the webhooks."""
        every = self.standin.subscriptions.get(self.name, ())
        return well([{"id": int(each.id), "url": each.url} for each in every])

    async def hook(self, said: Annotated[dict[str, Any], Body()]) -> Any:
        """Send every webhook to an address."""
        return self._hooked(str(next(self._numbers)), said)

    async def rehook(self, id: str, said: Annotated[dict[str, Any], Body()]) -> Any:
        """Send a webhook elsewhere, or let something else prove it."""
        self._without(id)
        return self._hooked(id, said)

    async def unhook(self, id: str) -> Any:
        """Send a webhook no more."""
        self._without(id)
        return well([])

    def _hooked(self, id: str, said: dict[str, Any]) -> Any:
        login, password = str(said.get("login") or ""), str(said.get("password") or "")
        hook = Subscription(id, str(said["url"]), secret=password, login=login)
        self.standin.subscriptions.setdefault(self.name, []).append(hook)
        return well({"id": int(id), "isEnabled": 1, "url": said["url"], "login": login})

    def _without(self, id: str) -> None:
        every = self.standin.subscriptions.get(self.name, [])
        found = next((each for each in every if each.id == id), None)
        if found is None:
            raise failed(HTTPStatus.NOT_FOUND, "Not found")
        every.remove(found)
