"""An offer on its way: handed to the outbox, and what the PMS answered (U5)."""

from datetime import timedelta

from jirani.connectors.channels import Outbound, Purpose, SendOutcome, SendResult
from jirani.connectors.pms import Pms
from jirani.connectors.pms_channel import PmsChannel
from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus, Reservation, StayOffer
from jirani.services import Services
from jirani.services.clock import made_at
from jirani.services.log import log
from jirani.services.outbox import done
from jirani.services.stays.copying import CHANNEL
from jirani.services.stays.failing import failed, tell_unsent
from jirani.services.stays.hearing import message_key
from jirani.services.watch import outside
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from jirani.store.rows.stay_endings import WAITING
from jirani.store.work import Work

ENDED = "the offer had ended"
# A text that waited so long was decided on facts that are no more: it is judged anew.
STALE = timedelta(minutes=10)
CLOCKS_APART = timedelta(minutes=10)  # ours and the PMS's


def dedupe_key(offer: StayOffer) -> str:
    """Return the key of an offer's text: asked once more, it is another one (O10)."""
    return f"offer:{offer.id}:{2 if offer.status is OfferStatus.DEFERRED else 1}"


async def queue_offer(
    services: Services,
    work: Work,
    offer: StayOffer,
    reservation: Reservation,
    text: str,
    language: str,
    contact_id: str,
) -> None:
    """Put an offer's text into the outbox, or the same entry once more."""
    now, key = services.clock.now(), dedupe_key(offer)
    payload = {
        "text": text,
        "language": language,
        "thread": reservation.thread_id,
        "channel": CHANNEL,
        "peer": reservation.conversation,
        "pms": reservation.pms,
        "offer": offer.id,
        "contact": contact_id,
    }
    known = await work.outbox.by_key(key)
    if known is not None:
        # The PMS may know this key: what it took before, it will not take twice.
        again = {"state": "ready", "attempts": 0, "lease_until": None, "note": None}
        await work.outbox.change(known.id, payload=payload, not_before=now, **again)
        return
    await work.outbox.put(
        services.ids.new(),
        kind="message",
        peer=f"{CHANNEL}:{reservation.conversation}",
        dedupe_key=key,
        payload=payload,
        at=now,
        thread_id=reservation.thread_id,
        purpose=str(Purpose.PROMOTIONAL),
    )


async def send_offer(services: Services, due: Due, entry: Entry) -> None:
    """Post an offer's text, unless it has ended or waited too long; note the answer (U5)."""
    async with services.store.read(due.business_id) as work:
        offer = await work.stay_offers.get(entry.payload["offer"])
    result = await post(services, due.business_id, offer, entry)
    if result is None:
        await done(services, due, "withdrawn", note=ENDED)
    else:
        await answered(services, due, entry, result)


async def post(
    services: Services, business_id: str, offer: StayOffer | None, entry: Entry
) -> SendResult | None:
    """Post an offer's text, if it may still leave; None if it has ended."""
    if offer is None or offer.status not in WAITING or offer.leaving_at is None:
        return None
    pms = services.pms.of(business_id, entry.payload["pms"])
    if pms is None:
        return SendResult(SendOutcome.RETRY, reason="no_account")
    if entry.attempts > 1:
        # Whoever sent it before has died over it: it may have arrived.
        return SendResult(SendOutcome.UNKNOWN, reason="interrupted")
    if services.clock.now() - offer.leaving_at > STALE:
        return SendResult(SendOutcome.RETRY, reason="waited")
    with outside(pms.name, "post") as told:
        result = await PmsChannel(pms).send(outbound(entry))
        told["outcome"] = str(result.outcome)
    return result


def outbound(entry: Entry) -> Outbound:
    """Return what is posted; its key is the same on every attempt."""
    said = entry.payload
    text = (entry.id, said["thread"], said["peer"], said["text"])
    return Outbound(*text, Purpose.PROMOTIONAL)


