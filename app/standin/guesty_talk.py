"""Guesty's conversations: found by a stay, read by cursor, written to."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.standin import guesty_asked as asked
from app.standin.guesty_account import NAME, Account, instant
from app.standin.guesty_door import Door, bad, guarded, missing
from app.standin.guesty_rows import status
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage

MODULES = frozenset({"airbnb2", "email", "sms", "whatsapp", "platform", "note", "log"})
SENT = "reservation.messageSent"
_SENT_BY = {Direction.IN: "guest", Direction.OUT: "host", Direction.SYSTEM: "log"}
_SILENT = ("note", "log")  # the guest never sees these


def module(account: Account, message: PmsMessage) -> str:
    """Return what carried a message, or what would."""
    known = account.kept.modules.get(message.ref)
    if known is not None:
        return known
    if message.direction is Direction.SYSTEM:
        return "log"
    stay = account.world.reservations.get(message.reservation_ref or "")
    if stay is None or stay.channel == "direct":
        return "email"
    return "airbnb2" if stay.channel == "airbnb" else "platform"


def routes(account: Account, door: Door) -> APIRouter:
    """Return the ways to what is said."""
    router = APIRouter(prefix="/v1/communication/conversations", route_class=guarded(door))
    standin = account.standin

    @router.get("")
    async def conversations(request: Request) -> Response:
        limit, _ = asked.page(request)
        wanted = asked.conditions(request, ("reservation",))
        if any((each["field"], each["operator"]) != ("reservation._id", "$eq") for each in wanted):
            raise bad("cannot filter by that")
        standin.reading("conversation")
        refs = [account.reservation(each["value"]) for each in wanted]
        stays = [ref for ref in refs or account.world.reservations if ref and {ref} >= {*refs}]
        told = [row for ref in stays if (row := _conversation(account, ref)) is not None]
        data = {"count": len(told), "limit": limit, "cursor": {"after": None, "before": None}}
        return JSONResponse({"status": 200, "data": {**data, "conversations": told[:limit]}})

    @router.get("/{id}/posts")
    async def posts(id: str, request: Request) -> Response:
        limit, _ = asked.page(request, usual=50)
        order = request.query_params.get("sort", "-createdAt")
        if order not in ("createdAt", "-createdAt"):
            raise bad("sort by createdAt or -createdAt")
        standin.reading("messages")
        said = list(account.world.messages.get(_known(account, id), ()))
        said.sort(key=lambda one: one.sent_at)
        if order == "-createdAt":
            said.reverse()
        ids = [account.id("post", one.ref) for one in said]
        after = request.query_params.get("cursorAfter")
        if after is not None and after not in ids:
            raise bad("cursorAfter is none")
        start = 0 if after is None else ids.index(after) + 1
        some = [_post(account, id, one) for one in said[start : start + limit]]
        more = start + limit < len(said)
        cursor = {"after": some[-1]["_id"] if more else None}
        return JSONResponse({"status": 200, "data": {"posts": some, "cursor": cursor}})

    @router.post("/{id}/send-message")
    async def send(id: str, request: Request) -> Response:
        body = await asked.said(request)
        text, kind = _written(body)
        conversation = _known(account, id)
        with standin.writing("post") as writing:
            failed = writing.fault is PmsFault.UNDELIVERED
            out = Direction.SYSTEM if kind in _SILENT else Direction.OUT
            message = _message(account, conversation, out, text, failed)
            if writing.done:
                _keep(account, conversation, message, kind)
        row = _post(account, id, message, kind)
        row["module"] = {"type": kind, "to": [], "cc": [], "bcc": []}
        return JSONResponse({"status": 200, "data": row})

    @router.post("/{id}/posts")
    async def note(id: str, request: Request) -> Response:
        text, kind = _written(await asked.said(request))
        conversation = _known(account, id)
        message = _message(account, conversation, Direction.SYSTEM, text, False)
        _keep(account, conversation, message, kind)
        return JSONResponse({"status": 200, "data": _post(account, id, message)})

    return router


def _known(account: Account, id: str) -> str:
    """Return the world's name of a conversation."""
    conversation = account.ref("conversation", id)
    if conversation is None or account.world.stay_of(conversation) is None:
        raise missing("Conversation")
    return conversation


def _conversation(account: Account, ref: str) -> dict[str, Any] | None:
    stay = account.world.reservations.get(ref)
    id = account.conversation(stay) if stay else None
    if stay is None or id is None:
        return None
    about = {"_id": account.id("reservation", ref), "status": status(stay)}
    return {"_id": id, "meta": {"guest": {"_id": account.guest(stay)}, "reservations": [about]}}


def _post(account: Account, id: str, message: PmsMessage, kind: str = "") -> dict[str, Any]:
    stay = account.world.reservations.get(message.reservation_ref or "")
    guest = message.direction is Direction.IN
    who: dict[str, Any] = {"type": "guest" if guest else "user"}
    if guest and stay is not None:
        who["fullName"] = stay.guest_name
    return {
        "_id": account.id("post", message.ref),
        "conversationId": id,
        "body": message.text,
        "sentBy": _SENT_BY[message.direction],
        "from": who,
        "module": {"type": kind or module(account, message)},
        "createdAt": instant(message.sent_at),
        "attachments": [],
    }


def _written(body: dict[str, Any]) -> tuple[str, str]:
    kind = body.get("module")
    told = kind.get("type") if isinstance(kind, dict) else None
    if told not in MODULES:
        raise bad("module.type is required")
    return asked.needed(body, "body"), told


def _message(
    account: Account, conversation: str, direction: Direction, text: str, failed: bool
) -> PmsMessage:
    now: datetime = account.now()
    stay = account.world.stay_of(conversation)
    ref = f"message-{account.world.mark(text)}"
    return PmsMessage(ref, conversation, direction, text, now, stay, failed=failed)


def _keep(account: Account, conversation: str, message: PmsMessage, kind: str) -> None:
    account.world.messages.setdefault(conversation, []).append(message)
    account.kept.modules[message.ref] = kind
    subscribed = account.standin.subscriptions.get(NAME, ())
    told = account.memory.echoes or any(SENT in each.events for each in subscribed)
    if told and message.direction is Direction.OUT:
        event = PmsEvent(EventKind.MESSAGE, message.reservation_ref, message.sent_at, message)
        account.memory.hooks.tell(event)
