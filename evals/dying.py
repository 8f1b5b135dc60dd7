"""A program that ends at the worst moment: it has decided on an offer, and has not written it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from jirani.store.work import Store, Work


class Died(BaseException):
    """The program ends here; what was not committed is undone."""


class Dying(Store):
    """A store under which the program ends just before it commits the offer of a freed slot."""

    @asynccontextmanager
    async def begin(self, business_id: str, locks: Iterable[str] = ()) -> AsyncIterator[Work]:
        """Open a writing transaction, as ever; one that offers a freed slot is never committed."""
        async with super().begin(business_id, locks) as work:
            before = await _offered(work)
            yield work
            if await _offered(work) > before:
                raise Died


async def _offered(work: Work) -> int:
    openings = await work.openings.page()
    return sum([len(await work.recovery_offers.of_opening(each.id)) for each in openings])
