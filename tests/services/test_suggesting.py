"""One service named while the slot is still being chosen, where the dial says so (X14)."""

from dataclasses import replace
from unittest.mock import Mock

import pytest

from jirani.services import Case
from jirani.services.cross_selling import suggest
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio


def choosing(guest: Guest) -> Case:
    """A guest of a business that names a service while the slot is chosen."""
    dials = replace(guest.salon.dials, upsell="suggest-during-slot-collection")
    return replace(guest.case, dials=dials)


async def test_what_goes_with_the_choice_is_named_once_a_thread(salon: Salon) -> None:
    guest = await salon.guest()
    named = await suggest(choosing(guest), salon.catalogue, "manicure")
    assert named == salon.catalogue.service("pedicure")
    assert await suggest(choosing(guest), salon.catalogue, "manicure") is None


async def test_where_nothing_goes_with_the_choice_nothing_is_named_and_nothing_spent(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    assert await suggest(choosing(guest), salon.catalogue, "massage") is None
    assert await suggest(choosing(guest), salon.catalogue, "manicure")


async def test_to_a_customer_who_stopped_offers_nothing_is_named(salon: Salon) -> None:
    guest = await salon.guest()
    async with salon.services.store.begin(salon.id) as work:
        await work.customers.change(guest.customer_id, offers_stopped_at=salon.clock.now())
    assert await suggest(choosing(guest), salon.catalogue, "manicure") is None


async def test_where_the_dial_names_nothing_before_a_booking_nothing_is_looked_up(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    no_store = replace(guest.case, services=replace(salon.services, store=Mock(spec=[])))
    assert await suggest(no_store, salon.catalogue, "manicure") is None
