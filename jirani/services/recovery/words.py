"""The texts that leave by themselves: an offer, that it has gone, that payment did not come."""

from jirani.rules.decision import Reason
from jirani.rules.facts import Appointment, Catalogue, RecoveryOffer
from jirani.services import Case
from jirani.services.wording import moment
from jirani.store.rows.candidates import FILLED
from jirani.store.work import Work
from prompts import formats


def offer_text(
    case: Case,
    catalogue: Catalogue,
    offer: RecoveryOffer,
    language: str,
    later: Appointment | None = None,
    *,
    shared: bool = False,
) -> str:
    """Return the offer of a freed slot: service, time, staff, length, price, and until when.

    Or, to somebody who has the same `later`, to move that up. `shared`: others may be asked at the
    same time, so that it is promised to nobody (R4).
    """
    until = offer.expires_at.astimezone(case.zone)
    if later is not None:
        return case.services.prompts.render(
            "recovery_move_up",
            language,
            tone=case.dials.tone,
            service=catalogue.service(offer.service_id).name,
            staff=catalogue.member(offer.staff_id).name,
            when=moment(case, offer.starts_at, language),
            old=moment(case, later.starts_at, language),
            until=formats.clock(until),
        )
    length = offer.ends_at - offer.starts_at
    return case.services.prompts.render(
        "recovery_offer_shared" if shared else "recovery_offer",
        language,
        tone=case.dials.tone,
        service=catalogue.service(offer.service_id).name,
        staff=catalogue.member(offer.staff_id).name,
        when=moment(case, offer.starts_at, language),
        minutes=formats.minutes(int(length.total_seconds()) // 60, language),
        price=formats.money(offer.price, offer.currency),
        until=formats.clock(until),
    )


async def gone_text(
    case: Case, work: Work, offer: RecoveryOffer, language: str, reason: str
) -> str:
    """Return that a freed slot has gone: to somebody else, or that it is not to be had at all."""
    name = "recovery_taken" if reason in (FILLED, Reason.SLOT_TAKEN) else "recovery_gone"
    return await _about(case, work, name, offer, language)


async def unpaid_text(case: Case, work: Work, booking: Appointment, language: str) -> str:
    """Return that a freed slot, taken and not paid for, was let go (R6)."""
    return await _about(case, work, "recovery_unpaid", booking, language)


async def _about(
    case: Case, work: Work, name: str, what: RecoveryOffer | Appointment, language: str
) -> str:
    catalogue = await work.catalogue.part([what.service_id])
    known = {each.id: each.name for each in catalogue.services}
    return case.services.prompts.render(
        name,
        language,
        tone=case.dials.tone,
        service=known.get(what.service_id, ""),
        when=moment(case, what.starts_at, language),
    )
