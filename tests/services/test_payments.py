"""Money: written first, pushed once, settled by whoever knows, never taken twice (P1-P5, X12)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.connectors.payments import Charge, ChargeAck, ChargeUpdate, PaymentPath
from jirani.rules.decision import Reason
from jirani.rules.facts import AppointmentStatus, Payment, PaymentPolicy, PaymentStatus
from jirani.rules.reading import Meaning
from jirani.services import Services
from jirani.services.charging import Charged, charge_due, choose_venue, start, unpaid_of
from jirani.services.confirming import confirm
from jirani.services.proposing import propose_cancellation, propose_time
from jirani.services.querying import query, reap
from jirani.services.sending import send_due
from jirani.services.settling import apply, callback
from jirani.services.threads import receive
from scheduler.jobs import run_due
from tests.support.looking import double_bookings, one, rows
from tests.support.rewinding import pass_in_redis
from tests.support.salon import Guest, Salon, open_salon

pytestmark = pytest.mark.anyio

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AMOUNT = 120_000


class CrashingGateway(MemoryGateway):
    """The process dies, or the line does, when the push is on its way."""

    async def charge(self, charge: Charge) -> ChargeAck:
        await super().charge(charge)
        raise ConnectionResetError("in the middle of a push")


async def booked(salon: Salon, wall: str = "14:00") -> Guest:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at(wall))
    return guest


async def charged(guest: Guest) -> Payment:
    """Let the charge be written and pushed."""
    started = await start(guest.case)
    assert started.payment, started.decision
    assert started.decision.allowed, started.decision
    await send_due(guest.salon.services)
    return await payment_now(guest.salon, started.payment.id)


async def payment_now(salon: Salon, id: str) -> Payment:
    async with salon.services.store.read(salon.id) as work:
        found = await work.payments.get(id)
    assert found
    return found


async def charge_at(salon: Salon, guest: Guest) -> datetime | None:
    async with salon.services.store.read(salon.id) as work:
        return (await work.threads.get(guest.thread_id)).charge_at


async def appointments(salon: Salon) -> list[str]:
    found = await rows(salon.services.store, "SELECT status FROM appointments ORDER BY id")
    return [status for (status,) in found]


async def waits(salon: Salon, gateway: MemoryGateway, by: timedelta) -> None:
    """Let time pass: callbacks come in, then jobs do what has fallen due."""
    salon.clock.advance(by)
    for update in gateway.due_callbacks(salon.clock.now()):
        assert await callback(salon.services, update)
    await run_due(salon.services)


# --- the push


async def test_the_payment_is_written_before_the_push_and_paid_by_its_callback(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    guest = await booked(salon)
    started = await start(guest.case)
    assert started.payment
    assert gateway.charges == []
    assert (started.payment.amount, started.payment.status) == (AMOUNT, PaymentStatus.PENDING)
    await send_due(salon.services)
    assert [each.phone for each in gateway.charges] == [guest.phone]
    await waits(salon, gateway, 3 * SECOND)
    paid = await payment_now(salon, started.payment.id)
    assert (paid.status, paid.settled_by) == ("paid", "callback")
    assert paid.receipt is not None
    assert await appointments(salon) == ["confirmed"]
    assert len(channel.texts(guest.peer)) == 1
    assert (await start(guest.case)).decision.reason is Reason.NOTHING_TO_PAY


async def test_asking_twice_at_once_pushes_once(salon: Salon, gateway: MemoryGateway) -> None:
    guest = await booked(salon)
    both = await asyncio.gather(start(guest.case), start(guest.case))
    assert sorted(each.decision.reason for each in both) == ["charge_open", "clear"]
    await asyncio.gather(send_due(salon.services), send_due(salon.services))
    assert len(gateway.charges) == 1


async def test_one_phone_has_one_prompt_at_a_time(salon: Salon) -> None:
    first, second = await booked(salon, "10:00"), await booked(salon, "14:00")
    async with salon.services.store.begin(salon.id) as work:
        await work.customers.change(second.customer_id, phone=first.phone)
    both = await asyncio.gather(start(first.case), start(second.case))
    assert sorted(each.decision.reason for each in both) == ["charge_open", "clear"]


async def test_a_push_that_the_process_dies_in_is_unknown_and_never_sent_again(
    salon: Salon, channel: MemoryChannel
) -> None:
    gateway = CrashingGateway(salon.clock.now)
    salon.services = replace(salon.services, gateway=gateway)
    guest = await booked(salon)
    started = await start(guest.case)
    assert started.payment
    await send_due(salon.services)
    outbox = "SELECT state FROM outbox WHERE kind = 'charge'"
    assert await one(salon.services.store, outbox) == "sending"
    for _ in range(3):
        salon.clock.advance(2 * MINUTE)
        await send_due(salon.services)
    assert await one(salon.services.store, outbox) == "unknown"
    assert len(gateway.charges) == 1
    # The money was taken: the callback, matched by our own path, still settles it.
    (update,) = gateway.due_callbacks(salon.clock.now())
    assert await callback(salon.services, update)
    assert (await payment_now(salon, started.payment.id)).status is PaymentStatus.PAID


async def test_one_push_that_breaks_does_not_keep_the_others_from_leaving(salon: Salon) -> None:
    gateway = CrashingGateway(salon.clock.now)
    salon.services = replace(salon.services, gateway=gateway)
    for wall in ("10:00", "14:00"):
        await start((await booked(salon, wall)).case)
    await send_due(salon.services)
    assert len(gateway.charges) == 2


async def test_a_time_out_is_unknown_blocks_a_second_push_and_is_settled_by_its_callback(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.TIMEOUT_THEN_PAID)
    guest = await booked(salon)
    payment = await charged(guest)
    assert (payment.status, payment.provider_ref) == (PaymentStatus.UNKNOWN, None)
    assert (await start(guest.case)).decision.reason is Reason.CHARGE_OPEN
    await waits(salon, gateway, 3 * SECOND)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PAID
    assert len(gateway.charges) == 1


async def test_a_push_the_provider_refuses_is_a_failure_the_guest_hears_of(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    gateway.upcoming.append(Course.REJECTED)
    guest = await booked(salon)
    payment = await charged(guest)
    assert (payment.status, payment.settled_by) == (PaymentStatus.FAILED, "push")
    assert await appointments(salon) == ["held"]
    assert await held_for(salon) == 5 * MINUTE
    assert len(channel.texts(guest.peer)) == 1


async def held_for(salon: Salon) -> timedelta:
    async with salon.services.store.read(salon.id) as work:
        ids = await rows(salon.services.store, "SELECT id FROM appointments")
        found = await work.appointments.get(ids[0][0])
    assert found.hold_until
    return found.hold_until - salon.clock.now()


async def test_the_hold_outlasts_the_prompt(salon: Salon, gateway: MemoryGateway) -> None:
    guest = await booked(salon)
    salon.clock.advance(29 * MINUTE)  # the hold for a phone number has a minute left
    gateway.upcoming.append(Course.TIMEOUT_LOST)
    await charged(guest)
    assert await held_for(salon) >= salon.services.timing.charge_prompt


async def test_without_a_phone_the_guest_is_asked_once_and_charged_when_it_comes(
    salon: Salon, channel: MemoryChannel, gateway: MemoryGateway
) -> None:
    guest = await salon.guest(contact=False)
    await guest.books("manicure", "amina", salon.at("14:00"))
    for _ in range(3):
        await waits(salon, gateway, 90 * SECOND)
    assert len(channel.texts(guest.peer)) == 1
    assert await rows(salon.services.store, "SELECT id FROM payments") == []


# --- callbacks


async def test_a_duplicate_callback_changes_nothing_and_is_kept(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    gateway.upcoming.append(Course.DUPLICATE)
    guest = await booked(salon)
    payment = await charged(guest)
    await waits(salon, gateway, 3 * SECOND)
    before = await payment_now(salon, payment.id)
    await waits(salon, gateway, 3 * SECOND)
    assert await payment_now(salon, payment.id) == before
    assert len(channel.texts(guest.peer)) == 1
    assert await one(salon.services.store, "SELECT count(*) FROM payment_callbacks") == 2


async def test_the_same_callback_to_two_replicas_at_once_settles_once(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    guest = await booked(salon)
    payment = await charged(guest)
    salon.clock.advance(3 * SECOND)
    (update,) = gateway.due_callbacks(salon.clock.now())
    assert await asyncio.gather(*(callback(salon.services, update) for _ in range(3))) == [True] * 3
    await run_due(salon.services)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PAID
    assert len(channel.texts(guest.peer)) == 1


@pytest.mark.parametrize(
    "forged",
    [
        lambda path: None,
        lambda path: replace(path, token="0" * 32),
        lambda path: replace(path, token=None),
        lambda path: replace(path, payment_id="01HZZZZZZZZZZZZZZZZZZZZZZZ"),
        lambda path: replace(path, business_id="other"),
    ],
    ids=["no path", "wrong token", "no token", "another payment", "another business"],
)
async def test_a_callback_that_is_not_ours_is_kept_aside_and_settles_nothing(
    salon: Salon,
    gateway: MemoryGateway,
    forged: Callable[[PaymentPath], PaymentPath | None],
) -> None:
    payment = await charged(await booked(salon))
    salon.clock.advance(3 * SECOND)
    (update,) = gateway.due_callbacks(salon.clock.now())
    assert update.payment_path
    wrong = replace(update, payment_path=forged(update.payment_path))
    assert not await callback(salon.services, wrong)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PENDING
    kept = "SELECT business_id FROM payment_callbacks WHERE NOT routed"
    assert await rows(salon.services.store, kept) == [("unrouted",)]


async def test_another_charge_s_reference_on_our_path_is_not_ours(
    salon: Salon, gateway: MemoryGateway
) -> None:
    payment = await charged(await booked(salon))
    salon.clock.advance(3 * SECOND)
    (update,) = gateway.due_callbacks(salon.clock.now())
    assert not await callback(salon.services, replace(update, provider_ref="ref-9999"))
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PENDING


async def test_a_wrong_amount_is_settled_by_a_person_only(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.WRONG_AMOUNT)
    guest = await booked(salon)
    payment = await charged(guest)
    with capture_logs() as logs:
        await waits(salon, gateway, 3 * SECOND)
    assert "payment.needs_person" in [line["event"] for line in logs]
    current = await payment_now(salon, payment.id)
    assert current.status is PaymentStatus.PENDING
    assert current.receipt is not None
    await waits(salon, gateway, 35 * SECOND)  # a query says paid, and tells no amount
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PENDING
    assert (await start(guest.case)).decision.reason is Reason.CHARGE_OPEN


# --- failure and retry


async def failed(salon: Salon, gateway: MemoryGateway, course: Course = Course.FAILED) -> Guest:
    gateway.upcoming.append(course)
    guest = await booked(salon)
    await charged(guest)
    await waits(salon, gateway, 3 * SECOND)
    return guest


@pytest.mark.parametrize("course", [Course.FAILED, Course.CANCELLED])
async def test_a_failure_leaves_five_minutes_and_one_retry_after_two(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel, course: Course
) -> None:
    guest = await failed(salon, gateway, course)
    assert await appointments(salon) == ["held"]
    assert await held_for(salon) == 5 * MINUTE
    assert len(channel.texts(guest.peer)) == 1
    assert (await start(guest.case)).decision.reason is Reason.RETRY_TOO_SOON
    salon.clock.advance(117 * SECOND)  # 120 since the first push
    retried = await charged(guest)
    assert (retried.attempt, len(gateway.charges)) == (2, 2)
    await waits(salon, gateway, 3 * SECOND)
    assert await appointments(salon) == ["confirmed"]


async def test_nobody_is_asked_to_pay_for_what_lapsed_before_the_prompt_went_out(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await booked(salon)
    started = await start(guest.case)
    assert started.payment
    salon.clock.advance(31 * MINUTE)  # and nothing ran meanwhile
    await run_due(salon.services)
    assert gateway.charges == []
    assert await appointments(salon) == ["released"]
    payment = await payment_now(salon, started.payment.id)
    assert (payment.status, payment.settled_by) == (PaymentStatus.CANCELLED, "policy")


@pytest.mark.parametrize("way", [AppointmentStatus.RELEASED, AppointmentStatus.CANCELLED])
async def test_a_prompt_does_not_go_out_for_what_is_gone_and_nobody_hears_of_it(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel, way: AppointmentStatus
) -> None:
    guest = await booked(salon)
    started = await start(guest.case)
    assert started.payment
    async with salon.services.store.begin(salon.id) as work:
        for each in started.appointments:
            await work.appointments.change(each.id, status=way, hold_until=None)
    await send_due(salon.services)
    assert (gateway.charges, channel.sent) == ([], [])
    payment = await payment_now(salon, started.payment.id)
    assert (payment.status, payment.settled_by) == (PaymentStatus.CANCELLED, "policy")


async def test_a_prompt_for_more_than_is_booked_now_has_failed(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    guest = await booked(salon)
    await guest.books("haircut", "cora", salon.at("16:00"))
    started = await start(guest.case)
    assert started.payment
    async with salon.services.store.begin(salon.id) as work:
        one = started.appointments[0].id
        await work.appointments.change(one, status=AppointmentStatus.CANCELLED, hold_until=None)
    await send_due(salon.services)
    assert gateway.charges == []
    assert "did not go through" in channel.sent[-1].text
    assert (await payment_now(salon, started.payment.id)).status is PaymentStatus.FAILED
    salon.clock.advance(2 * MINUTE)
    again = await start(guest.case)
    assert again.payment
    assert again.payment.amount == started.appointments[1].price


async def test_where_one_of_a_charge_has_lapsed_and_gone_the_others_go_with_it(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.default = Course.CANCELLED
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("10:00"))
    await guest.books("haircut", "cora", salon.at("12:00"))
    await charged(guest)
    salon.clock.advance(31 * MINUTE)  # nothing sweeps, and nobody hears of the provider
    other = await salon.guest()
    await other.books("manicure", "amina", salon.at("15:00"))  # whoever books there frees Amina
    mine = "SELECT status FROM appointments WHERE customer_id = :customer ORDER BY id"
    await waits(salon, gateway, 1 * SECOND)
    found = await rows(salon.services.store, mine.replace(":customer", f"'{guest.customer_id}'"))
    assert found == [("released",), ("released",)]


async def lapsed_and_offered(salon: Salon, redis: Redis, *, before: bool = True) -> Guest:
    """Two bookings nobody swept when their time ran out; another is offered Cora's hour."""
    guest = await salon.guest()
    await guest.books("haircut", "cora", salon.at("10:45"))
    await guest.books("manicure", "amina", salon.at("13:00"))
    if before:
        await charged(guest)
    salon.clock.advance(31 * MINUTE)
    await pass_in_redis(redis, 31 * MINUTE)
    other = await salon.guest()
    await other.books("haircut", "beth", salon.at("10:00"))
    assert (await other.is_offered()).decision.allowed
    return guest


