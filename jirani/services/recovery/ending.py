"""How an opening ends, and what else was offered of it with it (R4, R5)."""

from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus, OpeningStatus
from jirani.services import Case, Services
from jirani.services.outbox import queue_message
from jirani.services.recovery.looking import Look
from jirani.services.recovery.words import gone_text
from jirani.services.wording import language_of
from jirani.store.rows.candidates import FILLED
from jirani.store.work import Work


async def end(look: Look, work: Work, status: OpeningStatus, reason: Reason) -> bool:
    """End an opening; whoever may still say yes hears that it has gone (R4)."""
    now = look.services.clock.now()
    if not await work.openings.settle(look.opening.id, status, at=now, reason=str(reason)):
        return False
    await withdraw_others(look.services, work, look.opening.id, reason=str(reason))
    return True


async def withdraw_others(
    services: Services, work: Work, opening_id: str, *, reason: str = FILLED, but: str = ""
) -> None:
    """Withdraw what else is offered of an opening, and tell each that it has gone (R4, R5)."""
    business, dials = await services.house(work)
    for offer in await work.recovery_offers.live(opening_id):
        if offer.id == but or not await work.recovery_offers.settle(
            offer.id, OfferStatus.WITHDRAWN, at=services.clock.now(), reason=reason
        ):
            continue
        case = Case(services, business, dials, offer.customer_id, offer.thread_id, 0)
        language = await language_of(case, work)
        await queue_message(
            services,
            work,
            thread_id=offer.thread_id,
            text=await gone_text(case, work, offer, language, reason),
            language=language,
            dedupe_key=f"recovery_gone:{offer.id}",
        )
