"""When nothing but a name or a phone number keeps a charge from going out (X10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jirani.rules.dossier import Dossier
from jirani.rules.facts import AppointmentStatus, Customer, OfferStatus, ProposalStatus
from jirani.rules.reading import Meaning
from jirani.services.contacts import waits_for_contact
from jirani.services.proposing import propose_cancellation
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)


async def dossier(guest: Guest) -> Dossier:
    async with guest.salon.services.store.read(guest.salon.id) as work:
        return await work.dossiers.of(guest.thread_id, guest.salon.clock.now())


async def booked(salon: Salon) -> Guest:
    guest = await salon.guest(contact=False)
    await guest.books("manicure", "amina", salon.at("14:00"))
    return guest


async def test_an_unpaid_booking_waits_for_the_contact_that_is_missing(salon: Salon) -> None:
    guest, now = await booked(salon), salon.clock.now()
    known = await dossier(guest)
    assert waits_for_contact(known, now)
    for half in (Customer("c", name="Jane"), Customer("c", phone="+254712345678")):
        assert waits_for_contact(replace(known, customer=half), now)
    whole = Customer("c", name="Jane", phone="+254712345678")
    assert not waits_for_contact(replace(known, customer=whole), now)


async def test_where_nothing_is_owed_nothing_waits(salon: Salon) -> None:
    guest = await booked(salon)
    known = await dossier(guest)
    gone = tuple(replace(each, status=AppointmentStatus.CANCELLED) for each in known.appointments)
    assert not waits_for_contact(replace(known, appointments=gone), salon.clock.now())


async def test_an_offer_that_is_open_is_answered_first(salon: Salon) -> None:
    guest = await booked(salon)
    offer = await guest.offer()
    known = await dossier(guest)
    assert not waits_for_contact(known, offer.expires_at - SECOND)
    assert waits_for_contact(known, offer.expires_at)
    declined = (replace(offer, status=OfferStatus.DECLINED),)
    assert waits_for_contact(replace(known, offers=declined), salon.clock.now())


async def test_a_question_that_is_open_is_answered_first(salon: Salon) -> None:
    guest = await salon.guest(contact=False)
    appointment = await guest.books("manicure", "amina", salon.at("14:00"))
    asked = await propose_cancellation(await guest.says(Meaning.CANCEL), appointment)
    assert asked.proposal
    known = await dossier(guest)
    assert not waits_for_contact(known, asked.proposal.expires_at - SECOND)
    assert waits_for_contact(known, asked.proposal.expires_at)
    dropped = tuple(replace(e, status=ProposalStatus.DROPPED) for e in known.proposals)
    assert waits_for_contact(replace(known, proposals=dropped), salon.clock.now())
