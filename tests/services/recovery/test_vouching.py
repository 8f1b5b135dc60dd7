"""A consent that was given elsewhere is entered with what shows it, and taken back (R2, O9)."""

import pytest

from jirani.services.onboarding.report import Refused
from jirani.services.recovery.vouching import addresses_of, take_back, vouch
from tests.support.looking import rows
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio


async def test_a_consent_is_entered_once_with_what_shows_it_and_taken_back(
    house: Recovering,
) -> None:
    services, business = house.salon.services, house.salon.id
    guest = await house.salon.guest()
    where = (services, business, guest.customer_id, "memory", None)
    await vouch(*where, said="the form of 3 March\0", by="owner")
    _, [address] = await addresses_of(services, business, guest.customer_id)
    assert (address.peer, address.how, address.said) == (guest.peer, "api", "the form of 3 March")
    assert address.since == house.salon.clock.now()
    house.waiting[guest.customer_id] = guest
    asked, _ = await house.asked(await house.opened())
    assert asked is guest
    await vouch(*where, said="another form", by="owner")
    assert (await addresses_of(services, business, guest.customer_id))[1] == (address,)
    for _ in range(2):
        await take_back(services, business, guest.customer_id, by="owner")
    _, [address] = await addresses_of(services, business, guest.customer_id)
    assert (address.since, address.how, address.said) == (None, None, None)
    opening = await house.opened("16:00")
    await house.runs()
    assert (await house.now(opening)).reason == "nobody_left"
    kept = "SELECT facts FROM decisions WHERE guard = 'may_tell_of_slots' ORDER BY id"
    told = [str(facts) for (facts,) in await rows(services.store, kept)]
    assert [("the form of 3 March" in each, "owner" in each) for each in told] == [
        *((True, True), (False, True))
    ]


async def test_whoever_has_stopped_offers_or_is_not_known_cannot_be_vouched_for(
    house: Recovering,
) -> None:
    services, business = house.salon.services, house.salon.id
    guest = await house.salon.guest()
    about = {"said": "a form", "by": "owner"}
    with pytest.raises(Refused, match="Say what shows"):
        await vouch(services, business, guest.customer_id, "memory", None, said=" \0", by="owner")
    with pytest.raises(LookupError):
        await vouch(services, business, "nobody", "memory", None, **about)
    with pytest.raises(LookupError, match="sms"):  # where they were never heard
        await vouch(services, business, guest.customer_id, "sms", None, **about)
    async with services.store.begin(business) as work:
        now = house.salon.clock.now()
        await work.customers.change(guest.customer_id, offers_stopped_at=now)
    with pytest.raises(Refused, match="only they can start"):
        await vouch(services, business, guest.customer_id, "memory", None, **about)
    with pytest.raises(LookupError):
        await take_back(services, business, "nobody", by="owner")
