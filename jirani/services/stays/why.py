"""Which offer, or which stay, somebody asks about, and the stories to be told of it."""

from jirani.rules.facts import STAY_KINDS, OfferKind, Reservation
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.services.stays.story import Story, story_of_none, story_of_offer
from jirani.store.work import Work

MANY = 12


async def why(
    services: Services, business_id: str, wanted: str, kind: str | None = None
) -> tuple[Story, ...]:
    """Tell of an offer by its id, or of a stay's offers by its reference; oldest first.

    Raises Refused, naming what there is.
    """
    if kind is not None and kind not in set(STAY_KINDS):
        raise Refused([f"There is no kind {kind!r}; there are {', '.join(OFFER_KINDS)}."])
    async with services.store.read(business_id) as work:
        offer = await work.stay_offers.get(wanted)
        if offer is not None:
            return (await story_of_offer(work, offer),)
        if (other := await work.offers.get(wanted)) is not None:
            at = f"`jirani threads show {other.thread_id}`"
            raise Refused([f"{wanted} is no offer around a stay, but a {other.kind}: see {at}."])
        reservation = await _stay(work, wanted)
        kinds = [OfferKind(kind)] if kind else list(OFFER_KINDS)
        offers = await work.stay_offers.of_reservation(reservation.id)
        stories = [await story_of_offer(work, each) for each in offers if each.kind in kinds]
        told = {each.kind for each in offers}
        stories += [
            await story_of_none(work, reservation, each) for each in kinds if each not in told
        ]
    return tuple(stories)


async def _stay(work: Work, wanted: str) -> Reservation:
    """Find a stay by its PMS's reference, its channel's code, or our id. Raises Refused."""
    found, some = await work.reservations.named(wanted, MANY)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(f"{each.id} ({each.pms})" for each in found)
        raise Refused([f"Several stays are called {wanted!r}; say which by its id: {ids}."])
    known = ", ".join(f"{each.ref} ({each.guest_name or 'guest'})" for each in some)
    raise Refused(
        [
            f"There is no offer and no stay {wanted!r} here. "
            + (f"The newest stays are: {known}." if known else "No stay is known here yet.")
        ]
    )
