"""Guesty's webhooks: who subscribed to what, how they are written, and how Svix signs them."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.standin import guesty_asked as asked
from app.standin.ground import Delivery, Subscription
from app.standin.guesty_account import NAME, Account, instant
from app.standin.guesty_door import Door, bad, guarded, missing
from app.standin.guesty_rows import platform, status
from app.standin.guesty_talk import SENT, module
from app.standin.serving import as_json
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage, PmsReservation

_PREFIX = "whsec_"
_RECEIVED = "reservation.messageReceived"
_CREATED = ("reservation.created.v2", "reservation.new")
_UPDATED = ("reservation.updated.v2", "reservation.updated")
_KNOWN = frozenset(
    (
        *(*_CREATED, *_UPDATED, _RECEIVED, SENT, "calendar.updated.v2"),
        *("listing.new", "listing.updated", "listing.removed"),
        *("task.created", "task.updated", "task.deleted"),
        *("guest-folio.created", "guest-folio.updated"),
    )
)


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Sign a body as Svix does."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"


class Hooks:
    """Tells whoever subscribed."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._made = 0
        account.standin.subscriptions.setdefault(NAME, [])

    @property
    def every(self) -> list[Subscription]:
        """Who subscribed."""
        return self._account.standin.subscriptions[NAME]

    def subscribe(self, url: str, events: tuple[str, ...]) -> Subscription:
        """Take a subscriber in; each time anew with a secret of its own."""
        self._made += 1
        secret = _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
        id = self._account.id("webhook", f"{self._made} {url}")
        self.every.append(Subscription(id, url, events, secret))
        return self.every[-1]

    def tell(self, event: PmsEvent) -> Iterator[Delivery]:
        """Write an event down for each who asked for one of its names."""
        stay = self._account.world.reservations.get(event.reservation_ref or "")
        if stay is None:
            return
        for name in self._names(event):
            # Alike for the same news told twice; not for later ones of the same moment.
            seed = hashlib.blake2s(repr((name, event, stay)).encode(), digest_size=15)
            id = f"msg_{seed.hexdigest()}"
            body = as_json(self._written(name, event, stay, id))
            for each in self.every:
                if name in each.events:
                    yield self._proven(each, id, body)

    def garble(self, body: bytes) -> Iterator[Delivery]:
        """Prove what makes no sense."""
        id = f"msg_{hashlib.blake2s(body, digest_size=15).hexdigest()}"
        for each in self.every:
            yield self._proven(each, id, body)

    def _names(self, event: PmsEvent) -> tuple[str, ...]:
        if event.kind is EventKind.CREATED:
            return _CREATED
        if event.kind is not EventKind.MESSAGE:
            return _UPDATED
        said = event.message.direction if event.message else Direction.SYSTEM
        return {Direction.IN: (_RECEIVED,), Direction.OUT: (SENT,)}.get(said, ())

    def _written(self, name: str, event: PmsEvent, stay: PmsReservation, id: str) -> dict[str, Any]:
        ref = self._account.id("reservation", stay.ref)
        if event.message is not None:
            return self._said(name, event.message, stay)
        if not name.endswith(".v2"):
            return {"event": name, "reservation": {"_id": ref, "status": status(stay)}}
        return {
            "event": name,
            "meta": {"eventId": f"evt-{id.removeprefix('msg_')}"},
            "publishedAt": instant(event.at or self._account.now()),
            "data": {"reservationId": ref, "status": status(stay)},
        }

    def _said(self, name: str, message: PmsMessage, stay: PmsReservation) -> dict[str, Any]:
        account = self._account
        ref = account.id("reservation", stay.ref)
        about = {"_id": ref, "confirmationCode": stay.code}
        return {
            "event": name,
            "reservationId": ref,
            "conversation": {
                "_id": account.id("conversation", message.conversation),
                "accountId": account.accountid,
                "integration": {"platform": platform(stay)},
                "meta": {"guestName": stay.guest_name, "reservations": [about]},
                "language": (stay.guest_locale or "en")[:2],
                "conversationWith": "Guest",
                "isRead": False,
                "thread": [],
            },
            "message": {
                "type": "fromGuest" if message.direction is Direction.IN else "fromHost",
                "body": message.text,
                "module": module(account, message),
                "createdAt": instant(message.sent_at),
            },
        }

    def _proven(self, to: Subscription, id: str, body: bytes) -> Delivery:
        at = int(self._account.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "svix-id": id,
            "svix-timestamp": str(at),
            "svix-signature": signature(to.secret, id, at, body),
        }
        return Delivery(to.url, headers, body)


def routes(account: Account, door: Door, hooks: Hooks) -> APIRouter:
    """Return the ways to subscriptions."""
    router = APIRouter(prefix="/v1", route_class=guarded(door))

    def shown(one: Subscription) -> dict[str, Any]:
        events = list(one.events)
        return {"_id": one.id, "accountId": account.accountid, "url": one.url, "events": events}

    def known(id: str) -> Subscription:
        found = next((each for each in hooks.every if each.id == id), None)
        if found is None:
            raise missing("Webhook")
        return found

    @router.post("/webhooks")
    async def subscribe(request: Request) -> Response:
        body = await asked.said(request)
        url, events = asked.needed(body, "url"), body.get("events")
        if not url.startswith(("https://", "http://")):
            raise bad("url is no address")
        if not isinstance(events, list) or not events or not _KNOWN.issuperset(map(str, events)):
            raise bad(f"events must be some of {', '.join(sorted(_KNOWN))}")
        return JSONResponse(shown(hooks.subscribe(url, tuple(events))), HTTPStatus.CREATED)

    @router.get("/webhooks")
    async def subscriptions() -> Response:
        return JSONResponse([shown(each) for each in hooks.every])

    @router.get("/webhooks/{id}")
    async def subscription(id: str) -> Response:
        return JSONResponse(shown(known(id)))

    @router.delete("/webhooks/{id}")
    async def unsubscribe(id: str) -> Response:
        hooks.every.remove(known(id))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @router.get("/webhooks-v2/secret")
    async def secret(request: Request) -> Response:
        url = request.query_params.get("url")
        found = next((each for each in reversed(hooks.every) if each.url == url), None)
        if found is None:
            raise missing("Webhook")
        return JSONResponse({"key": found.secret})

    return router
