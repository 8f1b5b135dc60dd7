"""One due offer, one step on: read anew, judged, and handed to the outbox (U5)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from jirani.connectors.channels import SendOutcome
from jirani.connectors.pms import Direction, Pms, PmsMessage, PmsUnavailable, Wrong
from jirani.rules.decision import Reason, refuse
from jirani.rules.facts import OfferStatus, Reservation, Stay, StayOffer
from jirani.rules.stays.postponing import MOST_ATTEMPTS
from jirani.services import Case, Services
from jirani.services.stays.by_hand import NOTHING, ByHand, Spoken
from jirani.services.stays.copying import enter, locks
from jirani.services.stays.deciding import Deciding
from jirani.services.stays.failing import failed, give_up
from jirani.services.stays.hearing import take
from jirani.services.stays.judging import UNREAD, locks_of
from jirani.services.stays.leaving import answered, dedupe_key, find
from jirani.services.stays.looking import NotThere, Seen, look_around
from jirani.services.stays.planning import Replanned, replan
from jirani.services.watch import outside
from jirani.store.queues import Claim
from jirani.store.refusals import Overlap
from jirani.store.rows.outbox import Entry
from jirani.store.rows.stay_endings import WAITING
from jirani.store.work import Work


@dataclass(frozen=True, slots=True)
class Known:
    """A claimed offer, its stay as we have it, and its text if that may have left before."""

    offer: StayOffer
    reservation: Reservation
    left: Entry | None = None
    others: frozenset[str] = frozenset()  # then: the PMS's ids of our other texts


@dataclass(frozen=True, slots=True)
class Told:
    """What a PMS told of a claimed offer's stay.

    `chat` was said before we listened; `by_hand` is what somebody has found in it.
    """

    claim: Claim
    reservation: Reservation
    seen: Seen
    chat: tuple[Spoken, ...] = ()
    by_hand: ByHand = NOTHING

    @property
    def locks(self) -> list[str]:
        """What is held while the offer is decided about."""
        return locks(self.reservation.pms, self.seen, self.reservation)


async def dispatch(services: Services, claim: Claim) -> None:
    """Take one due offer one step on: what the PMS says is read outside of any unit (O4, U5)."""
    async with services.store.read(claim.business_id) as work:
        known = await known_of(work, claim)
    if known is None:
        return
    told = await asked(services, claim, known)
    if told is None:
        return
    try:
        await _decide(services, told)
    except Overlap:
        await _overlapped(services, claim, known)


async def asked(services: Services, claim: Claim, known: Known) -> Told | None:
    """Ask the PMS about a stay; None if that has settled its offer, or it could not be read."""
    pms = services.pms.of(claim.business_id, known.reservation.pms)
    try:
        if pms is None:
            raise PmsUnavailable(Wrong.DOWN, "there is no account")
        if known.left and not await _looked_for(services, claim, known, known.left, pms):
            return None
        seen, said = await _read(services, pms, known.reservation)
    except (PmsUnavailable, NotThere) as away:
        wait = away.retry_after if isinstance(away, PmsUnavailable) else None
        why = str(away.reason) if isinstance(away, PmsUnavailable) else "not_found"
        await unread(services, claim, why, wait, left=known.left is not None)
        return None
    chat = await _caught_up(services, claim, known.reservation, said) if said else ()
    by_hand = NOTHING
    if chat:
        by_hand = await services.talks.forbids(claim.business_id, chat, known.offer.kind)
    return Told(claim, known.reservation, seen, chat, by_hand)


async def known_of(work: Work, claim: Claim) -> Known | None:
    """Return what we know of a claimed offer; None if there is nothing left to do."""
    offer = await work.stay_offers.get(claim.id)
    if offer is None or offer.status not in WAITING or offer.leaving_at is not None:
        return None
    reservation = await work.reservations.get(offer.reservation_id)
    left = await work.outbox.by_key(dedupe_key(offer))
    if left is None or left.state != "unknown":
        return Known(offer, reservation)
    sent = await work.outbox.of_thread(offer.thread_id)
    others = frozenset(each.provider_ref for each in sent if each.provider_ref)
    return Known(offer, reservation, left, others)


async def _looked_for(
    services: Services, claim: Claim, known: Known, left: Entry, pms: Pms
) -> bool:
    """Look for a text that may have arrived; False if that settles the offer (U5)."""
    found = await find(pms, left, known.others)
    if found.outcome is SendOutcome.UNKNOWN:
        raise PmsUnavailable(Wrong.DOWN, found.reason, retry_after=found.retry_after)
    if found.outcome is not SendOutcome.RETRY:
        await answered(services, claim, left, found)
        return False
    async with services.store.begin(claim.business_id, locks_of(known.reservation)) as work:
        # It is not there: the guest has not been contacted.
        await work.outbox.change(left.id, state="dead", note="not there")
        await work.offers.uncontacted(left.payload["contact"])
        if known.offer.attempts < MOST_ATTEMPTS:
            return True
        listing = await work.listings.get(known.offer.listing_id)
        why = str(Reason.PMS_UNAVAILABLE)
        await give_up(
            services, work, known.offer, known.reservation, listing, why, token=claim.token
        )
    return False


async def _read(
    services: Services, pms: Pms, reservation: Reservation
) -> tuple[Seen, tuple[PmsMessage, ...]]:
    now = services.clock.now()
    seen = await look_around(pms, reservation.ref, now, conversation=reservation.conversation)
    if seen.conversation is None:
        return seen, ()
    with outside(pms.name, "messages"):
        return seen, await pms.messages(seen.conversation)


async def _caught_up(
    services: Services, claim: Claim, reservation: Reservation, said: tuple[PmsMessage, ...]
) -> tuple[Spoken, ...]:
    """Store what was said and not told of; return what was said before we listened."""
    async with services.store.read(claim.business_id) as work:
        since = (await work.threads.get(reservation.thread_id)).opened_at
    for message in said:
        if message.sent_at >= since:
            await take(services, claim.business_id, reservation, message)
    before = [
        Spoken(message.direction is Direction.IN, message.text)
        for message in said
        if message.sent_at < since and message.direction is not Direction.SYSTEM
    ]
    return tuple(before[-UNREAD:])


async def _decide(services: Services, told: Told) -> None:
    async with services.store.begin(told.claim.business_id, told.locks) as work:
        changed = await decide(services, work, told)
    await changed.announce(services)


async def decide(services: Services, work: Work, told: Told) -> Replanned:
    """Enter what the PMS told, and judge the offer by it, under the locks of both."""
    reservation, claim = told.reservation, told.claim
    stay = await enter(services, work, reservation.pms, told.seen)
    changed = await replan(services, work, stay)
    offer = await work.stay_offers.get(claim.id)
    if offer and offer.status in WAITING and _is_due(services, offer):
        stay = replace(stay, offers=await work.stay_offers.of_reservation(reservation.id))
        case = await _case(services, work, offer)
        await Deciding(services, work, case, stay, offer, claim.token).decide(
            told.chat, told.by_hand
        )
    return changed


def _is_due(services: Services, offer: StayOffer) -> bool:
    due = offer.due_at is not None and offer.due_at <= services.clock.now()
    return due and offer.leaving_at is None


async def _case(services: Services, work: Work, offer: StayOffer) -> Case:
    business, dials = await services.house(work)
    return Case(services, business, dials, offer.customer_id, offer.thread_id, 0)


async def unread(
    services: Services,
    claim: Claim,
    why: str,
    wait: timedelta | None = None,
    *,
    left: bool = False,
) -> None:
    """Try an offer again later whose stay could not be read."""
    async with services.store.begin(claim.business_id) as work:
        offer = await work.stay_offers.get(claim.id)
        if offer and offer.status in WAITING and offer.leaving_at is None:
            await failed(services, work, offer, why, wait, left=left, token=claim.token)


async def _overlapped(services: Services, claim: Claim, known: Known) -> None:
    """End an offer whose hours somebody had after all: the database decided (U8)."""
    no = refuse(Reason.TURNOVER_TAKEN, "Those hours are somebody's already.")
    async with services.store.begin(claim.business_id, locks_of(known.reservation)) as work:
        if await work.stay_offers.settle(
            *(claim.id, OfferStatus.EXPIRED),
            at=services.clock.now(),
            reason=str(no.reason),
            token=claim.token,
        ):
            case = await _case(services, work, known.offer)
            listing = await work.listings.get(known.offer.listing_id)
            stay = Stay(known.reservation, listing)
            await Deciding(services, work, case, stay, known.offer, claim.token).noted(no)