async def of_guest(salon: Salon, guest: Guest) -> list[str]:
    mine = f"SELECT status FROM appointments WHERE customer_id = '{guest.customer_id}'"
    return [status for (status,) in await rows(salon.services.store, mine)]


async def test_what_had_lapsed_and_is_offered_to_another_is_not_charged(
    salon: Salon, redis_client: Redis
) -> None:
    guest = await lapsed_and_offered(salon, redis_client, before=False)
    assert (await start(guest.case)).decision.reason is Reason.NOTHING_TO_PAY
    assert await of_guest(salon, guest) == ["released", "released"]


@pytest.mark.parametrize(
    ("course", "becomes"),
    [(Course.CANCELLED, "cancelled"), (Course.PAID, "paid_unfulfilled")],
)
async def test_news_of_a_charge_does_not_hold_on_to_what_another_was_offered_meanwhile(
    salon: Salon, gateway: MemoryGateway, redis_client: Redis, course: Course, becomes: str
) -> None:
    gateway.default = course
    guest = await lapsed_and_offered(salon, redis_client)
    await waits(salon, gateway, 1 * SECOND)
    assert await rows(salon.services.store, "SELECT status FROM payments") == [(becomes,)]
    assert await of_guest(salon, guest) == ["released", "released"]


async def test_what_has_lapsed_is_charged_while_its_time_is_free(salon: Salon) -> None:
    guest = await booked(salon)
    salon.clock.advance(31 * MINUTE)
    assert (await start(guest.case)).decision.allowed
    assert await of_guest(salon, guest) == ["confirmed"]


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize(
    ("course", "becomes"), [(Course.CANCELLED, "released"), (Course.PAID, "confirmed")]
)
async def test_news_of_a_charge_reaches_what_was_moved_meanwhile_and_has_lapsed(
    salon: Salon, gateway: MemoryGateway, course: Course, becomes: str, anew: bool
) -> None:
    gateway.default = course
    guest = await salon.guest()
    first = await guest.books("manicure", "amina", salon.at("10:00"))
    await guest.books("haircut", "cora", salon.at("12:00"))
    await charged(guest)
    later = await guest.in_new_thread() if anew else guest
    asked = await propose_time(
        await later.says(), salon.catalogue, "manicure", "amina", salon.at("14:00"), moves=first
    )
    assert asked.proposal
    await confirm(await later.says(Meaning.ACCEPT), salon.catalogue, asked.proposal.id)
    salon.clock.advance(31 * MINUTE)
    await (await salon.guest()).books("manicure", "amina", salon.at("16:00"))
    assert sorted(await of_guest(salon, guest)) == ["confirmed", "moved", "released"]
    await waits(salon, gateway, 1 * SECOND)
    assert sorted(await of_guest(salon, guest)) == sorted([becomes, becomes, "moved"])


