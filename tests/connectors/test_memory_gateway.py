from datetime import UTC, datetime, timedelta

import pytest

from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.connectors.payments import Charge, Outcome, PaymentGateway, PaymentPath
from jirani.rules.facts import PaymentStatus

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PATH = PaymentPath("b1", "pay1", "t0")


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now

    def after(self, seconds: int) -> datetime:
        self.now = START + timedelta(seconds=seconds)
        return self.now


def charge(phone: str = "+254700000001") -> Charge:
    return Charge("k1", phone, 230000, "KES", "BK7Q2M", "Booking", str(PATH))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(clock: Clock) -> MemoryGateway:
    return MemoryGateway(clock)


async def push(gateway: PaymentGateway, course: Course, phone: str = "+254700000001") -> str:
    if isinstance(gateway, MemoryGateway):
        gateway.upcoming.append(course)
    ack = await gateway.charge(charge(phone))
    assert ack.outcome is Outcome.ACCEPTED
    assert ack.provider_ref
    return ack.provider_ref


def seen(gateway: MemoryGateway, at: datetime) -> list[tuple[PaymentStatus, int | None]]:
    return [(one.state, one.amount) for one in gateway.due_callbacks(at)]


async def test_by_default_a_charge_is_paid_three_seconds_later(
    gateway: MemoryGateway, clock: Clock
) -> None:
    ack = await gateway.charge(charge())
    assert gateway.due_callbacks(clock.after(2)) == []
    (update,) = gateway.due_callbacks(clock.after(3))
    assert update.payment_path == PATH
    assert update.provider_ref == ack.provider_ref
    assert update.receipt
    assert update.receipt.startswith("RC")
    assert (update.state, update.amount) == (PaymentStatus.PAID, 230000)
    assert gateway.due_callbacks(clock.now) == []
    assert gateway.charges == [charge()]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (Course.FAILED, [(PaymentStatus.FAILED, None)]),
        (Course.CANCELLED, [(PaymentStatus.CANCELLED, None)]),
        (Course.SILENT, []),
        (Course.DUPLICATE, [(PaymentStatus.PAID, 230000)] * 2),
        (Course.LATE_PAID, [(PaymentStatus.FAILED, None), (PaymentStatus.PAID, 230000)]),
        (Course.WRONG_AMOUNT, [(PaymentStatus.PAID, 229900)]),
        (Course.QUERY_LIES_FAILED, [(PaymentStatus.PAID, 230000)]),
    ],
)
async def test_each_course_calls_back_in_its_own_way(
    gateway: MemoryGateway,
    clock: Clock,
    course: Course,
    expected: list[tuple[PaymentStatus, int | None]],
) -> None:
    await push(gateway, course)
    assert seen(gateway, clock.after(3600)) == expected


async def test_a_time_out_may_have_taken_the_money(gateway: MemoryGateway, clock: Clock) -> None:
    gateway.upcoming.extend(["timeout_then_paid", "timeout_lost"])
    first, second = await gateway.charge(charge()), await gateway.charge(charge())
    assert (first.outcome, first.provider_ref) == (Outcome.UNKNOWN, None)
    assert (second.outcome, second.provider_ref) == (Outcome.UNKNOWN, None)
    assert seen(gateway, clock.after(3600)) == [(PaymentStatus.PAID, 230000)]
    assert gateway.taken(clock.now) == 230000


async def test_a_rejected_charge_takes_nothing(gateway: MemoryGateway, clock: Clock) -> None:
    gateway.by_phone["+254700000009"] = "rejected"
    ack = await gateway.charge(charge("+254700000009"))
    assert ack.outcome is Outcome.REJECTED
    assert gateway.taken(clock.after(3600)) == 0
    assert seen(gateway, clock.now) == []


async def test_a_silent_charge_is_found_out_by_asking(gateway: MemoryGateway, clock: Clock) -> None:
    ref = await push(gateway, Course.SILENT)
    clock.after(35)
    assert (await gateway.query(ref)).state is PaymentStatus.PENDING
    clock.after(75)
    answer = await gateway.query(ref)
    assert (answer.state, answer.amount, answer.receipt) == (PaymentStatus.PAID, None, None)


async def test_a_query_may_say_failed_before_the_money_is_known(
    gateway: MemoryGateway, clock: Clock
) -> None:
    ref = await push(gateway, Course.QUERY_LIES_FAILED)
    clock.after(35)
    assert (await gateway.query(ref)).state is PaymentStatus.FAILED
    assert seen(gateway, clock.after(90)) == [(PaymentStatus.PAID, 230000)]
    assert (await gateway.query(ref)).state is PaymentStatus.PAID


async def test_an_unknown_reference_is_answered_with_unknown(gateway: MemoryGateway) -> None:
    assert (await gateway.query("ref-9999")).state is PaymentStatus.UNKNOWN


async def test_the_next_course_comes_before_the_phone_and_the_phone_before_the_default(
    clock: Clock,
) -> None:
    gateway = MemoryGateway(clock, default="cancelled", delay=timedelta(0))
    gateway.by_phone["+254700000001"] = Course.FAILED
    await push(gateway, Course.PAID)
    await gateway.charge(charge())
    await gateway.charge(charge("+254700000002"))
    states = [state for state, _ in seen(gateway, clock.now)]
    assert states == [PaymentStatus.PAID, PaymentStatus.FAILED, PaymentStatus.CANCELLED]
