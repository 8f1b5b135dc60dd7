"""Everything that leaves: sent once, in order for each peer, unknown never resent (P1)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from jirani.connectors.channels import Outbound, Purpose, SendOutcome
from jirani.connectors.payments import Charge, ChargeAck, ChargeUpdate, Outcome
from jirani.connectors.pms import PmsUnavailable
from jirani.rules.facts import PaymentStatus
from jirani.rules.payments import OPEN
from jirani.services import Services
from jirani.services.calling_off import still_wanted
from jirani.services.log import about, found_out, log
from jirani.services.outbox import again, done
from jirani.services.settling import apply
from jirani.services.stays.copying import CHANNEL
from jirani.services.stays.hosts import send_mail
from jirani.services.stays.leaving import send_offer
from jirani.services.stays.overhearing import overhear
from jirani.services.stays.posting import send_offers
from jirani.services.stays.recording import RECORDING
from jirani.services.stays.saying import say_in_pms
from jirani.services.threads import Received
from jirani.services.watch import outside, watched
from jirani.store.mutex import Busy
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry

LEASE = timedelta(seconds=60)
LOOKS = 3  # at a conversation that cannot be read, before a guest is answered all the same


async def send_due(services: Services) -> int:
    """Send what is due, in order for each peer; return how many entries were handled."""
    handled = 0
    while True:
        async with services.store.queues(claiming=True) as queues:
            await queues.reap(services.clock.now())
            due = await queues.claim(services.clock.now(), LEASE)
        sent = await _offers_sent(services, due)
        for entry in due:
            if entry.id in sent:
                continue
            with about(entry.business_id):
                try:
                    with watched("job.row", "job send", job="send"):
                        await send(services, entry)
                except Exception as error:  # it stays `sending`, so `unknown` soon; others go on
                    log.exception("outbox.failed", entry=entry.id, error=type(error).__name__)
        handled += len(due)
        if not due:
            return handled


async def _offers_sent(services: Services, due: list[Due]) -> set[str]:
    """Send what offers something around stays, many at once; return which entries those were."""
    of_business: dict[str, list[Due]] = {}
    for entry in due:
        of_business.setdefault(entry.business_id, []).append(entry)
    sent: set[str] = set()
    for business_id, theirs in of_business.items():
        with about(business_id):
            try:
                sent |= await send_offers(services, business_id, theirs)
            except Exception as error:  # what had not begun is sent one by one
                log.warning("outbox.apart", rows=len(theirs), error=type(error).__name__)
    return sent


async def send(services: Services, due: Due) -> None:
    """Do what one claimed entry asks for."""
    async with services.store.begin(due.business_id) as work:
        entry = await work.outbox.entry(due.id)
        if entry.state != "claimed":
            return
        business = await work.business.get()
        found_out(business.slug, str(entry.payload["thread"]))
        # Committed before the call: a lease lost from here on is `unknown`, never a second send.
        await work.outbox.change(due.id, state="sending")
    await HOW[entry.kind](services, due, entry)


async def _say(services: Services, due: Due, entry: Entry) -> None:
    if "offer" in entry.payload:
        await send_offer(services, due, entry)
    elif entry.payload["channel"] == CHANNEL and CHANNEL not in services.channels:
        await say_in_pms(services, due, entry)
    else:
        await _say_on(services, due, entry.payload)


async def _say_on(services: Services, due: Due, payload: dict[str, Any]) -> None:
    channel = services.channels.get(payload["channel"])
    if channel is None:
        await done(services, due, "dead", note="no such channel here")
        return
    text = Outbound(
        due.id, payload["thread"], payload["peer"], payload["text"], Purpose.TRANSACTIONAL
    )
    with outside(channel.name, "send") as told:
        result = await channel.send(text)
        told["outcome"] = str(result.outcome)
    if result.outcome is SendOutcome.RETRY:
        await again(services, due)
        return
    states = {SendOutcome.ACCEPTED: "sent", SendOutcome.REJECTED: "dead"}
    await done(
        services,
        due,
        states.get(result.outcome, "unknown"),
        provider_ref=result.provider_id,
        note=result.reason or None,
    )


async def _push(services: Services, due: Due, entry: Entry) -> None:
    payload = entry.payload
    if not await _wanted(services, due.business_id, payload["payment_id"]):
        await done(services, due, "withdrawn", note="what it pays for is gone")
        return
    with outside(services.gateway.name, "charge") as told:
        ack = await services.gateway.charge(Charge(**payload["charge"]))
        told["outcome"] = str(ack.outcome)
    await _pushed(services, due.business_id, payload["payment_id"], ack)
    states = {Outcome.ACCEPTED: "sent", Outcome.UNKNOWN: "unknown"}
    state = states.get(ack.outcome, "dead")
    await done(services, due, state, provider_ref=ack.provider_ref, note=ack.code or None)


async def _wanted(services: Services, business_id: str, payment_id: str) -> bool:
    """Tell whether a charge may leave; one for more than is booked now has failed (X10)."""
    async with services.store.read(business_id) as work:
        payment = await work.payments.get(payment_id)
    if payment is None:
        return False
    if await still_wanted(services, business_id, payment):
        return True
    # Nothing happens to one that was called off; of what is left of another the guest hears.
    gone = ChargeUpdate("", None, PaymentStatus.FAILED, "not_sent")
    await apply(services, business_id, payment.thread_id, payment_id, gone, "policy")
    return False


async def _pushed(services: Services, business_id: str, payment_id: str, ack: ChargeAck) -> None:
    """Note what became of a push: the provider's reference, a refusal, or no answer (P1)."""
    async with services.store.begin(business_id) as work:
        payment = await work.payments.get(payment_id)
        if payment is None or payment.status not in OPEN:
            return  # its callback was faster
        if ack.provider_ref:
            await work.payments.change(payment_id, provider_ref=ack.provider_ref)
        if ack.outcome is Outcome.UNKNOWN:
            await work.payments.change(payment_id, status=PaymentStatus.UNKNOWN)
    log.info("payment.pushed", payment=payment_id, outcome=str(ack.outcome))
    if ack.outcome in (Outcome.REJECTED, Outcome.RETRY):
        refused = ChargeUpdate("", None, PaymentStatus.FAILED, ack.code)
        await apply(services, business_id, payment.thread_id, payment_id, refused, "push")


async def _answer(services: Services, due: Due, entry: Entry) -> None:
    """Let a guest's message be answered; the same message again gets the same answer."""
    async with services.store.read(due.business_id) as work:
        thread = await work.threads.get(entry.payload["thread"])
    received = Received(thread, entry.payload["seq"], fresh=False)
    try:
        await overhear(services, due.business_id, thread.id, received.seq)
    except PmsUnavailable as unread:  # where nothing can be read, nothing can be posted either
        why = f"unread: {unread.reason}"
        if await again(services, due, why, most=LOOKS, after=unread.retry_after):
            return
    try:
        await services.answerer.answer(due.business_id, received)
    except Busy:
        await again(services, due, "another turn is under way")
        return
    await done(services, due, "sent")


Sending = Callable[[Services, Due, Entry], Awaitable[None]]

HOW: Mapping[str, Sending] = {
    "message": _say,
    "answer": _answer,
    "charge": _push,
    "mail": send_mail,
    **RECORDING,
}
