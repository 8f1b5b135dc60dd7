"""Scores: computed in batches nightly, and anew for a customer after each outcome (R7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.facts import RecoveryPolicy
from jirani.rules.recovery.night import next_night
from jirani.rules.recovery.order import place, waited
from jirani.rules.recovery.outcomes import pasts
from jirani.rules.recovery.score import WINDOW_DAYS, score
from jirani.services import Case, Services
from jirani.services.log import about, log
from jirani.services.recovery.opening import policy_in
from jirani.store.queues import ScoringClaim
from jirani.store.rows.scores import Scored
from jirani.store.work import Work

JOB = "score_customers"
BATCH = 1000
LEASE = timedelta(minutes=2)  # kept for longer with each batch
WINDOW = timedelta(days=WINDOW_DAYS + 1)  # a whole day's fraction belongs to it


async def score_all(services: Services, batch: int = BATCH) -> int:
    """Compute the scores of each business whose night has come; return of how many customers.

    On however many replicas this runs, each business is one's: whoever dies is followed, when the
    lease has run out, by one who goes on where the last unit ended.
    """
    seen = 0
    while True:
        async with services.store.queues(claiming=True) as queues:
            claim = await queues.claim_scoring(services.clock.now(), LEASE)
        if claim is None:
            return seen
        with about(claim.business_id):
            try:
                seen += await score_business(services, claim, batch)
            except Exception as error:  # another business's scores are computed all the same
                log.exception("job.failed", job=JOB, error=type(error).__name__)


async def score_business(services: Services, claim: ScoringClaim, batch: int = BATCH) -> int:
    """Compute a claimed business's scores anew, so many customers a unit; return how many."""
    seen, lease_until = 0, claim.lease_until
    while True:
        now = services.clock.now()
        async with services.store.begin(claim.business_id) as work:
            after = await work.scoring.go_on(lease_until, now + LEASE)
            if after is None:  # too slow: somebody else goes on
                return seen
            ids = await work.scores.customers(after, batch)
            if not ids:
                business = await work.business.get()
                await work.scoring.finish(next_night(now, ZoneInfo(business.zone)))
                return seen
            await score_some(work, ids, now)
            await work.scoring.came_to(ids[-1])
        seen, lease_until = seen + len(ids), now + LEASE


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
