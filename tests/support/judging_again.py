"""Sending decisions as they stand in the ledger, judged again on the facts kept with them."""

import json

from jirani.rules.stays.keeping import facts_of, restore
from jirani.rules.stays.question import judge
from jirani.services import Services
from jirani.services.stays.backtest import backtest, policy_of


async def judged_again(services: Services) -> int:
    """Hold every recorded answer against the same guards' answer now; return how many there are."""
    count = 0
    async with services.store.queues() as queues:
        businesses = await queues.businesses()
    for business_id, _ in businesses:
        async with services.store.read(business_id) as work:
            rows = await work.decisions.judged(None)
        for each in rows:
            if "saw" not in each.facts:
                continue  # not judged: the PMS failed, or the database was faster
            saw = each.facts["saw"]
            asked = restore(saw)
            sending = judge(asked)
            assert json.dumps(facts_of(asked), sort_keys=True) == json.dumps(saw, sort_keys=True)
            assert (str(sending.decision.reason), sending.decision.allowed) == (
                each.reason,
                each.allowed,
            ), each
            assert str(sending.step) == each.facts["step"]
            assert str(sending.postponed_to) == each.facts.get("postponed_to", "None")
            count += 1
        found = await backtest(services, business_id, policy_of(()))
        assert (found.same, found.offers_same) == (found.decisions, sum(found.fates.values()))
    return count
