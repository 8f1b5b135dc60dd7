"""Plans become rows: whatever changes about a stay, its offers follow (U2, U3)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jirani.rules.decision import Reason
from jirani.rules.facts import (
    OfferStatus,
    Preference,
    Reservation,
    Stay,
    StayOffer,
    StayStatus,
    Trial,
)
from jirani.rules.stays.planning import Change, Planned, plan
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.log import about, log
from jirani.services.stays.selling import sold_at
from jirani.services.stays.trying import Trials, with_times
from jirani.services.stays.wishes import EVER, names_of
from jirani.store.rows.stay_endings import UNSETTLED
from jirani.store.work import Work

GUARD = "plan"
GENERAL = str(Reason.GENERAL_NO)
AHEAD = frozenset(StayStatus) - {
    StayStatus.CHECKED_OUT,
    StayStatus.CANCELLED,
    StayStatus.REFUNDED,
    StayStatus.NO_SHOW,
}


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a plan has changed: rows that are due at another moment now, and rows that ended."""

    due: tuple[tuple[str, datetime], ...] = ()
    ended: tuple[str, ...] = ()

    async def announce(self, services: Services) -> None:
        """Tell whoever runs due rows, once the unit of work is committed."""
        for offer_id, due_at in self.due:
            await services.execution.schedule(offer_id, due_at)
        for offer_id in self.ended:
            await services.execution.cancel(offer_id)


async def replan(services: Services, work: Work, stay: Stay) -> Replanned:
    """Plan a stay anew, in the open unit; done again it changes nothing (U2)."""
    now, reservation = services.clock.now(), stay.reservation
    moved = await _moved_house(services, work, stay)
    offers = await work.stay_offers.of_reservation(reservation.id)
    customer = await work.customers.get(reservation.customer_id)
    thread = await work.threads.get(reservation.thread_id)
    names = await names_of(work, customer.id)
    sold, trials = await sold_at(work, stay.listing.id), Trials()
    if Preference.BUDGET not in names:  # else nothing is tried
        sold, trials = await with_times(work, reservation, sold, offers)
    planned = plan(
        replace(stay, offers=offers),
        sold,
        offers,
        now,
        opted_out=customer.offers_stopped_at is not None,
        declined_all=thread.cross_sell_declined or said_no_to_all(offers),
        preferences=names,
        unasked=await _unasked(work, customer.id, names),
    )
    business, dials = await services.house(work)
    case = Case(services, business, dials, customer.id, thread.id, 0)
    told = await _told_before(work, reservation)
    due: list[tuple[str, datetime]] = []
    ended: list[str] = [*moved]
    for each in planned:
        changed = await _apply(services, work, stay, each, trials.get(each.kind))
        if isinstance(changed, StayOffer) and changed.due_at:
            due.append((changed.id, changed.due_at))
        elif changed:
            ended.append(str(changed))
        if changed or (each.change is Change.NONE and told.get(each.kind) != each.decision.reason):
            await note(
                case,
                work,
                f"{GUARD}.{each.kind}",
                each.decision,
                stage="planning",
                subject=reservation.id,
                change=each.change,
                due_at=each.due_at,
                detail=each.decision.detail,
                arrival=reservation.arrival,
                departure=reservation.departure,
            )
    return Replanned(tuple(due), tuple(ended))


async def _unasked(work: Work, customer_id: str, names: frozenset[Preference]) -> frozenset[str]:
    """Return which offers were sent unasked; only "fewer offers" needs to know."""
    wants_fewer = Preference.FEWER_OFFERS in names
    sent = await work.offers.contacts(customer_id, EVER) if wants_fewer else ()
    return frozenset(row.offer_id for row in sent if row.proactive)


async def _moved_house(services: Services, work: Work, stay: Stay) -> tuple[str, ...]:
    """Withdraw what was meant for another listing: a guest was moved, terms and hours were not."""
    elsewhere = [
        offer.id
        for offer in await work.stay_offers.of_reservation(stay.reservation.id)
        if offer.listing_id != stay.listing.id and offer.status in UNSETTLED
    ]
    if not elsewhere:
        return ()
    status, reason = OfferStatus.WITHDRAWN, str(Reason.DATES_CHANGED)
    return await work.stay_offers.complete(
        elsewhere, status, at=services.clock.now(), reason=reason
    )


def said_no_to_all(offers: tuple[StayOffer, ...]) -> bool:
    """Tell whether a guest wanted no extras for a stay (O10)."""
    return any(offer.reason == GENERAL for offer in offers)


async def _apply(
    services: Services, work: Work, stay: Stay, planned: Planned, trial: Trial | None
) -> StayOffer | str | None:
    """Change one row; return it as planned, or the id of one that ended, or None."""
    reservation = stay.reservation
    if planned.change in (Change.NEW, Change.MOVE):
        offer = StayOffer(
            planned.offer.id if planned.offer else services.ids.new(),
            planned.kind,
            *(reservation.id, stay.listing.id, reservation.customer_id, reservation.thread_id),
            OfferStatus.SCHEDULED,
            planned.due_at,
            trial=trial,
        )
        return offer if await work.stay_offers.plan(offer) else None
    if planned.change is Change.WITHDRAW and planned.offer:
        ended = await work.stay_offers.settle(
            planned.offer.id,
            OfferStatus.WITHDRAWN,
            at=services.clock.now(),
            reason=str(planned.decision.reason),
        )
        return planned.offer.id if ended else None
    return None


async def _told_before(work: Work, reservation: Reservation) -> dict[str, str]:
    """Return what the last plan said of each kind: a no is not written down every night."""
    told = await work.decisions.planned(reservation.thread_id, reservation.id)
    return {guard.removeprefix(f"{GUARD}."): reason for guard, reason in told.items()}


async def replan_all(services: Services) -> int:
    """Plan every stay ahead anew: kinds switched on, late payments, lapsed opt-outs (U2)."""
    async with services.store.queues() as queues:
        businesses = await queues.businesses()
    planned = 0
    for business_id, slug in businesses:
        with about(slug):
            try:
                planned += await replan_business(services, business_id)
            except Exception as error:  # the next business has its night too
                log.exception("replan.failed", error=type(error).__name__)
    return planned


async def replan_business(services: Services, business_id: str) -> int:
    """Plan every stay of a business anew; return how many were looked at."""
    since, after, planned = _yesterday(services), "", 0
    while True:
        async with services.store.read(business_id) as work:
            page = await work.reservations.page(since, AHEAD, after=after)
        for reservation in page:
            await replan_one(services, business_id, reservation)
        planned += len(page)
        if not page:
            return planned
        after = page[-1].id


async def replan_one(services: Services, business_id: str, known: Reservation) -> None:
    """Plan one stay anew from our own copy of it."""
    locks = (known.customer_id, f"listing:{known.listing_id}", f"stay:{known.pms}:{known.ref}")
    async with services.store.begin(business_id, locks) as work:
        reservation = await work.reservations.get(known.id)
        stay = Stay(reservation, await work.listings.get(reservation.listing_id))
        changed = await replan(services, work, stay)
    await changed.announce(services)


def _yesterday(services: Services) -> date:
    return services.clock.now().date() - timedelta(days=1)
