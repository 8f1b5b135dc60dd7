"""A guest says what they wish of offers: kept as said, and followed at once (U4, O2, O10)."""

from dataclasses import dataclass
from typing import Any

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import OfferStatus, Preference
from jirani.rules.stays.preferring import NEVER, TAKEN_BACK, kinds_of
from jirani.services import Case
from jirani.services.ledger import note
from jirani.services.stays.preferences import GUEST, Wished, enter, follow
from jirani.store.rows.stay_endings import ASKED
from jirani.store.work import Work

GUARD, WHO = "may_note_preferences", "the guest"


@dataclass(frozen=True, slots=True)
class Noted:
    """A guard's answer, and what the guest's message wishes."""

    decision: Decision
    wished: Wished


async def note_preferences(case: Case) -> Noted:
    """Keep what the guest's own stored message wishes of offers; the model supplies nothing (O2).

    "Never offer me that" is also a no to what of it is on offer just now (O10).
    """
    services = case.services
    declined: tuple[str, ...] = ()
    fresh = Wished()
    async with services.store.begin(case.business.id, (case.customer_id,)) as work:
        message = await work.messages.get(case.thread_id, case.seq)
        wished = wished_in(message.wish)
        if wished == Wished():
            decision = refuse(Reason.NO_ACCEPTANCE, "The guest has said nothing of the kind.")
        else:
            decision, about = ALLOWED, {"source": GUEST, "said": message.text, "by": WHO}
            fresh = await enter(services, work, wished, case.customer_id, **about)
            declined = await _declined(case, work, wished)
        await note(
            *(case, work, GUARD, decision),
            stage="contact",
            noted=[str(each) for each in wished.noted],
            dropped=[str(each) for each in wished.dropped],
        )
    await follow(services, case.business.id, case.customer_id, fresh, GUEST)
    for offer_id in declined:
        await services.execution.cancel(offer_id)
    return Noted(decision, wished)


def wished_in(stored: dict[str, Any] | None) -> Wished:
    """Return the wishes of a message as it was understood before any tool ran."""
    names = [str(each) for each in (stored or {}).get("prefers", ())]
    known = set(Preference)
    return Wished(
        tuple(Preference(each) for each in names if each in known),
        tuple(
            Preference(each.removeprefix(TAKEN_BACK))
            for each in names
            if each.startswith(TAKEN_BACK) and each.removeprefix(TAKEN_BACK) in known
        ),
    )


async def _declined(case: Case, work: Work, wished: Wished) -> tuple[str, ...]:
    """Decline what the guest has open of what they never want, by whatever stay of this talk."""
    never = {kind for name in wished.noted if name.startswith(NEVER) for kind in kinds_of(name)}
    open_ = [
        each.id
        for each in await work.stay_offers.of_thread(case.thread_id)
        if each.kind in never and each.status in ASKED
    ]
    return await work.stay_offers.complete(
        open_, OfferStatus.DECLINED, at=case.services.clock.now(), reason="declined", seq=case.seq
    )
