"""One neighbouring slot a thread: found, held as a pair, and answered yes, no, or not (X1-X11)."""

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn
from unittest.mock import Mock

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.facts import (
    AppointmentStatus,
    Offer,
    OfferStatus,
    PaymentPolicy,
    PaymentStatus,
)
from jirani.rules.reading import Meaning
from jirani.services import Services
from jirani.services.answering import Answered, accept, decline, expire_offer
from jirani.services.charging import start, unpaid_of
from jirani.services.confirming import confirm
from jirani.services.cross_selling import find_options
from jirani.services.onboarding import set_dial
from jirani.services.proposing import propose_cancellation
from jirani.services.settling import callback
from jirani.services.threads import case_of_thread
from jirani.store.holds import HoldResult
from jirani.store.refusals import Twice
from scheduler.jobs import run_due
from tests.support.looking import double_bookings, one, orphan_holds, rows
from tests.support.salon import Guest, Salon, open_salon

pytestmark = pytest.mark.anyio

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


async def offered(guest: Guest, wall: str = "14:00") -> Offer:
    """Book a manicure and be offered the pedicure behind it."""
    await guest.books("manicure", "amina", guest.salon.at(wall))
    return await guest.offer()


async def says_yes(guest: Guest, offer_id: str) -> Answered:
    return await accept(await guest.says(Meaning.ACCEPT), guest.salon.catalogue, offer_id)


async def offer_now(salon: Salon, offer_id: str) -> Offer:
    async with salon.services.store.read(salon.id) as work:
        found = await work.offers.get(offer_id)
    assert found
    return found


async def waits(salon: Salon, by: timedelta) -> None:
    """Let time pass, and do what falls due."""
    salon.clock.advance(by)
    await run_due(salon.services)


# --- who may be offered something


def refuses_all() -> Mock:
    def touched(*_: object, **__: object) -> NoReturn:
        raise AssertionError("no I/O is allowed here")

    store = Mock()
    store.read = store.begin = store.queues = touched
    return store


@pytest.mark.parametrize("dial", ["cross_sell", "upsell"])
async def test_with_a_dial_at_never_neither_database_nor_redis_is_touched(
    salon: Salon, dial: str
) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    nothing = refuses_all()
    case = replace(
        guest.case,
        services=replace(salon.services, store=nothing, holds=nothing),
        dials=replace(salon.dials, **{dial: "never"}),
    )
    found = await find_options(case, declined=False, offered_before=False)
    assert found.decision.reason is Reason.DIAL_NEVER
    assert found.options == ()


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ({"declined": True, "offered_before": False}, Reason.CROSS_SELL_DECLINED),
        ({"declined": False, "offered_before": True}, Reason.ALREADY_OFFERED),
    ],
)
async def test_after_the_thread_s_one_offer_nothing_is_touched_either(
    salon: Salon, flags: dict[str, bool], reason: Reason
) -> None:
    guest = await salon.guest()
    nothing = refuses_all()
    case = replace(guest.case, services=replace(salon.services, store=nothing, holds=nothing))
    assert (await find_options(case, **flags)).decision.reason is reason


