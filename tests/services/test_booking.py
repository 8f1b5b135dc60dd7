"""Booking, moving and cancelling: asked once, done once, on the guest's own yes (O1, O3, O4)."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from redis.asyncio import Redis

from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    HoursException,
    OfferStatus,
    PaymentPolicy,
    Proposal,
    ProposalStatus,
)
from jirani.rules.reading import Meaning
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.confirming import Confirmed, confirm, decline
from jirani.services.diary import open_diary
from jirani.services.lapsing import lapse
from jirani.services.proposing import expire_proposal, propose_cancellation, propose_time
from jirani.services.threads import receive
from jirani.store.holds import HoldResult
from tests.support.looking import one, orphan_holds, rows
from tests.support.salon import Guest, Salon, open_salon

pytestmark = pytest.mark.anyio

FIVE = timedelta(minutes=5)


async def proposed(guest: Guest, wall: str = "14:00", service: str = "manicure") -> Proposal:
    asked = await guest.asks_for(service, "amina", guest.salon.at(wall))
    assert asked.proposal, asked.decision
    return asked.proposal


async def answers(
    guest: Guest, proposal_id: str, meaning: Meaning = Meaning.ACCEPT, handle: str | None = None
) -> Confirmed:
    case = await guest.says(meaning, handle=handle)
    return await confirm(case, guest.salon.catalogue, proposal_id)


async def moved(guest: Guest, booked: Appointment, wall: str, staff: str = "amina") -> Confirmed:
    asked = await move(guest, booked, wall, staff)
    return await answers(guest, asked.id)


async def move(guest: Guest, booked: Appointment, wall: str, staff: str = "amina") -> Proposal:
    salon = guest.salon
    case, start = await guest.says(), salon.at(wall)
    asked = await propose_time(case, salon.catalogue, booked.service_id, staff, start, moves=booked)
    assert asked.proposal, asked.decision
    return asked.proposal


async def status(salon: Salon, appointment_id: str) -> AppointmentStatus:
    async with salon.services.store.read(salon.id) as work:
        return (await work.appointments.get(appointment_id)).status


async def proposal_now(salon: Salon, proposal_id: str) -> ProposalStatus:
    async with salon.services.store.read(salon.id) as work:
        found = await work.proposals.get(proposal_id)
    assert found
    return found.status


async def test_a_yes_books_what_was_asked_at_the_price_of_the_catalogue(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    assert booked.status is AppointmentStatus.CONFIRMED
    assert (booked.starts_at, booked.ends_at) == (salon.at("14:00"), salon.at("14:45"))
    assert (booked.price, booked.currency) == (120_000, "KES")
    assert await orphan_holds(salon) == []


async def test_an_open_question_is_its_guest_s_whoever_stands_in_a_redis_that_lost_the_hold(
    salon: Salon, redis_client: Redis
) -> None:
    guest = await salon.guest()
    proposed = await guest.asks_for("manicure", "amina", salon.at("14:00"))
    assert proposed.proposal
    assert proposed.appointment
    await redis_client.flushall()
    slot, holds = proposed.appointment.slot, salon.services.holds
    assert await holds.hold(salon.id, slot, "other", timedelta(minutes=1)) is HoldResult.ACQUIRED
    case = await guest.says(Meaning.ACCEPT)
    assert (await confirm(case, salon.catalogue, proposed.proposal.id)).decision.allowed


async def test_the_same_message_again_gets_the_same_answer_and_books_nothing_more(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    asked = await proposed(guest)
    again = await propose_time(guest.case, salon.catalogue, "manicure", "amina", salon.at("14:00"))
    assert again.decision.reason is Reason.ALREADY_DONE
    assert again.proposal == asked

    first = await answers(guest, asked.id)
    second = await confirm(guest.case, salon.catalogue, asked.id)
    assert second.decision.allowed
    assert second.decision.reason is Reason.ALREADY_DONE
    assert second.appointment == first.appointment
    assert await one(salon.services.store, "SELECT count(*) FROM appointments") == 1


async def test_one_yes_taken_by_two_replicas_at_once_books_once(salon: Salon) -> None:
    guest = await salon.guest()
    asked = await proposed(guest)
    case = await guest.says(Meaning.ACCEPT)
    both = await asyncio.gather(*(confirm(case, salon.catalogue, asked.id) for _ in range(2)))
    assert {each.decision.reason for each in both} == {Reason.CLEAR, Reason.ALREADY_DONE}
    assert len({each.appointment.id for each in both if each.appointment}) == 1


async def test_a_yes_from_before_the_question_is_refused_and_the_question_stays_open(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    case = await guest.says(Meaning.ACCEPT)
    asked = await propose_time(case, salon.catalogue, "manicure", "amina", salon.at("14:00"))
    assert asked.proposal
    early = await confirm(case, salon.catalogue, asked.proposal.id)
    assert early.decision.reason is Reason.NOT_LATER_MESSAGE
    assert (await answers(guest, asked.proposal.id)).decision.allowed


@pytest.mark.parametrize("meaning", [Meaning.UNCLEAR, Meaning.QUESTION, Meaning.DECLINE])
async def test_only_a_yes_books(salon: Salon, meaning: Meaning) -> None:
    guest = await salon.guest()
    asked = await proposed(guest)
    answered = await answers(guest, asked.id, meaning)
    assert answered.decision.reason is Reason.NO_ACCEPTANCE
    assert await proposal_now(salon, asked.id) is ProposalStatus.OPEN


async def test_a_message_nobody_has_read_yet_is_no_yes(salon: Salon) -> None:
    guest = await salon.guest()
    asked = await proposed(guest)
    async with salon.services.store.begin(salon.id) as work:
        seq = await work.messages.add(guest.thread_id, "guest", "yes", salon.clock.now())
    case = replace(guest.case, seq=seq)
    answered = await confirm(case, salon.catalogue, asked.id)
    assert answered.decision.reason is Reason.NO_ACCEPTANCE


async def test_with_two_things_open_a_bare_yes_asks_which_and_a_named_one_is_enough(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    asked = await proposed(guest, "17:00")
    bare = await answers(guest, asked.id)
    assert bare.decision.reason is Reason.WHICH_ONE
    assert await proposal_now(salon, asked.id) is ProposalStatus.OPEN
    other = await answers(guest, asked.id, handle=offer.id)
    assert other.decision.reason is Reason.NO_ACCEPTANCE
    assert (await answers(guest, asked.id, handle=asked.id)).decision.allowed


async def test_another_thread_s_question_is_neither_answered_nor_closed(salon: Salon) -> None:
    guest, stranger = await salon.guests(2)
    asked = await proposed(guest)
    for act in (
        answers(stranger, asked.id),
        decline(await stranger.says(Meaning.DECLINE), asked.id),
    ):
        answered = await act
        assert not answered.decision.allowed
        assert answered.decision.reason in (Reason.OTHER_THREAD, Reason.UNKNOWN_HANDLE)
    assert (await answers(guest, asked.id)).decision.allowed


async def test_another_business_s_ids_are_unknown(services: Services, salon: Salon) -> None:
    other = await open_salon(services, slug="other")
    asked = await proposed(await salon.guest())
    stranger = await other.guest()
    case = await stranger.says(Meaning.ACCEPT)
    assert (await confirm(case, other.catalogue, asked.id)).decision.reason is (
        Reason.UNKNOWN_HANDLE
    )
    assert (await decline(case, asked.id)).decision.reason is Reason.UNKNOWN_HANDLE


async def test_a_newer_question_takes_the_older_one_s_place_and_frees_its_slot(
    salon: Salon,
) -> None:
    guest, other = await salon.guests(2)
    old = await proposed(guest, "14:00")
    new = await proposed(guest, "14:30")
    assert await proposal_now(salon, old.id) is ProposalStatus.DROPPED
    assert (await answers(guest, old.id)).decision.reason is Reason.NOT_OPEN
    assert (await other.asks_for("manicure", "amina", salon.at("13:45"))).proposal
    assert (await answers(guest, new.id)).decision.allowed
    assert await orphan_holds(salon) == []


async def test_a_question_nobody_answered_in_time_frees_its_slot(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    asked = await proposed(guest)
    await expire_proposal(salon.services, salon.id, asked.id)
    assert await proposal_now(salon, asked.id) is ProposalStatus.OPEN  # not yet
    salon.clock.advance(FIVE)
    assert (await answers(guest, asked.id)).decision.reason is Reason.EXPIRED
    await expire_proposal(salon.services, salon.id, asked.id)
    assert await proposal_now(salon, asked.id) is ProposalStatus.DROPPED
    assert await orphan_holds(salon) == []
    assert (await other.asks_for("manicure", "amina", salon.at("14:00"))).proposal


async def test_a_no_drops_the_question_and_frees_its_slot(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    asked = await proposed(guest)
    assert (await decline(await guest.says(Meaning.DECLINE), asked.id)).decision.allowed
    assert await orphan_holds(salon) == []
    await other.books("manicure", "amina", salon.at("14:00"))


async def test_what_changed_between_question_and_yes_is_seen_at_the_yes(salon: Salon) -> None:
    guest = await salon.guest()
    asked = await proposed(guest)
    day = salon.at("14:00").date()
    async with salon.services.store.begin(salon.id) as work:
        await work.catalogue.set_exception("off", HoursException("amina", day))
    answered = await answers(guest, asked.id)
    assert answered.decision.reason is Reason.CLOSED
    assert await status(salon, asked.appointment_id) is AppointmentStatus.RELEASED
    assert await orphan_holds(salon) == []


@pytest.mark.parametrize(
    ("service", "staff", "wall", "reason"),
    [
        ("manicure", "amina", "07:55", Reason.CLOSED),
        ("manicure", "amina", "19:20", Reason.CLOSED),
        ("manicure", "amina", "14:02", Reason.OFF_GRID),
        ("massage", "amina", "14:00", Reason.NOT_QUALIFIED),
    ],
)
async def test_a_start_that_cannot_be_is_refused_and_nothing_is_held(
    salon: Salon, service: str, staff: str, wall: str, reason: Reason
) -> None:
    asked = await (await salon.guest()).asks_for(service, staff, salon.at(wall))
    assert asked.decision.reason is reason
    assert await salon.services.holds.live(salon.id) == []


async def test_the_past_and_the_far_future_are_refused(salon: Salon) -> None:
    guest = await salon.guest()
    for days, reason in ((-1, Reason.PAST), (181, Reason.TOO_FAR)):
        asked = await guest.asks_for("manicure", "amina", salon.at("14:00", days))
        assert asked.decision.reason is reason


async def test_nobody_is_booked_with_two_staff_members_at_once(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    asked = await guest.asks_for("haircut", "beth", salon.at("14:30"))
    assert asked.decision.reason is Reason.CUSTOMER_BUSY


async def test_a_move_gives_the_old_slot_up_and_keeps_price_and_deadline(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    dearer = replace(salon.catalogue.service("manicure"), price=999_900)
    async with salon.services.store.begin(salon.id) as work:
        await work.catalogue.put_service(dearer)
    salon.clock.advance(FIVE)

    answered = await moved(guest, booked, "14:15")

    assert answered.appointment
    assert answered.appointment.starts_at == salon.at("14:15")
    assert (answered.appointment.price, answered.appointment.hold_until) == (
        booked.price,
        booked.hold_until,
    )
    assert await status(salon, booked.id) is AppointmentStatus.MOVED
    assert (await other.asks_for("manicure", "amina", salon.at("13:30"))).proposal


async def test_the_slot_a_move_gave_up_is_free_for_others_at_once(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    await moved(guest, booked, "16:00")
    assert await orphan_holds(salon) == []
    await other.books("manicure", "amina", salon.at("14:00"))


async def test_a_booking_of_an_earlier_conversation_may_move_by_a_little_and_frees_what_it_left(
    salon: Salon,
) -> None:
    """X8: what the earlier thread holds of its own booking stands in nobody's way."""
    guest, other = await salon.guests(2)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    again = await guest.in_new_thread()

    await moved(again, booked, "13:45")

    async with salon.services.store.read(salon.id) as work:
        withdrawn = await work.offers.get(offer.id)
    assert withdrawn
    assert withdrawn.status is OfferStatus.WITHDRAWN
    assert await orphan_holds(salon) == []
    await other.books("manicure", "amina", salon.at("14:30"))


