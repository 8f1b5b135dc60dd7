"""A guest of the lodge who writes in the PMS, and an agent that answers there."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic_ai.models import Model

from agent.turn import Guest
from jirani.rules.facts import OfferKind
from jirani.services import Services
from tests.support.lodge import ID, Lodge, local, open_lodge

A_MOMENT = timedelta(seconds=5)


def with_agent(lodge: Lodge, model: Model | None = None) -> Lodge:
    """Let an agent answer what guests write."""
    guest = Guest(lodge.services, model)
    lodge.services = replace(lodge.services, answerer=guest, talks=guest)
    return lodge


async def staying(
    services: Services,
    *kinds: OfferKind,
    start: datetime | None = None,
    model: Model | None = None,
    **settings: Any,
) -> Lodge:
    """Open a lodge that sells some kinds, and answers."""
    lodge = await open_lodge(services, start or local(6, 1, 12))
    await lodge.sells(*kinds, **settings)
    return with_agent(lodge, model)


async def writes(lodge: Lodge, text: str, ref: str = "R1") -> str:
    """Let a guest write, and return what they get to read; empty if nothing."""
    before = len(lodge.texts(ref))
    lodge.pms.guest_says(ref, text)
    await lodge.delivered()
    await lodge.at(lodge.clock.now() + A_MOMENT)
    said = lodge.texts(ref)[before:]
    assert said[0] == text
    return "\n".join(said[1:])


async def sold(lodge: Lodge, ref: str = "R1") -> list[tuple[OfferKind, int, str]]:
    """Return kind, price and status of everything sold around a stay."""
    stay = await lodge.stay(ref)
    async with lodge.services.store.read(ID) as work:
        offers = {each.id: each for each in await work.stay_offers.of_reservation(stay.id)}
        sales = await work.stay_sales.of_reservation(stay.id)
    return [(offers[each.offer_id].kind, each.price, each.status) for each in sales]