async def test_a_dial_turned_off_after_the_search_is_read_again_before_sending(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    await set_dial(salon.services, salon.id, "cross_sell", "never", by="owner")
    case = await case_of_thread(salon.services, salon.id, guest.thread_id)
    found = await find_options(case, declined=False, offered_before=False)
    assert found.decision.reason is Reason.DIAL_NEVER


async def test_the_best_neighbour_begins_the_minute_the_booking_ends(salon: Salon) -> None:
    guest = await salon.guest()
    with capture_logs() as logs:
        offer = await offered(guest)
    assert (offer.service_id, offer.starts_at) == ("pedicure", salon.at("14:45"))
    assert (offer.price, offer.status) == (150_000, OfferStatus.OFFERED)
    assert offer.expires_at == salon.clock.now() + 30 * SECOND
    events = [line["event"] for line in logs if line["event"] != "guard.decided"]
    assert events == ["cross_sell.candidate_selected", "pair_reservation_acquired"]
    assert all(line["business"] == "salon" and line["thread"] == guest.thread_id for line in logs)


@pytest.mark.parametrize(("gap", "found"), [(15, True), (16, False)])
async def test_a_gap_of_15_minutes_is_near_enough_and_one_of_16_is_not(
    salon: Salon, gap: int, found: bool
) -> None:
    guest, *others = await salon.guests(3)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    blocked = [
        replace(
            other.appointment("manicure", staff, booked.ends_at),
            ends_at=booked.ends_at + gap * MINUTE,
            busy_until=booked.ends_at + gap * MINUTE,
        )
        for other, staff in zip(others, ("amina", "beth"), strict=True)
    ]
    async with salon.services.store.begin(salon.id) as work:
        for each in blocked:
            await work.appointments.add(each)
    looked = await find_options(guest.case, declined=False, offered_before=False)
    assert looked.decision.allowed is found
    if found:
        assert looked.options[0].gap_minutes == 15
        assert not looked.options[0].score
    else:
        assert looked.decision.reason is Reason.NO_ADJACENT_SLOT


async def test_before_the_booking_is_confirmed_and_after_its_end_nothing_is_offered(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    await guest.asks_for("manicure", "amina", salon.at("14:00"))
    assert (await guest.is_offered()).decision.reason is Reason.PRIMARY_NOT_CONFIRMED
    other = await salon.guest()
    booked = await other.books("manicure", "beth", salon.at("14:00"))
    asked = await propose_cancellation(await other.says(Meaning.CANCEL), booked)
    assert asked.proposal
    await confirm(await other.says(Meaning.ACCEPT), salon.catalogue, asked.proposal.id)
    assert (await other.is_offered()).decision.reason is Reason.PRIMARY_NOT_CONFIRMED


async def test_an_edge_is_walked_from_its_first_end_only(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    await guest.books("massage", "cora", salon.at("14:00"))
    assert (await guest.is_offered()).decision.reason is Reason.NO_RELATION
    await other.books("haircut", "beth", salon.at("16:00"))
    assert (await other.offer()).service_id == "massage"


# --- once a thread, three times a week


@pytest.mark.parametrize("end", ["yes", "no", "silence"])
async def test_whatever_became_of_it_there_is_no_second_offer_in_the_thread(
    salon: Salon, end: str
) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    if end == "yes":
        await says_yes(guest, offer.id)
    elif end == "no":
        await _declined(guest, offer.id)
    else:
        await waits(salon, 30 * SECOND)
    await guest.books("manicure", "amina", salon.at("14:00", days=2))
    for _ in range(2):  # a retry gets no other answer
        refused = (await guest.is_offered()).decision.reason
        assert refused is (Reason.CROSS_SELL_DECLINED if end == "no" else Reason.ALREADY_OFFERED)


async def _declined(guest: Guest, offer_id: str) -> Answered:
    return await decline(await guest.says(Meaning.DECLINE), offer_id)


async def test_two_replicas_offering_at_once_send_one(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    both = await asyncio.gather(guest.is_offered(), guest.is_offered())
    assert sorted(each.decision.allowed for each in both) == [False, True]
    assert await one(salon.services.store, "SELECT count(*) FROM offers") == 1
    assert await one(salon.services.store, "SELECT count(*) FROM contacts") == 1


async def test_a_customer_gets_three_offers_in_seven_days_and_a_fourth_thereafter(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    first = salon.clock.now()
    for day in range(1, 4):
        guest = await guest.in_new_thread()
        await guest.books("manicure", "amina", salon.at("14:00", days=day))
        await guest.offer()
        await waits(salon, 10 * MINUTE)
    guest = await guest.in_new_thread()
    await guest.books("manicure", "amina", salon.at("14:00", days=20))
    assert (await guest.is_offered()).decision.reason is Reason.WEEKLY_CAP
    salon.clock.at = first + timedelta(days=7) - SECOND
    assert (await guest.is_offered()).decision.reason is not Reason.CLEAR
    salon.clock.at = first + timedelta(days=7)
    guest = await guest.in_new_thread()
    await guest.books("manicure", "amina", salon.at("16:00", days=20))
    assert (await guest.is_offered()).decision.allowed


async def test_a_customer_who_stopped_offers_gets_none(salon: Salon) -> None:
    guest = await salon.guest()
    async with salon.services.store.begin(salon.id) as work:
        await work.customers.change(guest.customer_id, offers_stopped_at=salon.clock.now())
    await guest.books("manicure", "amina", salon.at("14:00"))
    assert (await guest.is_offered()).decision.reason is Reason.OPTED_OUT
    assert await orphan_holds(salon) == []


# --- the pair hold


async def test_a_slot_another_guest_is_booking_is_not_offered(salon: Salon) -> None:
    guest, amina, beth = await salon.guests(3)
    await guest.books("manicure", "amina", salon.at("14:00"))
    ttl = salon.services.timing.booking_hold
    for other, staff in ((amina, "amina"), (beth, "beth")):
        slot = other.appointment("pedicure", staff, salon.at("14:45")).slot
        await salon.services.holds.hold(salon.id, slot, other.thread_id, ttl)
    offer = await guest.is_offered()
    assert offer.decision.reason is Reason.SLOT_HELD
    assert "secondary_taken" in offer.decision.detail
    assert await one(salon.services.store, "SELECT count(*) FROM offers") == 0


async def test_a_candidate_lost_before_it_was_sent_does_not_count(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    await guest.books("manicure", "amina", salon.at("14:00"))
    slot = other.appointment("pedicure", "amina", salon.at("14:45")).slot
    ttl = salon.services.timing.booking_hold
    await salon.services.holds.hold(salon.id, slot, other.thread_id, ttl)
    assert (await guest.is_offered()).decision.reason is Reason.SLOT_HELD
    await salon.services.holds.release(salon.id, [slot], other.thread_id)
    assert (await guest.is_offered()).decision.allowed


async def test_while_an_offer_is_open_nobody_else_gets_its_slot(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    offer = await offered(guest)
    asked = await other.asks_for("pedicure", offer.staff_id, offer.starts_at)
    assert asked.decision.reason is Reason.SLOT_TAKEN


# --- yes


async def test_a_yes_books_both_and_sells_once(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    first = await says_yes(guest, offer.id)
    again = await accept(guest.case, salon.catalogue, offer.id)
    assert first.decision.allowed
    assert again.decision.reason is Reason.ALREADY_DONE
    assert again.appointment == first.appointment
    assert first.appointment
    assert (first.appointment.status, first.appointment.source) == ("confirmed", "cross_sell")
    assert await one(salon.services.store, "SELECT count(*) FROM sales") == 1
    async with salon.services.store.read(salon.id) as work:
        assert [each.price for each in await unpaid_of(guest.case, work)] == [120_000, 150_000]
    assert await orphan_holds(salon) == []


async def test_one_yes_taken_by_three_replicas_at_once_sells_once(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    case = await guest.says(Meaning.ACCEPT)
    every = await asyncio.gather(*(accept(case, salon.catalogue, offer.id) for _ in range(3)))
    assert sorted(each.decision.reason for each in every) == ["already_done"] * 2 + ["clear"]
    assert await one(salon.services.store, "SELECT count(*) FROM sales") == 1


async def test_the_yes_that_booked_does_not_buy_as_well(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    answered = await accept(guest.case, salon.catalogue, offer.id)
    assert answered.decision.reason in (Reason.NOT_LATER_MESSAGE, Reason.NO_ACCEPTANCE)
    assert (await says_yes(guest, offer.id)).decision.allowed


async def test_another_thread_s_and_another_business_s_offers_are_not_accepted(
    services: Services, salon: Salon
) -> None:
    other = await open_salon(services, slug="other")
    guest, stranger, foreigner = await salon.guest(), await salon.guest(), await other.guest()
    offer = await offered(guest)
    assert (await says_yes(stranger, offer.id)).decision.reason is Reason.OTHER_THREAD
    assert (await says_yes(foreigner, offer.id)).decision.reason is Reason.UNKNOWN_HANDLE
    assert not (await _declined(stranger, offer.id)).decision.allowed
    assert (await says_yes(guest, offer.id)).decision.allowed


async def test_a_slot_that_a_lapsed_hold_still_blocks_is_sold_all_the_same(salon: Salon) -> None:
    guest, slow = await salon.guests(2)
    held = slow.appointment(
        "pedicure",
        "amina",
        salon.at("14:45"),
        status=AppointmentStatus.HELD,
        hold_until=salon.clock.now(),
    )
    async with salon.services.store.begin(salon.id) as work:
        await work.appointments.add(held)
    offer = await offered(guest)
    assert (await says_yes(guest, offer.id)).decision.allowed
    assert await double_bookings(salon.services.store) == 0


async def test_an_open_offer_is_its_guest_s_whoever_stands_in_a_redis_that_lost_the_hold(
    salon: Salon, redis_client: Redis
) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    await redis_client.flushall()
    holds = salon.services.holds
    assert await holds.hold(salon.id, offer.slot, "other", MINUTE) is HoldResult.ACQUIRED
    assert (await says_yes(guest, offer.id)).decision.allowed


async def test_what_is_no_yes_to_a_lapsed_offer_leaves_nothing_held(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    await waits(salon, 35 * SECOND)
    answered = await accept(await guest.says(), salon.catalogue, offer.id)
    assert answered.decision.reason is Reason.NO_ACCEPTANCE
    assert await orphan_holds(salon) == []


async def test_an_offer_is_revived_once_whoever_asks(salon: Salon) -> None:
    offer = await offered(await salon.guest())
    services = salon.services
    for id in ("first", "second"):
        with nullcontext() if id == "first" else pytest.raises(Twice):
            async with services.store.begin(salon.id) as work:
                late = replace(offer, id=id, replaces=offer.id, status=OfferStatus.ACCEPTED)
                await work.offers.add(late, salon.clock.now())


# --- no


@pytest.mark.parametrize("meaning", [Meaning.DECLINE, Meaning.LATER, Meaning.CHANGE])
async def test_a_no_frees_the_slot_sets_the_flag_and_leaves_a_single_charge(
    salon: Salon, meaning: Meaning
) -> None:
    guest, other = await salon.guests(2)
    offer = await offered(guest)
    with capture_logs() as logs:
        answered = await decline(await guest.says(meaning), offer.id)
        again = await decline(guest.case, offer.id)
    assert answered.decision.allowed
    assert again.decision.reason is Reason.ALREADY_DONE
    events = [line["event"] for line in logs if line["event"] != "guard.decided"]
    assert events == ["cross_sell_declined", "pair_reservation_released"]
    assert (await offer_now(salon, offer.id)).status is OfferStatus.DECLINED
    async with salon.services.store.read(salon.id) as work:
        assert (await work.threads.get(guest.thread_id)).cross_sell_declined
    assert await orphan_holds(salon) == []
    assert (await other.asks_for("pedicure", "amina", offer.starts_at)).proposal
    charged = await start(guest.case)
    assert charged.payment
    assert charged.payment.amount == 120_000


async def test_a_yes_after_a_no_is_too_late(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    await _declined(guest, offer.id)
    assert (await says_yes(guest, offer.id)).decision.reason is Reason.NOT_OPEN


# --- silence


async def test_after_30_seconds_the_sweeper_frees_the_slot_and_90_later_the_charge_goes_out(
    salon: Salon,
) -> None:
    guest, other = await salon.guests(2)
    offer = await offered(guest)
    await waits(salon, 29 * SECOND)
    assert (await offer_now(salon, offer.id)).status is OfferStatus.OFFERED
    await waits(salon, SECOND)
    ended = await offer_now(salon, offer.id)
    assert (ended.status, ended.reason) == (OfferStatus.EXPIRED, "silence")
    assert await orphan_holds(salon) == []
    assert (await other.asks_for("pedicure", offer.staff_id, offer.starts_at)).proposal

    await waits(salon, 89 * SECOND)
    assert await payments(salon) == []
    await waits(salon, SECOND)
    assert await payments(salon) == [(120_000, "pending")]


async def payments(salon: Salon) -> list[tuple[object, ...]]:
    return await rows(salon.services.store, "SELECT amount, status FROM payments ORDER BY id")


async def test_of_an_answer_and_a_time_out_at_once_one_ends_the_offer(salon: Salon) -> None:
    for guest, wall in zip(await salon.guests(3), ("09:00", "12:00", "15:00"), strict=True):
        offer = await offered(guest, wall)

        async def ends(offer: Offer, status: OfferStatus) -> bool:
            async with salon.services.store.begin(salon.id) as work:
                return await work.offers.settle(offer.id, status, at=salon.clock.now())

        ways = (OfferStatus.ACCEPTED, OfferStatus.EXPIRED, OfferStatus.DECLINED)
        ended = await asyncio.gather(*(ends(offer, status) for status in ways))
        assert sorted(ended) == [False, False, True]
        assert (await offer_now(salon, offer.id)).status is ways[ended.index(True)]


async def test_a_yes_and_the_sweeper_on_the_very_deadline_sell_once(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    case = await guest.says(Meaning.ACCEPT)
    salon.clock.at = offer.expires_at

    async def sweeps() -> None:
        await asyncio.gather(*(expire_offer(salon.services, salon.id, offer.id) for _ in range(3)))

    answered, _ = await asyncio.gather(accept(case, salon.catalogue, offer.id), sweeps())
    assert answered.decision.allowed
    assert (await offer_now(salon, offer.id)).status is OfferStatus.EXPIRED
    assert await rows(
        salon.services.store, "SELECT status FROM offers WHERE replaces = :old", old=offer.id
    ) == [("accepted",)]
    assert await one(salon.services.store, "SELECT count(*) FROM sales") == 1


# --- a late yes


async def test_a_late_yes_buys_the_same_slot_at_the_same_price_in_a_row_that_replaces(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    await waits(salon, 60 * SECOND)
    late = await says_yes(guest, offer.id)
    again = await accept(guest.case, salon.catalogue, offer.id)
    assert late.decision.allowed
    assert late.offer
    assert (late.offer.replaces, late.offer.status) == (offer.id, OfferStatus.ACCEPTED)
    assert again.decision.reason is Reason.ALREADY_DONE
    assert again.appointment == late.appointment
    assert (await offer_now(salon, offer.id)).status is OfferStatus.EXPIRED
    assert await one(salon.services.store, "SELECT count(*) FROM contacts") == 1
    await waits(salon, 90 * SECOND)
    assert await payments(salon) == [(270_000, "pending")]


async def test_a_yes_past_the_deadline_that_the_sweeper_has_not_seen_is_a_late_yes(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    salon.clock.advance(31 * SECOND)
    late = await says_yes(guest, offer.id)
    assert late.decision.allowed
    assert late.offer
    assert late.offer.replaces == offer.id


async def test_a_late_yes_to_a_slot_that_has_gone_is_refused(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    offer = await offered(guest)
    await waits(salon, 31 * SECOND)
    await other.books("pedicure", offer.staff_id, offer.starts_at)
    late = await says_yes(guest, offer.id)
    assert late.decision.reason in (Reason.SLOT_TAKEN, Reason.SLOT_HELD)
    assert await orphan_holds(salon) == []


async def test_a_late_yes_at_another_price_is_refused_but_one_in_time_gets_the_old_price(
    salon: Salon,
) -> None:
    prompt, late = await salon.guests(2)
    first, second = await offered(prompt, "10:00"), await offered(late, "14:00")
    async with salon.services.store.begin(salon.id) as work:
        dearer = replace(salon.catalogue.service("pedicure"), price=160_000)
        await work.catalogue.put_service(dearer)
        salon.catalogue = await work.catalogue.load()
    in_time = await says_yes(prompt, first.id)
    assert in_time.appointment
    assert in_time.appointment.price == 150_000
    await waits(salon, 31 * SECOND)
    assert (await says_yes(late, second.id)).decision.reason is Reason.PRICE_CHANGED


async def test_once_the_charge_has_gone_out_a_yes_is_too_late(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    await waits(salon, 30 * SECOND)
    await waits(salon, 90 * SECOND)
    late = await says_yes(guest, offer.id)
    assert late.decision.reason is Reason.CHARGE_GONE_OUT


@pytest.mark.parametrize(("minutes", "allowed"), [(29, True), (31, False)])
async def test_where_nothing_is_charged_a_late_yes_has_half_an_hour(
    services: Services, minutes: int, allowed: bool
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_AT_VENUE)
    guest = await salon.guest()
    offer = await offered(guest)
    await waits(salon, 31 * SECOND)
    await waits(salon, 90 * SECOND)
    assert await payments(salon) == [(120_000, PaymentStatus.DUE_AT_VENUE)]
    salon.clock.at = offer.expires_at + minutes * MINUTE
    late = await says_yes(guest, offer.id)
    assert late.decision.allowed is allowed


async def test_a_late_yes_behind_a_booking_that_lapsed_unpaid_buys_nothing(
    salon: Salon,
) -> None:
    guest = await salon.guest(contact=False)  # so that no charge goes out
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    await waits(salon, 31 * SECOND)
    assert booked.hold_until
    salon.clock.at = booked.hold_until  # and the sweeper is late
    late = await says_yes(guest, offer.id)
    assert late.decision.reason is Reason.PRIMARY_NOT_CONFIRMED
    assert await one(salon.services.store, "SELECT count(*) FROM sales") == 0


# --- what ends with the booking


async def test_cancelling_the_booking_withdraws_its_offer(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    asked = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert asked.proposal
    ended = await offer_now(salon, offer.id)
    assert (ended.status, ended.reason) == (OfferStatus.WITHDRAWN, "superseded")
    assert await orphan_holds(salon) == []
    assert (await says_yes(guest, offer.id)).decision.reason is Reason.NOT_OPEN


async def test_one_charge_for_both_carries_its_outcome_to_both(
    salon: Salon, channel: MemoryChannel, gateway: MemoryGateway
) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    await says_yes(guest, offer.id)
    charged = await start(guest.case)
    assert charged.payment
    assert (charged.payment.amount, len(charged.payment.appointment_ids)) == (270_000, 2)
    await run_due(salon.services)
    salon.clock.advance(3 * SECOND)
    for update in gateway.due_callbacks(salon.clock.now()):
        await callback(salon.services, update)
    await run_due(salon.services)
    assert (
        await rows(salon.services.store, "SELECT status, hold_until FROM appointments")
        == [("confirmed", None)] * 2
    )
    assert await one(salon.services.store, "SELECT status FROM sales") == "applied"
    (receipt,) = channel.texts(guest.peer)
    assert "2,700" in receipt
