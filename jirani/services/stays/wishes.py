"""A guest's wishes, as planning and sending read them."""

from datetime import UTC, datetime
from typing import Final

from jirani.rules.facts import Preference
from jirani.store.work import Work

# Whoever wants fewer offers has had the one of a stay however long ago it was sent.
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


async def names_of(work: Work, customer_id: str) -> frozenset[Preference]:
    """Return the names of a guest's wishes."""
    return frozenset(each.name for each in await work.preferences.of_guest(customer_id))
