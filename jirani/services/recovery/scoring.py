"""Scores: computed in batches nightly, and anew for a customer after each outcome (R7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from jirani.rules.facts import RecoveryPolicy
from jirani.rules.recovery.order import place, waited
from jirani.rules.recovery.outcomes import pasts
from jirani.rules.recovery.score import WINDOW_DAYS, score
from jirani.services import Case, Services
from jirani.services.recovery.opening import policy_in
from jirani.store.rows.scores import Scored
from jirani.store.work import Work

BATCH = 1000
WINDOW = timedelta(days=WINDOW_DAYS + 1)  # a whole day's fraction belongs to it


async def score_all(services: Services) -> int:
    """Compute every business's scores anew; return how many customers were looked at."""
    async with services.store.queues() as queues:
        businesses = await queues.businesses()
    return sum([await score_business(services, id) for id, _ in businesses])


async def score_business(services: Services, business_id: str, batch: int = BATCH) -> int:
    """Compute a business's scores anew, so many customers a unit; return how many there were."""
    after, seen = "", 0
    while True:
        async with services.store.begin(business_id) as work:
            ids = await work.scores.customers(after, batch)
            if ids:
                await score_some(work, ids, services.clock.now())
        if not ids:
            return seen
        after, seen = ids[-1], seen + len(ids)


async def score_some(
    work: Work, customer_ids: Sequence[str], now: datetime, policy: RecoveryPolicy | None = None
) -> None:
    """Compute the scores of some customers, and where these place them (R3, R7).

    Who has no history and no score has no need of one: they stand where a fresh customer does.
    """
    policy = policy or await policy_in(work)
    visits = await work.scores.visits(customer_ids, now - WINDOW)
    known = await work.scores.scored(customer_ids) | visits.keys()
    since = await work.scores.waiting_since(sorted(known)) if policy.aging and known else {}
    scored = []
    for id in customer_ids:
        if id in known:
            found = score(pasts(visits.get(id, ()), policy.cancel_cutoff), now)
            points = waited(since.get(id), now, policy.aging)
            scored.append(Scored(id, found, now, place(found, now, points)))
    await work.scores.put(scored)


async def rescore(case: Case, work: Work, customer_id: str) -> None:
    """Compute a customer's score anew in the unit that has changed what it is made of (R7)."""
    await score_some(work, [customer_id], case.services.clock.now())