async def test_a_booking_cancelled_from_another_conversation_is_free_for_others_at_once(
    salon: Salon,
) -> None:
    guest, other = await salon.guests(2)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    again = await guest.in_new_thread()
    asked = await propose_cancellation(await again.says(Meaning.CANCEL), booked)
    assert asked.proposal
    await answers(again, asked.proposal.id)
    await other.books("manicure", "amina", salon.at("14:00"))


async def test_a_move_to_where_it_is_changes_nothing(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    asked = await propose_time(
        await guest.says(),
        salon.catalogue,
        "manicure",
        "amina",
        booked.starts_at,
        moves=booked,
    )
    assert asked.decision.reason is Reason.UNCHANGED


async def test_a_booking_that_lapsed_unpaid_cannot_be_moved_on_by_an_older_question(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    assert booked.hold_until
    salon.clock.at = booked.hold_until - timedelta(minutes=1)
    asked = await move(guest, booked, "16:00")
    salon.clock.advance(timedelta(minutes=2))
    await lapse(salon.services, salon.id, booked.id)

    answered = await answers(guest, asked.id)

    assert answered.decision.reason is Reason.NOT_LIVE
    assert await status(salon, booked.id) is AppointmentStatus.RELEASED
    live = "SELECT count(*) FROM appointments WHERE status IN ('held', 'confirmed')"
    assert await one(salon.services.store, live) == 0


async def cancels(guest: Guest, booked: Appointment) -> Confirmed:
    asked = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert asked.proposal, asked.decision
    return await answers(guest, asked.proposal.id)


async def test_a_cancelled_booking_frees_its_slot_and_ends_the_thread(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    answered = await cancels(guest, booked)
    assert answered.decision.allowed
    again = await confirm(guest.case, salon.catalogue, (await only_cancellation(guest)).id)
    assert again.decision.reason is Reason.ALREADY_DONE
    assert await status(salon, booked.id) is AppointmentStatus.CANCELLED
    async with salon.services.store.read(salon.id) as work:
        thread = await work.threads.get(guest.thread_id)
    assert thread.ended_at == salon.clock.now()
    assert thread.charge_at is None
    assert await orphan_holds(salon) == []
    await other.books("manicure", "amina", salon.at("14:00"))


async def only_cancellation(guest: Guest) -> Proposal:
    async with guest.salon.services.store.read(guest.salon.id) as work:
        every = await work.proposals.of_thread(guest.thread_id)
    (found,) = [each for each in every if each.kind == "cancel"]
    return found


async def test_another_customer_s_booking_is_not_cancelled(salon: Salon) -> None:
    guest, stranger = await salon.guests(2)
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    asked = await propose_cancellation(await stranger.says(Meaning.CANCEL), booked)
    assert asked.decision.reason is Reason.UNKNOWN_HANDLE
    assert asked.proposal is None


async def test_a_booking_that_has_begun_is_not_cancelled_by_an_older_question(
    services: Services,
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_AT_VENUE)
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    salon.clock.at = booked.starts_at.astimezone(UTC) - timedelta(minutes=1)
    asked = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert asked.proposal
    salon.clock.advance(timedelta(minutes=2))
    assert (await answers(guest, asked.proposal.id)).decision.reason is Reason.STARTED
    assert await status(salon, booked.id) is AppointmentStatus.CONFIRMED


async def test_every_decision_is_kept_with_its_reason(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    await guest.books("manicure", "amina", salon.at("14:00"))
    await other.asks_for("manicure", "amina", salon.at("14:00"))
    kept = "SELECT guard, allowed, reason FROM decisions WHERE thread_id = :thread ORDER BY id"
    store = salon.services.store
    assert await rows(store, kept, thread=guest.thread_id) == [
        ("may_propose", True, "clear"),
        ("may_confirm", True, "clear"),
    ]
    assert await rows(store, kept, thread=other.thread_id) == [("may_propose", False, "slot_taken")]


LISBON = ZoneInfo("Europe/Lisbon")
FALL_BACK = datetime(2026, 10, 25, 12, tzinfo=LISBON).date()  # 02:00 is 01:00 again
SPRING_FORWARD = datetime(2027, 3, 28, 12, tzinfo=LISBON).date()  # 01:00 is 02:00 at once


@pytest.mark.parametrize(("day", "hours"), [(FALL_BACK, 25), (SPRING_FORWARD, 23)])
async def test_a_day_on_which_the_clocks_change_is_booked_by_the_clock_on_the_wall(
    services: Services, clock: SetClock, day: datetime, hours: int
) -> None:
    midnight = datetime.combine(day, time(), LISBON)
    clock.at = midnight.astimezone(UTC) - timedelta(hours=12)
    salon = await open_salon(services, zone="Europe/Lisbon", opens=time(0), closes=time(23, 55))
    guest, early, late = await salon.guests(3)

    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    assert booked.starts_at.astimezone(LISBON).time() == time(14)
    assert booked.starts_at - midnight.astimezone(UTC) == timedelta(hours=hours - 24 + 14)
    # Minutes are minutes that pass: a massage across the change takes its hour.
    across = await early.books("massage", "cora", salon.at("00:30"))
    assert across.ends_at - across.starts_at == timedelta(hours=1)
    assert across.ends_at.astimezone(LISBON).time() == time(1, 30) if hours == 25 else time(2, 30)

    skipped = datetime.combine(day, time(1, 30), LISBON)
    asked = await late.asks_for("manicure", "beth", skipped)
    assert asked.decision.allowed is (hours == 25)
    async with services.store.read(salon.id) as work:
        staff = salon.catalogue.staff
        diary = await open_diary(guest.case, work, staff, day, day)
        frees = diary.free_on(salon.catalogue.service("manicure"), staff, day)
    walls = [each.slot.start.astimezone(LISBON).time() for each in frees]
    assert (time(1, 15) in walls) is (hours == 25)
    assert {each.slot.staff_id for each in frees} == {"amina", "beth"}


async def test_a_new_guest_s_first_messages_arriving_at_once_open_one_thread(
    salon: Salon,
) -> None:
    received = await asyncio.gather(
        *(receive(salon.services, salon.id, "memory", "new", "hi", f"k{n}") for n in range(12))
    )
    assert len({each.thread.id for each in received}) == 1
    assert sorted(each.seq for each in received) == list(range(1, 13))


async def test_a_message_delivered_twice_at_once_is_stored_once(salon: Salon) -> None:
    both = await asyncio.gather(
        *(receive(salon.services, salon.id, "memory", "new", "hi", "same") for _ in range(5))
    )
    assert sorted(each.fresh for each in both) == [False] * 4 + [True]
    assert await one(salon.services.store, "SELECT count(*) FROM messages") == 1


async def test_what_we_say_between_turns_and_what_the_guest_says_keep_their_places(
    salon: Salon,
) -> None:
    guest = await salon.guest()

    async def said(author: str) -> None:
        async with salon.services.store.begin(salon.id) as work:
            await work.messages.add(guest.thread_id, author, "hello", salon.clock.now())

    await asyncio.gather(*(said(author) for author in ("guest", "agent") * 6))
    places = await rows(salon.services.store, "SELECT seq FROM messages ORDER BY seq")
    assert [place for (place,) in places] == list(range(1, 13))
