"""The same reservations through the real services and rows, to compare a replay with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from evals.stays.house import CURRENCY, SET, ZONE, became, booked_at, ended_at, place_of, stay_of
from evals.stays.reservations import Booked
from evals.stays.story import Story
from jirani.connectors.memory_pms import MemoryPms
from jirani.rules.decision import Reason
from jirani.rules.facts import Business, OfferStatus, PaymentPolicy, StayOffer
from jirani.services import Services
from jirani.services.accounts import KnownAccounts
from jirani.services.clock import SetClock
from jirani.services.stays.intake import keep
from jirani.services.stays.settings import set_setting
from scheduler.jobs import JOBS
from tests.support.looking import one

ID = "replayed"
ASKED = ("pms_events", "dispatch_offers", "expire_stay_offers", "send")
_NEXT = """
SELECT min(at) FROM (
    SELECT due_at AS at FROM offers WHERE status = 'scheduled' AND leaving_at IS NULL
    UNION ALL SELECT expires_at FROM offers WHERE status = 'offered'
) AS waiting
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one kind for one stay, on either way."""

    sent_at: datetime | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    status: OfferStatus | None = None  # None: it was not planned
    reason: str = ""
    price: int | None = None

    @classmethod
    def of(cls, offer: StayOffer) -> "Outcome":
        """Return what became of an offer."""
        terms = offer.terms
        return cls(
            *(offer.offered_at, offer.due_at, offer.expires_at, offer.status, offer.reason),
            price=terms.price if terms else None,
        )


Outcomes = dict[str, Outcome]  # by kind; a stay that was parked has its reason under ""


def outcomes_of(story: Story) -> Outcomes:
    """Return what a replay made of a stay."""
    if story.parked:
        return {"": Outcome(reason=story.parked)}
    unplanned = {str(kind): Outcome(reason=str(why)) for kind, why in story.unplanned.items()}
    return unplanned | {str(offer.kind): Outcome.of(offer) for offer in story.offers.values()}


async def really(services: Services, booked: Sequence[Booked]) -> list[Outcomes]:
    """Let the services have the reservations, the clock moved to each moment something is due."""
    clock = services.clock
    assert isinstance(clock, SetClock)
    pms = MemoryPms(clock.now)
    services = replace(services, pms=KnownAccounts({(ID, pms.name): pms}))
    about = ("stays", ZONE, CURRENCY, "en", PaymentPolicy.PAY_OR_VENUE)
    clock.at = min(booked_at(row) for row in booked)
    async with services.store.begin(ID) as work:
        await work.business.add(Business(ID, ID, "Replayed", *about), clock.at)
    for each in SET:
        await set_setting(services, ID, each.name, each.value, kind=each.kind, by="host")
    happenings = [(booked_at(row), 0, _booking(pms, row)) for row in booked]
    happenings += [(ended_at(row), 1, _ending(pms, row)) for row in booked]
    await _through(services, pms, clock, sorted(happenings, key=lambda each: each[:2]))
    return [await _outcomes(services, pms, row) for row in booked]


def _booking(pms: MemoryPms, row: Booked) -> Callable[[], None]:
    def book() -> None:
        pms.world.place(place_of(row), row.rate)
        pms.book(stay_of(row))

    return book


def _ending(pms: MemoryPms, row: Booked) -> Callable[[], None]:
    return lambda: pms.change(stay_of(row).ref, status=became(row))


async def _through(
    services: Services,
    pms: MemoryPms,
    clock: SetClock,
    happenings: list[tuple[datetime, int, Callable[[], None]]],
) -> None:
    jobs = [job for job in JOBS if job.name in ASKED]
    assert len(jobs) == len(ASKED)
    while True:
        due = await one(services.store, _NEXT)
        moments = [] if due is None else [datetime.fromisoformat(str(due)).replace(tzinfo=UTC)]
        moments += [happenings[0][0]] if happenings else []
        if not moments:
            return
        clock.at = max(clock.at, min(moments))
        told = False
        while happenings and happenings[0][0] <= clock.at:
            # One piece of news after another, as their webhooks come.
            happenings.pop(0)[2]()
            for hook in pms.hooks.due(clock.at):
                await keep(services, ID, hook)
            told = await jobs[0].run(services) > 0
        for job in jobs[1:] if told or due else []:
            await job.run(services)


async def _outcomes(services: Services, pms: MemoryPms, row: Booked) -> Outcomes:
    async with services.store.read(ID) as work:
        stay = await work.reservations.by_ref(pms.name, stay_of(row).ref)
        if stay is None:
            notes = {each.note for each in await work.pms_events.parked() if _about(each, row)}
            (why,) = notes
            return {"": Outcome(reason=str(why))}
        offers = await work.stay_offers.of_reservation(stay.id)
        decisions = await work.decisions.of_thread(stay.thread_id)
    first: Outcomes = {}
    for each in decisions:
        if each["stage"] == "planning" and each["reason"] != Reason.CLEAR:
            kind = each["guard"].removeprefix("plan.")
            first.setdefault(kind, Outcome(reason=each["reason"]))
    found = first | {str(offer.kind): Outcome.of(offer) for offer in offers}
    assert len({offer.kind for offer in offers}) == len(offers)
    return found


def _about(event: Any, row: Booked) -> bool:
    return f'"{stay_of(row).ref}"' in str(event.body)
