"""Conversations as Lodgify keeps them, and the texts it takes."""

import html
from typing import Any
from uuid import UUID

from fastapi.responses import JSONResponse

from app.standin.ground import StandIn, Writing
from app.standin.lodgify_asking import not_success
from app.standin.lodgify_bookings import instant
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage, PmsReservation

_TYPE = {Direction.IN: "Renter", Direction.OUT: "Owner"}
_ROUTE = {"airbnb": "Airbnb", "booking": "BookingCom", "vrbo": "Vrbo"}


class Talk:
    """Threads; what the world calls a message of the system is none of theirs."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._world = stand_in.world
        self._ids = stand_in.ids

    def thread(self, uid: str) -> dict[str, Any] | None:
        """Write a thread; None if there is none of that id."""
        conversation = self._ids.ref("conversation", uid.lower())
        ref = self._world.stay_of(conversation) if conversation else None
        if conversation is None or ref is None:
            return None
        stay = self._world.reservations[ref]
        said = self._world.messages.get(conversation, ())
        return {
            "thread_uid": self._ids.uuid("conversation", conversation),
            "guest_name": stay.guest_name,
            "is_closed": False,
            "error_message": None,
            "messages": [self._written(stay, one) for one in said if one.direction in _TYPE],
        }

    def _written(self, stay: PmsReservation, one: PmsMessage) -> dict[str, Any]:
        there = "Sent" if one.direction is Direction.OUT else "Delivered"
        lines = html.escape(one.text, quote=False).replace("\n", "<br />")
        return {
            "id": self._ids.number("message", one.ref),
            "message_id": self._message_id(one),
            "subject": "",
            "message": f"<p>{lines}</p>",
            "type": _TYPE[one.direction],
            "date_created": instant(one.sent_at),
            "message_status": "Failed" if one.failed else there,
            "route": _ROUTE.get(stay.channel, "Email"),
            "is_read": one.direction is Direction.OUT,
        }

    def _message_id(self, one: PmsMessage) -> str:
        """Return the id a sender chose, else one of its own."""
        return _uuid(one.key) or self._ids.uuid("message", one.ref)

    def take(self, stay: PmsReservation, said: Any, writing: Writing) -> JSONResponse:
        """Take texts for a guest; only an answer of `null` says that they were taken."""
        if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
            return not_success("The messages have to be a list.")
        for each in said:
            if (wrong := self._wrong(stay, each)) is not None:
                return not_success(wrong)
            if not writing.done:
                return not_success("The message could not be sent.")
            if each.get("type") == "Owner" and each.get("send_notification") is True:
                self._send(stay, each, failed=writing.fault is PmsFault.UNDELIVERED)
        return JSONResponse(None)

    def _wrong(self, stay: PmsReservation, said: dict[str, Any]) -> str | None:
        conversation, text = self._world.conversation(stay.ref), said.get("message")
        if conversation is None:
            return "The guest of this booking cannot be written to."
        if not isinstance(text, str) or not text.strip():
            return "The message is empty."
        id = said.get("message_id")
        if id is not None and _uuid(id) is None:
            return "The message id is not valid."
        known = self._world.messages.get(conversation, ())
        if id is not None and _uuid(id) in {self._message_id(one) for one in known}:
            return "There is a message of this id already."
        return None

    def _send(self, stay: PmsReservation, said: dict[str, Any], *, failed: bool) -> None:
        memory, now = self._stand_in.memory, self._stand_in.memory.clock()
        conversation = self._world.conversation(stay.ref) or ""
        ref = f"message-{self._world.mark(said['message'])}"
        key = _uuid(said.get("message_id"))
        message = PmsMessage(
            *(ref, conversation, Direction.OUT, said["message"], now, stay.ref),
            failed=failed,
            key=key,
        )
        self._world.messages.setdefault(conversation, []).append(message)
        if memory.echoes:
            memory.hooks.tell(PmsEvent(EventKind.MESSAGE, stay.ref, now, message))


def _uuid(told: object) -> str | None:
    try:
        return str(UUID(told)) if isinstance(told, str) else None
    except ValueError:
        return None
