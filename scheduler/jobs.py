"""The list of jobs. Rows are the schedule; each job looks for rows whose time has come.

Every job may run twice, late, or on several machines at once: what it does is decided again
inside one business's transaction, by compare-and-set or a guard.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from jirani.services import Services
from jirani.services.answering import expire_offer
from jirani.services.charging import charge_due
from jirani.services.inbox import answer_due
from jirani.services.lapsing import lapse
from jirani.services.log import about, log
from jirani.services.proposing import expire_proposal
from jirani.services.querying import query, reap
from jirani.services.recovery.expiring import end_silent
from jirani.services.recovery.loop import recover
from jirani.services.recovery.scoring import JOB as SCORE
from jirani.services.recovery.scoring import score_all
from jirani.services.sending import send_due
from jirani.services.stays.dispatch import dispatch_due
from jirani.services.stays.expiring import expire_stay_offer
from jirani.services.stays.intake import take_in
from jirani.services.stays.planning import replan_all
from jirani.services.stays.polling import poll, poll_arrivals
from jirani.services.watch import watched
from jirani.store.queues import Due, Queues

Look = Callable[[Queues, Services], Awaitable[list[Due]]]
Do = Callable[[Services, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """What to look for, what to do with each find, and how often.

    `then` is the job that has something to do at once when this one has found anything.
    """

    name: str
    every: timedelta
    run: Callable[[Services], Awaitable[int]]
    then: str | None = None


def each_due(
    name: str, look: Look, do: Do, *, claiming: bool = False
) -> Callable[[Services], Awaitable[int]]:
    """Make a job of a queue: one row's fault is logged and never stops the others.

    `claiming`: looking leases what it finds.
    """

    async def run(services: Services) -> int:
        async with services.store.queues(claiming=claiming) as queues:
            due = await look(queues, services)
        for row in due:
            with about(row.business_id):
                try:
                    with watched("job.row", f"job {name}", job=name):
                        await do(services, row.business_id, row.id)
                except Exception as error:
                    log.exception("job.failed", job=name, row=row.id, error=type(error).__name__)
        return len(due)

    return run


async def _offers(queues: Queues, services: Services) -> list[Due]:
    return await queues.offers(services.clock.now())


async def _recovery_offers(queues: Queues, services: Services) -> list[Due]:
    return await queues.recovery_offers(services.clock.now())


async def _openings(queues: Queues, services: Services) -> list[Due]:
    return await queues.claim_openings(services.clock.now(), OPENING_LEASE)


async def _proposals(queues: Queues, services: Services) -> list[Due]:
    return await queues.proposals(services.clock.now())


async def _holds(queues: Queues, services: Services) -> list[Due]:
    return await queues.holds(services.clock.now())


async def _charges(queues: Queues, services: Services) -> list[Due]:
    return await queues.charges(services.clock.now())


async def _queries(queues: Queues, services: Services) -> list[Due]:
    return await queues.queries(services.clock.now())


async def _stay_offers(queues: Queues, services: Services) -> list[Due]:
    return await queues.stay_offers(services.clock.now())


async def _pms_events(queues: Queues, services: Services) -> list[Due]:
    return await queues.claim_events(services.clock.now(), EVENT_LEASE)


async def _take_in(services: Services, business_id: str, event_id: str) -> None:
    await take_in(services, business_id, event_id)


async def _accounts(services: Services) -> int:
    await services.pms.refresh()
    return 0


async def _unsettled(queues: Queues, services: Services) -> list[Due]:
    return await queues.unsettled(services.clock.now() - timedelta(hours=2))


SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
EVENT_LEASE = timedelta(minutes=2)
OPENING_LEASE = timedelta(minutes=2)
SEND = "send"
RECOVER = "recover_slots"
DISPATCH = "dispatch_offers"  # woken by the execution port too, at the very moment

JOBS: tuple[Job, ...] = (
    Job("pms_events", SECOND, each_due("pms_events", _pms_events, _take_in, claiming=True)),
    Job(DISPATCH, 5 * SECOND, dispatch_due, then=SEND),
    Job(
        "expire_stay_offers",
        SECOND,
        each_due("expire_stay_offers", _stay_offers, expire_stay_offer),
    ),
    Job("expire_offers", SECOND, each_due("expire_offers", _offers, expire_offer)),
    Job(
        "expire_recovery_offers",
        SECOND,
        each_due("expire_recovery_offers", _recovery_offers, end_silent),
        then=RECOVER,
    ),
    Job(RECOVER, SECOND, each_due(RECOVER, _openings, recover, claiming=True), then=SEND),
    Job("expire_proposals", SECOND, each_due("expire_proposals", _proposals, expire_proposal)),
    Job("charge", SECOND, each_due("charge", _charges, charge_due)),
    Job("query_payments", SECOND, each_due("query_payments", _queries, query)),
    Job("lapse_holds", SECOND, each_due("lapse_holds", _holds, lapse)),
    Job("answer", SECOND, answer_due),
    Job(SEND, SECOND, send_due),
    Job("reap_payments", DAY, each_due("reap_payments", _unsettled, reap)),
)

# What is looked over every so often, though no row has asked for it, or none that anybody waits
# for: time that is only played does not stop for these.
ROUNDS: tuple[Job, ...] = (
    Job("pms_accounts", 30 * SECOND, _accounts),
    Job("poll", 10 * 60 * SECOND, poll),
    Job("poll_arrivals", DAY, poll_arrivals),
    Job("replan", DAY, replan_all),
    # Of each business once a night, by whichever replica is first: its row says when (R7).
    Job(SCORE, MINUTE, score_all),
)


async def run_due(services: Services) -> int:
    """Run every job once, now; return how many rows were handled."""
    return sum([await job.run(services) for job in JOBS])