async def told_of_failure(salon: Salon, guest: Guest, payment: Payment, source: str) -> None:
    failure = ChargeUpdate(payment.provider_ref or "", None, PaymentStatus.FAILED, "1")
    await apply(salon.services, salon.id, guest.thread_id, payment.id, failure, source)


async def test_a_failure_that_is_confirmed_later_undoes_nothing_that_was_settled_meanwhile(
    services: Services, gateway: MemoryGateway
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_OR_VENUE)
    guest = await booked(salon)
    payment = await charged(guest)
    await told_of_failure(salon, guest, payment, "query")
    assert (await choose_venue(guest.case)).decision.allowed
    await told_of_failure(salon, guest, payment, "callback")
    assert await appointments(salon) == ["confirmed"]


async def test_a_failure_that_is_confirmed_later_does_not_undo_what_was_paid_when_moved(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await salon.guest()
    first = await guest.books("manicure", "amina", salon.at("14:00"))
    gateway.upcoming.append(Course.SILENT)
    payment = await charged(guest)
    await told_of_failure(salon, guest, payment, "query")
    asked = await propose_time(
        await guest.says(), salon.catalogue, "manicure", "amina", salon.at("16:00"), moves=first
    )
    assert asked.proposal
    await confirm(await guest.says(Meaning.ACCEPT), salon.catalogue, asked.proposal.id)
    await charged(guest)
    await waits(salon, gateway, 3 * SECOND)
    await told_of_failure(salon, guest, payment, "callback")
    assert await appointments(salon) == ["moved", "confirmed"]


async def test_a_retry_that_has_not_gone_out_is_called_off_when_late_money_comes(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await failed(salon, gateway, Course.LATE_PAID)
    await waits(salon, gateway, 4 * MINUTE)
    assert (await start(guest.case)).decision.allowed
    await waits(salon, gateway, 6 * MINUTE)  # nothing was sent meanwhile
    assert len(gateway.charges) == 1
    assert await rows(salon.services.store, "SELECT status FROM payments ORDER BY id") == [
        ("paid",),
        ("cancelled",),
    ]
    assert await appointments(salon) == ["confirmed"]


async def test_late_money_for_what_a_retry_has_paid_goes_back(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await failed(salon, gateway, Course.LATE_PAID)
    salon.clock.advance(2 * MINUTE)
    retried = await charged(guest)
    await waits(salon, gateway, 3 * SECOND)
    assert (await payment_now(salon, retried.id)).status is PaymentStatus.PAID
    with capture_logs() as logs:
        await waits(salon, gateway, 8 * MINUTE)
    assert "payment.unfulfilled" in [line["event"] for line in logs]
    assert await rows(salon.services.store, "SELECT status FROM payments ORDER BY id") == [
        ("paid_unfulfilled",),
        ("paid",),
    ]
    assert await appointments(salon) == ["confirmed"]


async def test_late_money_for_what_the_guest_has_cancelled_goes_back(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await failed(salon, gateway, Course.LATE_PAID)
    async with salon.services.store.read(salon.id) as work:
        [held] = await work.appointments.of_thread(guest.thread_id)
    asked = await propose_cancellation(await guest.says(Meaning.CANCEL), held)
    assert asked.proposal, asked.decision
    await confirm(await guest.says(Meaning.ACCEPT), salon.catalogue, asked.proposal.id)
    await waits(salon, gateway, 10 * MINUTE)
    assert await one(salon.services.store, "SELECT status FROM payments") == "paid_unfulfilled"
    assert await appointments(salon) == ["cancelled"]


async def test_a_second_failure_leaves_no_third_try(salon: Salon, gateway: MemoryGateway) -> None:
    guest = await failed(salon, gateway)
    salon.clock.advance(2 * MINUTE)
    gateway.upcoming.append(Course.FAILED)
    await charged(guest)
    await waits(salon, gateway, 3 * SECOND)
    salon.clock.advance(2 * MINUTE)
    assert (await start(guest.case)).decision.reason is Reason.NO_RETRY_LEFT


async def test_who_has_cancelled_the_prompt_gets_no_other_without_asking(
    salon: Salon, gateway: MemoryGateway
) -> None:
    """X12: the offer ran out after the guest had asked to pay; its own charge is not due again."""
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    salon.clock.at = offer.expires_at
    gateway.upcoming.append(Course.CANCELLED)
    await charged(guest)
    await waits(salon, gateway, SECOND)
    assert await charge_at(salon, guest)
    await waits(salon, gateway, 3 * MINUTE)
    assert await charge_at(salon, guest) is None
    assert len(gateway.charges) == 1


async def test_something_new_is_charged_together_with_what_failed_when_that_may_be(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await failed(salon, gateway)
    salon.clock.advance(5 * SECOND)
    await guest.books("haircut", "cora", salon.at("16:00"))
    await waits(salon, gateway, 91 * SECOND)
    assert len(gateway.charges) == 1  # the phone is left alone for two minutes
    await waits(salon, gateway, MINUTE)
    assert [each.amount for each in gateway.charges] == [120_000, 220_000]


async def test_paid_first_and_not_paid_both_are_released(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    guest, other = await failed(salon, gateway), await salon.guest()
    await waits(salon, gateway, 5 * MINUTE - SECOND)
    assert await appointments(salon) == ["held"]
    await waits(salon, gateway, SECOND)
    assert await appointments(salon) == ["released"]
    assert len(channel.texts(guest.peer)) == 2
    await run_due(salon.services)
    assert len(channel.texts(guest.peer)) == 2
    await other.books("manicure", "amina", salon.at("14:00"))


async def test_where_the_venue_may_be_paid_both_are_kept_and_due_there(
    services: Services, gateway: MemoryGateway
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_OR_VENUE)
    guest = await failed(salon, gateway)
    await waits(salon, gateway, 5 * MINUTE)
    assert await appointments(salon) == ["confirmed"]
    assert await rows(services.store, "SELECT status, amount FROM payments ORDER BY id") == [
        ("failed", AMOUNT),
        ("due_at_venue", AMOUNT),
    ]
    async with services.store.read(salon.id) as work:
        assert await unpaid_of(guest.case, work) == []


async def test_pay_at_venue_charges_nothing(services: Services, gateway: MemoryGateway) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_AT_VENUE)
    guest = await booked(salon)
    await waits(salon, gateway, 90 * SECOND)
    assert gateway.charges == []
    assert await rows(services.store, "SELECT status FROM payments") == [("due_at_venue",)]
    assert (await start(guest.case)).decision.reason is Reason.NOT_ALLOWED_HERE


async def test_only_where_the_policy_allows_it_a_guest_may_choose_the_venue(
    services: Services, salon: Salon
) -> None:
    refused: Charged = await choose_venue((await booked(salon)).case)
    assert refused.decision.reason is Reason.NOT_ALLOWED_HERE
    either = await open_salon(services, PaymentPolicy.PAY_OR_VENUE, slug="either")
    chosen = await choose_venue((await booked(either)).case)
    assert chosen.payment
    assert chosen.payment.status is PaymentStatus.DUE_AT_VENUE


# --- late money


async def test_money_that_comes_after_the_release_brings_the_booking_back_if_it_is_free(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    guest = await failed(salon, gateway, Course.LATE_PAID)
    await waits(salon, gateway, 5 * MINUTE)
    assert await appointments(salon) == ["released"]
    await waits(salon, gateway, 6 * MINUTE)
    assert await appointments(salon) == ["confirmed"]
    assert await rows(salon.services.store, "SELECT status FROM payments") == [("paid",)]
    assert len(channel.texts(guest.peer)) == 3


async def test_money_for_a_slot_that_has_gone_needs_a_person_and_the_guest_is_told(
    salon: Salon, gateway: MemoryGateway, channel: MemoryChannel
) -> None:
    guest = await failed(salon, gateway, Course.LATE_PAID)
    await waits(salon, gateway, 5 * MINUTE)
    await (await salon.guest()).books("manicure", "amina", salon.at("14:15"))
    with capture_logs() as logs:
        await waits(salon, gateway, 6 * MINUTE)
    assert await rows(salon.services.store, "SELECT status FROM payments ORDER BY id LIMIT 1") == [
        ("paid_unfulfilled",)
    ]
    assert "payment.unfulfilled" in [line["event"] for line in logs]
    assert len(channel.texts(guest.peer)) == 3
    assert await double_bookings(salon.services.store) == 0


async def test_money_for_a_slot_that_only_a_lapsed_hold_blocks_brings_the_booking_back(
    salon: Salon, gateway: MemoryGateway
) -> None:
    await failed(salon, gateway, Course.LATE_PAID)
    await waits(salon, gateway, 5 * MINUTE)
    slow = await salon.guest()
    held = slow.appointment(
        "manicure",
        "amina",
        salon.at("14:15"),
        status=AppointmentStatus.HELD,
        hold_until=salon.clock.now() + MINUTE,
    )
    async with salon.services.store.begin(salon.id) as work:
        await work.appointments.add(held)
    salon.clock.advance(6 * MINUTE)
    for update in gateway.due_callbacks(salon.clock.now()):  # before any job has run
        assert await callback(salon.services, update)
    assert sorted(await appointments(salon)) == ["confirmed", "released"]


async def test_money_that_comes_while_another_guest_books_the_slot_never_books_it_twice(
    salon: Salon, gateway: MemoryGateway
) -> None:
    await failed(salon, gateway, Course.LATE_PAID)
    await waits(salon, gateway, 5 * MINUTE)
    other = await salon.guest()
    salon.clock.advance(6 * MINUTE)
    (update,) = gateway.due_callbacks(salon.clock.now())

    async def books() -> bool:
        asked = await other.asks_for("manicure", "amina", salon.at("14:15"))
        if asked.proposal is None:
            return False
        case = await other.says(Meaning.ACCEPT)
        return (await confirm(case, salon.catalogue, asked.proposal.id)).decision.allowed

    _, got_it = await asyncio.gather(callback(salon.services, update), books())
    first = "SELECT status FROM payments"
    paid = await one(salon.services.store, first) == "paid"
    assert paid is not got_it
    assert await double_bookings(salon.services.store) == 0


async def test_money_that_comes_late_settles_what_was_due_at_the_venue(
    services: Services, gateway: MemoryGateway
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_OR_VENUE)
    await failed(salon, gateway, Course.LATE_PAID)
    await waits(salon, gateway, 5 * MINUTE)
    await waits(salon, gateway, 6 * MINUTE)
    assert await rows(services.store, "SELECT status FROM payments ORDER BY id") == [
        ("paid",),
        ("cancelled",),
    ]
    assert await appointments(salon) == ["confirmed"]


async def test_a_paid_booking_moved_in_a_later_conversation_is_not_charged_again(
    salon: Salon, gateway: MemoryGateway
) -> None:
    guest = await salon.guest()
    paid = await guest.books("manicure", "amina", salon.at("14:00", days=5))
    await charged(guest)
    await waits(salon, gateway, 3 * SECOND)
    salon.clock.advance(timedelta(hours=25))
    received = await receive(salon.services, salon.id, "memory", guest.peer, "move it")
    assert received.thread.id != guest.thread_id
    later = Guest(salon, guest.customer_id, received.thread.id, guest.peer, guest.phone)
    asked = await propose_time(
        await later.says(),
        salon.catalogue,
        "manicure",
        "amina",
        salon.at("16:00", days=4),
        moves=paid,
    )
    assert asked.proposal
    moved = await confirm(await later.says(Meaning.ACCEPT), salon.catalogue, asked.proposal.id)
    assert moved.decision.allowed
    assert (await start(later.case)).decision.reason is Reason.NOTHING_TO_PAY


# --- asking the provider


async def test_a_silent_charge_is_asked_about_and_settled_by_the_answer(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.SILENT)
    payment = await charged(await booked(salon))
    await waits(salon, gateway, 34 * SECOND)
    assert (await payment_now(salon, payment.id)).queries == 0
    await waits(salon, gateway, SECOND)
    assert (await payment_now(salon, payment.id)).queries == 1
    await waits(salon, gateway, 40 * SECOND)
    current = await payment_now(salon, payment.id)
    assert (current.status, current.settled_by) == (PaymentStatus.PAID, "query")
    assert current.next_query_at is None


async def test_of_what_is_settled_nobody_asks_again(salon: Salon, gateway: MemoryGateway) -> None:
    payment = await charged(await booked(salon))
    await waits(salon, gateway, 3 * SECOND)
    settled = await payment_now(salon, payment.id)
    assert (settled.status, settled.next_query_at) == (PaymentStatus.PAID, None)
    await query(salon.services, salon.id, payment.id)
    assert await payment_now(salon, payment.id) == settled


async def test_a_query_that_says_failed_is_believed_for_good_only_after_two_minutes(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.QUERY_LIES_FAILED)
    guest = await booked(salon)
    payment = await charged(guest)
    await waits(salon, gateway, 35 * SECOND)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.FAILED
    assert (await start(guest.case)).decision.reason is Reason.RETRY_TOO_SOON
    await waits(salon, gateway, 55 * SECOND)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PAID
    assert await appointments(salon) == ["confirmed"]


async def test_the_reaper_settles_what_the_provider_knows_by_now(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.SILENT)
    payment = await charged(await booked(salon))
    salon.clock.advance(timedelta(hours=3))
    await reap(salon.services, salon.id, payment.id)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.PAID


async def test_the_reaper_hands_what_nobody_knows_to_a_person(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.TIMEOUT_LOST)
    payment = await charged(await booked(salon))
    salon.clock.advance(timedelta(hours=3))
    with capture_logs() as logs:
        await reap(salon.services, salon.id, payment.id)
    assert (logs[-1]["event"], logs[-1]["payment"]) == ("payment.needs_person", payment.id)
    assert (await payment_now(salon, payment.id)).status is PaymentStatus.UNKNOWN


async def test_a_payment_nobody_knows_is_nothing_to_do(salon: Salon) -> None:
    path = PaymentPath(salon.id, "nothing", "nothing")
    update = ChargeUpdate("ref", path, PaymentStatus.PAID, "0", AMOUNT, "R")
    assert not await callback(salon.services, update)
    await reap(salon.services, salon.id, "nothing")
    await query(salon.services, salon.id, "nothing")


async def test_a_charge_put_off_while_the_phone_is_busy_goes_out_afterwards(
    salon: Salon, gateway: MemoryGateway
) -> None:
    first, second = await booked(salon, "10:00"), await booked(salon, "14:00")
    async with salon.services.store.begin(salon.id) as work:
        await work.customers.change(second.customer_id, phone=first.phone)
    assert (await start(first.case)).decision.allowed
    await charge_due(salon.services, salon.id, second.thread_id)
    assert await charge_at(salon, second) == salon.clock.now() + timedelta(seconds=90)
    await waits(salon, gateway, timedelta(seconds=5))
    await waits(salon, gateway, timedelta(seconds=90))
    assert len(gateway.charges) == 2
