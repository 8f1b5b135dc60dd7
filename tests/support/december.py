"""A week in December at the lodge: one extra sold, one declined, one that waited and was lost."""

from datetime import date

from jirani.rules.facts import OfferStatus
from jirani.services import Services
from jirani.services.stays.recording import queue_record
from tests.support.lodge import AFTER, CLEANING, EARLY, ID, LATE, Lodge, local, open_lodge


async def december(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(12, 5, 12))
    await lodge.sells(EARLY, CLEANING, LATE, AFTER)
    await lodge.books(date(2026, 12, 10), date(2026, 12, 17))
    await lodge.at(local(12, 7, 9))
    await lodge.at(local(12, 7, 11))
    await says_yes(lodge)
    await lodge.at(local(12, 13, 10))
    await lodge.at(local(12, 14, 9))
    await lodge.at(local(12, 14, 16))
    await lodge.books(date(2026, 12, 17), date(2026, 12, 20), "R2", guest_name="Tom")
    await lodge.at(local(12, 15, 10))
    return lodge


async def says_yes(lodge: Lodge) -> None:
    """Enter a yes to the early check-in and its sale, as whoever reads the guest will."""
    offer, now = await lodge.offer(EARLY), lodge.clock.now()
    async with lodge.services.store.begin(ID) as work:
        said = await work.messages.add(offer.thread_id, "guest", "Yes please!", now)
        assert await work.stay_offers.settle(offer.id, OfferStatus.ACCEPTED, at=now, seq=said)
        sold = await work.stay_offers.get(offer.id)
        assert sold
        how = {"status": "applied_internally", "method": "pending"}
        await work.stay_sales.sell(lodge.services.ids.new(), sold, now, **how)
        await queue_record(lodge.services, work, sold)
    await lodge.delivered()
