"""A PMS's places are known before anybody stays there, so that a host can say how each is sold."""

from jirani.connectors.pms import Pms
from jirani.services import Services
from jirani.services.stays.copying import LONGEST_REF, listed
from jirani.services.watch import outside


async def enter_places(services: Services, business_id: str, pms: Pms) -> int:
    """Enter every place of an account as its PMS describes it; return how many there are.

    What the PMS does not know stays as a host told it. Raises PmsUnavailable.
    """
    entered, after = 0, None
    while True:
        with outside(pms.name, "listings"):
            page = await pms.listings(after=after)
        async with services.store.begin(
            business_id, [f"place:{pms.name}:{each.ref}" for each in page.items]
        ) as work:
            for told in page.items:
                if len(told.ref) > LONGEST_REF:
                    continue
                known = await work.listings.by_ref(pms.name, told.ref)
                place = listed(pms.name, told, known.id if known else services.ids.new(), known)
                if place != known:
                    await work.listings.put(place)
                entered += 1
        after = page.after
        if after is None:
            return entered
