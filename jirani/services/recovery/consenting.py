"""Who wants to hear of freed slots, and where: without it nobody is asked (R2, O9)."""

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.recovery.opening import policy_in
from jirani.store.work import Work


async def tell_of_slots(case: Case, wants: bool | None) -> Decision:
    """Keep what somebody has said of it; where no slots are recovered, nobody is promised one."""
    if wants is None:
        return refuse(Reason.NO_ACCEPTANCE, "The guest has not asked for that.")
    if not wants:
        await listen_no_more(case)
        return ALLOWED
    async with case.services.store.read(case.business.id) as work:
        policy = await policy_in(work)
    if not policy.on:
        return refuse(Reason.RECOVERY_OFF, "This business does not write of slots that come free.")
    await listen(case)
    return ALLOWED


async def listen(case: Case) -> None:
    """Keep that whoever speaks here wants to hear of freed slots, at this address."""
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        thread = await work.threads.get(case.thread_id)
        await _given(case.services, work, thread.channel, thread.peer, "chat")
        await note(case, work, "may_tell_of_slots", ALLOWED, stage="contact")


async def listen_no_more(case: Case) -> None:
    """Keep that this address is not to hear of freed slots any more."""
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        thread = await work.threads.get(case.thread_id)
        await work.consents.opt_out(thread.channel, thread.peer)
        await note(case, work, "may_tell_of_slots", ALLOWED, stage="contact")


async def opt_in(
    services: Services, business_id: str, channel: str, peer: str, *, how: str
) -> str | None:
    """Keep a consent given elsewhere, `how` being import or api; None: no such address is known."""
    async with services.store.begin(business_id, (f"peer:{channel}:{peer}",)) as work:
        return await _given(services, work, channel, peer, how)


async def opt_out(services: Services, business_id: str, channel: str, peer: str) -> str | None:
    """Take a consent back; None: no such address is known."""
    async with services.store.begin(business_id, (f"peer:{channel}:{peer}",)) as work:
        return await work.consents.opt_out(channel, peer)


async def _given(services: Services, work: Work, channel: str, peer: str, how: str) -> str | None:
    return await work.consents.opt_in(channel, peer, how, services.clock.now())
