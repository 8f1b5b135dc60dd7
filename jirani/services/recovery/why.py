"""Why is she third? The candidates of an opening in order, and for the skipped the reason (R3)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import Business, Opening, OpeningStatus, RecoveryOffer
from jirani.rules.recovery.eligible import eligible
from jirani.rules.recovery.life import may_send
from jirani.rules.recovery.score import Tier
from jirani.services import Services
from jirani.services.recovery.looking import Look, Person, look_of, person_of
from jirani.store.rows.candidates import Standing
from jirani.store.work import Work

PAGE = 50


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate: their number in the order, their score, and what stands in the way now.

    `offer` is what they were offered of this slot; `decision` then is of no concern any more.
    """

    number: int
    customer_id: str
    name: str | None
    tier: Tier
    points: int
    decision: Decision
    offer: RecoveryOffer | None = None


@dataclass(frozen=True, slots=True)
class OpeningStory:
    """An opening, what was offered of it, and its candidates in order; `more`: not all of them."""

    business: Business
    opening: Opening
    service: str
    staff: str
    offers: tuple[RecoveryOffer, ...]
    candidates: tuple[Ranked, ...]
    more: bool


async def why_opening(
    services: Services, business_id: str, wanted: str, most: int = 50
) -> OpeningStory | None:
    """Tell of an opening by its id, an offer's or that of the appointment that left it; or None."""
    async with services.store.read(business_id) as work:
        opening = await _opening(work, wanted)
        if opening is None:
            return None
        look = await look_of(services, work, opening)
        offers = [each for id in look.chain for each in await work.recovery_offers.of_opening(id)]
        ranked = [each async for each in _ranked(look, work, offers, most + 1)]
        catalogue = await work.catalogue.part([opening.service_id])
        names = {each.id: each.name for each in catalogue.services}
        names |= {each.id: each.name for each in catalogue.staff}
        return OpeningStory(
            look.business,
            opening,
            names.get(opening.service_id, opening.service_id),
            names.get(opening.staff_id, opening.staff_id),
            tuple(offers),
            tuple(ranked[:most]),
            more=len(ranked) > most,
        )


async def _opening(work: Work, wanted: str) -> Opening | None:
    if found := await work.openings.get(wanted):
        return found
    if offer := await work.recovery_offers.get(wanted):
        return await work.openings.get(offer.opening_id)
    return await work.openings.of_appointment(wanted)


async def _ranked(
    look: Look, work: Work, offers: list[RecoveryOffer], most: int
) -> AsyncIterator[Ranked]:
    """Walk down everybody who has asked to be told, eligible or not."""
    asked = {each.customer_id: each for each in offers}
    number, after = 0, None
    while page := await work.candidates.in_order(after, PAGE):
        after = page[-1]
        for standing in page:
            person = await person_of(look, work, standing)
            number += 1
            if number > most:
                return
            yield _placed(look, number, standing, person, asked.get(standing.customer_id))


def _placed(
    look: Look, number: int, standing: Standing, person: Person, offer: RecoveryOffer | None
) -> Ranked:
    now = look.services.clock.now()
    decision = eligible(person.who, look.policy, look.services.contact, now)
    if decision.allowed and look.opening.status is OpeningStatus.OPEN:
        decision = may_send(look.opening.starts_at, now, person.windows, look.policy).decision
    return Ranked(
        number,
        standing.customer_id,
        person.customer.name,
        standing.tier,
        standing.points,
        decision,
        offer,
    )


def reason_of(ranked: Ranked) -> Reason | None:
    """Return what holds a candidate; None for one who was asked, or may be."""
    if ranked.offer is not None or ranked.decision.allowed:
        return None
    return ranked.decision.reason
