"""A turn as one JSON object, for programs that drive the chat."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.turn import Turned
from app.chat.conversation import Conversation


async def record(talk: Conversation, text: str, turned: Turned, reply: str) -> dict[str, Any]:
    """Return the turn, and its thread's rows after it: local time, prices in minor units."""
    zone = ZoneInfo(talk.business.zone)

    def local(moment: datetime) -> str:
        return moment.astimezone(zone).isoformat()

    async with talk.services.store.read(talk.business.id) as work:
        catalogue = await work.catalogue.load()
        appointments = await work.appointments.of_thread(turned.thread_id)
        offers = await work.offers.of_thread(turned.thread_id)
        payments = await work.payments.of_thread(turned.thread_id)
    named = {each.id: each.name for each in catalogue.services}
    named |= {each.id: each.name for each in catalogue.staff}
    return {
        "guest": text,
        "reply": reply,
        "tools": [
            {
                "name": call.name,
                "arguments": call.arguments,
                "allowed": call.allowed,
                "reason": call.reason,
            }
            for call in turned.calls
        ],
        "appointments": [
            {
                "id": each.id,
                # What is sold no longer has only its id left.
                "service": named.get(each.service_id, each.service_id),
                "staff": named.get(each.staff_id, each.staff_id),
                "start": local(each.starts_at),
                "end": local(each.ends_at),
                "price": each.price,
                "status": each.status,
            }
            for each in appointments
        ],
        "offers": [
            {"id": each.id, "kind": each.kind, "status": each.status, "price": each.price}
            for each in offers
        ],
        "payments": [
            {
                "id": each.id,
                "amount": each.amount,
                "currency": each.currency,
                "status": each.status,
            }
            for each in payments
        ],
    }
