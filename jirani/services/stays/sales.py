"""A sale as the outbox finds it: its offer, its stay, and how each is named to a PMS (U7)."""

from collections.abc import Awaitable, Callable, Mapping

from jirani.connectors.pms import Extension, NewFee, NewTask, Pms, WriteOutcome, Written
from jirani.rules.facts import Listing, Reservation, StayOffer, TaskKind
from jirani.rules.stays.kinds import OFFER_KINDS, Product
from jirani.services import Services
from jirani.services.log import log
from jirani.services.outbox import again, done
from jirani.services.stays.hosts import tell_host
from jirani.services.stays.words import about_stay, what
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from jirani.store.work import Work
from prompts import formats

MOST = 9  # ever later, within an hour and a half
Last = Callable[[Work], Awaitable[None]]
# What the host hears when one of these is given up, or refused for good.
GIVEN_UP: Mapping[str, str] = {
    "fee": "host_sale_failed",
    "extension": "host_sale_failed",
    "task": "host_task_failed",
    "unfee": "host_fee_left",
    "unextension": "host_nights_left",
    "untask": "host_task_left",
}


class SoldOffer:
    """A sale as it stands in the rows, and the words for it."""

    def __init__(
        self, services: Services, offer: StayOffer, reservation: Reservation, listing: Listing
    ) -> None:
        if offer.terms is None:
            raise ValueError(f"offer {offer.id} has no terms")
        self.offer, self.terms = offer, offer.terms
        self.reservation, self.listing = reservation, listing
        self.title = what(services, offer.kind, offer.terms, listing, "en")

    @property
    def fee(self) -> NewFee:
        """What stands on the bill."""
        return NewFee(
            f"fee:{self.offer.id}",
            *(self.reservation.ref, self.offer.kind, self.title),
            *(self.terms.price, self.terms.currency, self.terms.day),
        )

    @property
    def extension(self) -> Extension:
        """The nights, and their price."""
        return Extension(
            f"extension:{self.offer.id}",
            *(self.reservation.ref, self.terms.nights, self.terms.price, self.terms.currency),
        )

    @property
    def task(self) -> NewTask:
        """What somebody has to do, or to mind, there."""
        cleaning = OFFER_KINDS[self.offer.kind].product is Product.CLEANING
        return NewTask(
            f"task:{self.offer.id}",
            self.listing.ref,
            TaskKind.CLEANING if cleaning else TaskKind.OTHER,
            self.title,
            self.terms.day,
            self.reservation.ref,
        )


async def sold(
    services: Services, due: Due, entry: Entry, *, undoing: bool = False
) -> tuple[SoldOffer, Pms] | None:
    """Return what an entry is about; None if nothing is to be done, which is noted then."""
    async with services.store.read(due.business_id) as work:
        offer = await work.stay_offers.get(entry.payload["sale"])
        sale = await work.stay_sales.of_offer(entry.payload["sale"])
        if offer is None or sale is None:
            raise LookupError(f"nothing was sold by offer {entry.payload['sale']}")
        reservation = await work.reservations.get(offer.reservation_id)
        listing = await work.listings.get(offer.listing_id)
    if sale.reversed_at and not undoing and entry.attempts <= 1:
        await done(services, due, "withdrawn", note="taken back")
        return None
        # It may be there already, and only what is known can be undone: settle it first.
    pms = services.pms.of(due.business_id, entry.payload["pms"])
    if pms is None:
        why = "no account"
        await again(services, due, why, most=MOST, last=given_up(services, entry, why))
        return None
    return SoldOffer(services, offer, reservation, listing), pms


async def wrote(services: Services, due: Due, entry: Entry, written: Written) -> None:
    """Enter what became of a write: done, to be asked again, or the host's to do."""
    last = given_up(services, entry, written.reason or "no_answer")
    match written.outcome:
        case WriteOutcome.ACCEPTED:
            await done(services, due, "sent", provider_ref=written.ref)
        case WriteOutcome.REJECTED:
            await refused(services, due, written.reason, last)
        case _:
            after = written.retry_after
            await again(services, due, written.reason, most=MOST, after=after, last=last)


async def refused(services: Services, due: Due, why: str, last: Last) -> None:
    """Note that an entry will not be done, and what follows from that, in one unit."""
    async with services.store.begin(due.business_id) as work:
        await work.outbox.change(due.id, state="dead", lease_until=None, note=why or None)
        await last(work)
    log.warning("outbox.not_sent", entry=due.id, state="dead")


def given_up(services: Services, entry: Entry, why: str) -> Last:
    """Return what follows when an entry of a sale is given up: the host does it by hand (U7)."""

    async def last(work: Work) -> None:
        offer = await work.stay_offers.get(entry.payload["sale"])
        if offer is None:
            return
        name = GIVEN_UP[entry.kind]
        if name == "host_sale_failed" and not await work.stay_sales.change(
            offer.id, status="failed", note=why
        ):
            return  # taken back meanwhile: the undoing follows, and says what may be left
        reservation = await work.reservations.get(offer.reservation_id)
        listing = await work.listings.get(offer.listing_id)
        await tell_of(services, work, name, offer, reservation, listing, reason=why)

    return last


async def tell_of(
    services: Services,
    work: Work,
    name: str,
    offer: StayOffer,
    reservation: Reservation,
    listing: Listing,
    **more: str,
) -> None:
    """Queue the host's mail about a sale, in the open unit."""
    if offer.terms is None:
        return
    business = await work.business.get()
    language = business.locale
    await tell_host(
        services,
        work,
        business.id,
        name,
        key=offer.id,
        thread_id=offer.thread_id,
        language=language,
        what=what(services, offer.kind, offer.terms, listing, language),
        price=formats.money(offer.terms.price, offer.terms.currency),
        **about_stay(reservation, listing, language),
        **more,
    )
