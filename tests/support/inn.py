"""A business with a listing and stays at it, straight into the rows."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from jirani.rules.facts import (
    Business,
    Customer,
    Listing,
    OfferKind,
    OfferStatus,
    PaymentPolicy,
    Reservation,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
    Thread,
)
from jirani.store.work import Store
from tests.support.house import MONDAY

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ARRIVAL = MONDAY.date() + 7 * DAY
LISTING = Listing(
    "loft", "hostaway", "77", "The Loft", "America/New_York", "USD", time(16), time(11)
)
TERMS = Terms(ARRIVAL, 2500, "USD", time(14), time(16), (ARRIVAL - DAY,))


@dataclass(frozen=True, slots=True)
class Inn:
    """One business of stays; a guest, a conversation and a stay share their number."""

    store: Store
    id: str = "inn"

    def stay(self, n: int = 1, arrival: date = ARRIVAL, **but: Any) -> Reservation:
        stay = Reservation(
            *(f"stay-{n}", "hostaway", f"ref-{n}", LISTING.id, f"guest-{n}", f"thread-{n}"),
            *(StayStatus.CONFIRMED, StayPayment.PAID, "airbnb", arrival, arrival + 3 * DAY),
        )
        return replace(stay, **but)

    def offer(
        self,
        kind: OfferKind = OfferKind.EARLY_CHECK_IN,
        due_at: datetime | None = MONDAY,
        *,
        n: int = 1,
        id: str = "",
        **but: Any,
    ) -> StayOffer:
        about = (f"stay-{n}", LISTING.id, f"guest-{n}", f"thread-{n}")
        id = id or f"{kind}-{n}"
        return replace(StayOffer(id, kind, *about, OfferStatus.SCHEDULED, due_at), **but)

    async def plans(self, *offers: StayOffer) -> None:
        async with self.store.begin(self.id) as work:
            for offer in offers:
                await work.stay_offers.add(offer)

    async def sends(self, offer: StayOffer, at: datetime = MONDAY) -> None:
        async with self.store.begin(self.id) as work:
            assert await work.stay_offers.leaving(
                offer.id, at=at, terms=TERMS, offered_seq=0, expires_at=at + 48 * HOUR
            )
            assert await work.stay_offers.arrived(offer.id, at=at)

    async def finds(self, offer_id: str) -> StayOffer:
        async with self.store.read(self.id) as work:
            found = await work.stay_offers.get(offer_id)
        assert found
        return found


async def open_inn(store: Store, id: str = "inn", guests: int = 2) -> Inn:
    inn = Inn(store, id)
    async with store.begin(id) as work:
        about = ("stays", "America/New_York", "USD", "en", PaymentPolicy.PAY_OR_VENUE)
        await work.business.add(Business(id, id, id, *about), MONDAY)
        await work.listings.put(LISTING)
        for n in range(1, guests + 1):
            await work.customers.add(Customer(f"guest-{n}"), "pms", f"peer-{n}", MONDAY)
            thread = Thread(f"thread-{n}", f"guest-{n}", "pms", f"peer-{n}", MONDAY, MONDAY)
            await work.threads.add(thread)
            await work.reservations.put(inn.stay(n))
    return inn
