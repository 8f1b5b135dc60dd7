"""Customers who want to hear of freed slots, and are in no conversation of a scenario."""

from typing import Any

from jirani.rules.facts import Customer, Thread
from jirani.rules.recovery.order import place
from jirani.rules.recovery.score import Score, Tier
from jirani.services import Services
from jirani.store.rows.scores import Scored
from jirani.store.work import Work

NOWHERE = "fax"  # a channel on which nobody sends
POINTS = {Tier.TOP: 90, Tier.NEUTRAL: 50, Tier.RISK: 10}


async def let_listen(
    services: Services, business_id: str, channel: str, groups: list[dict[str, Any]]
) -> None:
    """Add groups of customers, each of so many who are alike; all asked before the first step."""
    async with services.store.begin(business_id) as work:
        for number, alike in enumerate(groups):
            for each in range(alike["customers"]):
                name = f"listener {number}.{each}"
                await _listens(services, work, channel, name, alike)


async def _listens(
    services: Services, work: Work, channel: str, name: str, alike: dict[str, Any]
) -> None:
    now = services.clock.now()
    address = (NOWHERE if alike.get("unreachable") else channel, name)
    who = Customer(services.ids.new(), name=name)
    await work.customers.add(who, *address, now)
    thread = Thread(services.ids.new(), who.id, *address, opened_at=now, last_at=now)
    await work.threads.add(thread)
    if alike.get("with_person"):
        await work.threads.change(thread.id, person_since=now)
    if alike.get("offers_stopped"):
        await work.customers.change(who.id, offers_stopped_at=now)
    await work.consents.opt_in(*address, "import", now)
    if "tier" in alike:
        tier = Tier(alike["tier"])
        score = Score(POINTS[tier], tier)
        await work.scores.put([Scored(who.id, score, now, place(score, now))])