async def find(pms: Pms, entry: Entry, others: frozenset[str]) -> SendResult:
    """Find out whether an offer's text has arrived; `others` are the ids of other texts (U5)."""
    since = made_at(entry.id) - CLOCKS_APART
    with outside(pms.name, "messages") as told:
        result = await PmsChannel(pms).find(outbound(entry), since, others)
        told["outcome"] = str(result.outcome)
    return result


async def answered(services: Services, due: Due, entry: Entry, result: SendResult) -> None:
    """Enter what the PMS said to an offer's text, once."""
    offer_id = entry.payload["offer"]
    async with services.store.begin(due.business_id) as work:
        offer = await work.stay_offers.get(offer_id)
        if offer is None:
            return
        reservation = await work.reservations.get(offer.reservation_id)
    async with services.store.begin(due.business_id, (reservation.customer_id,)) as work:
        fresh = await enter_answer(services, work, entry, result)
    if fresh:
        said(entry, result)


def said(entry: Entry, result: SendResult) -> None:
    """Log what the PMS said to an offer's text."""
    log.info("stay_offer.posted", offer=entry.payload["offer"], outcome=str(result.outcome))


async def enter_answer(services: Services, work: Work, entry: Entry, result: SendResult) -> bool:
    """Enter what the PMS said, under the guest's lock; False if it is known."""
    offer = await work.stay_offers.get(entry.payload["offer"])
    now = await work.outbox.by_key(dedupe_key(offer)) if offer else None
    if offer is None or now is None or now.state == "sent":
        return False
    match result.outcome:
        case SendOutcome.ACCEPTED:
            await arrived(services, work, offer, entry, result.provider_id)
        case SendOutcome.REJECTED:
            await _rejected(services, work, offer, entry, result)
        case _:
            left = result.outcome is SendOutcome.UNKNOWN
            state = "unknown" if left else "dead"
            await work.outbox.change(
                entry.id, state=state, lease_until=None, note=result.reason or None
            )
            if not left:
                await work.offers.uncontacted(entry.payload["contact"])
            await failed(services, work, offer, result.reason, result.retry_after, left=left)
    return True


async def arrived(
    services: Services, work: Work, offer: StayOffer, entry: Entry, ref: str | None
) -> None:
    """Note that an offer is with the guest: its text is a message of the thread from now on."""
    now, told = services.clock.now(), entry.payload
    await work.outbox.change(entry.id, state="sent", lease_until=None, provider_ref=ref, note=None)
    key = message_key(told["pms"], ref) if ref else None
    if key and await work.messages.by_key(key):
        key = None
    seq = await work.messages.add(
        told["thread"], "agent", told["text"], now, language=told["language"], dedupe_key=key
    )
    if offer.leaving_at is None and offer.terms and offer.expires_at:
        # It was given up for lost meanwhile, and is with the guest all the same.
        await work.stay_offers.leaving(
            offer.id, at=now, terms=offer.terms, offered_seq=seq, expires_at=offer.expires_at
        )
    # One that ended meanwhile stays ended: a yes to it hears so.
    if not await work.stay_offers.arrived(offer.id, at=now, offered_seq=seq):
        log.warning("stay_offer.arrived_too_late", offer=offer.id)


async def _rejected(
    services: Services, work: Work, offer: StayOffer, entry: Entry, result: SendResult
) -> None:
    """End an offer that the PMS refused, and tell the host; the ledger is as before (U5)."""
    await work.outbox.change(entry.id, state="dead", lease_until=None, note=result.reason or None)
    await work.offers.uncontacted(entry.payload["contact"])
    reason = (result.reason or str(Reason.UNAVAILABLE))[:40]
    now = services.clock.now()
    if await work.stay_offers.settle(offer.id, OfferStatus.EXPIRED, at=now, reason=reason):
        reservation = await work.reservations.get(offer.reservation_id)
        listing = await work.listings.get(offer.listing_id)
        await tell_unsent(services, work, offer, reservation, listing, reason)
