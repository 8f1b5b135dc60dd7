"""A payment provider in memory: tests, evals and the terminal chat decide what goes wrong."""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jirani.connectors.payments import Charge, ChargeAck, ChargeUpdate, Outcome, PaymentPath
from jirani.rules.facts import PaymentStatus

PAID, FAILED, CANCELLED = PaymentStatus.PAID, PaymentStatus.FAILED, PaymentStatus.CANCELLED


class Course(StrEnum):
    """How a charge goes."""

    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMEOUT_THEN_PAID = "timeout_then_paid"  # no answer, but the money is taken
    TIMEOUT_LOST = "timeout_lost"  # no answer, and no prompt either
    REJECTED = "rejected"
    SILENT = "silent"  # paid after a minute, no callback: only a query tells
    DUPLICATE = "duplicate"
    LATE_PAID = "late_paid"
    WRONG_AMOUNT = "wrong_amount"
    QUERY_LIES_FAILED = "query_lies_failed"  # queries say failed until the paid callback


Steps = tuple[tuple[timedelta, PaymentStatus], ...]

CODES = {PAID: "0", FAILED: "1", CANCELLED: "1032", PaymentStatus.PENDING: "pending"}
PAYING = timedelta(seconds=60)
LYING = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class _Script:
    """What one charge does, counted from its push: calls back, and answers queries."""

    callbacks: Steps = ()
    answers: Steps = ()
    ack: Outcome = Outcome.ACCEPTED
    short: int = 0  # how much less than asked for is taken, in minor units


@dataclass(frozen=True, slots=True)
class _Pushed:
    ref: str
    receipt: str
    charge: Charge
    at: datetime
    script: _Script

    def state(self, now: datetime) -> PaymentStatus:
        """Return what the provider would say of it by now."""
        said = [state for after, state in self.script.answers if self.at + after <= now]
        return said[-1] if said else PaymentStatus.PENDING

    def callback(self, state: PaymentStatus) -> ChargeUpdate:
        paid = state is PAID
        return ChargeUpdate(
            provider_ref=self.ref,
            payment_path=PaymentPath.parse(self.charge.callback_path),
            state=state,
            code=CODES[state],
            amount=self.charge.amount - self.script.short if paid else None,
            receipt=self.receipt if paid else None,
        )


class MemoryGateway:
    """The twin of a payment provider; it never calls back by itself: see `due_callbacks`.

    The next charge takes its course from `upcoming`, else from its phone in `by_phone`, else the
    default. `delay` lies between a push and its callback, `late` between a push and money that
    comes after a failure; both in the domain's time.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        default: Course | str = Course.PAID,
        delay: timedelta = timedelta(seconds=3),
        late: timedelta = timedelta(minutes=10),
        name: str = "memory",
        whole_units: bool = True,
    ) -> None:
        self.name = name
        self.whole_units = whole_units
        self.default = default
        self.by_phone: dict[str, Course | str] = {}
        self.upcoming: deque[Course | str] = deque()
        self.charges: list[Charge] = []
        self._clock = clock
        self._scripts = _scripts(delay, late)
        self._pushed: dict[str, _Pushed] = {}
        self._callbacks: list[tuple[datetime, ChargeUpdate]] = []

    async def charge(self, charge: Charge) -> ChargeAck:
        """Take a push, and the money as the script has it."""
        self.charges.append(charge)
        course = self.by_phone.get(charge.phone, self.default)
        script = self._scripts[Course(self.upcoming.popleft() if self.upcoming else course)]
        if script.ack is Outcome.REJECTED:
            return ChargeAck(Outcome.REJECTED, code="400.002.02", message="Bad Request")
        # From our key, so that two processes on one database never give the same receipt.
        mark = (
            f"{hashlib.blake2s(charge.key.encode(), digest_size=4).hexdigest()}{len(self.charges)}"
        )
        receipt = f"RC{mark.upper()}"
        pushed = _Pushed(f"ref-{mark}", receipt, charge, self._clock(), script)
        self._pushed[pushed.ref] = pushed
        for after, state in script.callbacks:
            self._callbacks.append((pushed.at + after, pushed.callback(state)))
        if script.ack is Outcome.UNKNOWN:
            return ChargeAck(Outcome.UNKNOWN, message="timed out")
        return ChargeAck(Outcome.ACCEPTED, pushed.ref, "0", "prompt queued")

    async def query(self, provider_ref: str) -> ChargeUpdate:
        """Tell how a charge stands by the clock."""
        pushed = self._pushed.get(provider_ref)
        if pushed is None:
            return ChargeUpdate(provider_ref, None, PaymentStatus.UNKNOWN, "not_found")
        state = pushed.state(self._clock())
        return ChargeUpdate(provider_ref, None, state, CODES[state])

    def due_callbacks(self, now: datetime) -> list[ChargeUpdate]:
        """Hand over, once and in order, the callbacks that are due by `now`."""
        due = sorted((one for one in self._callbacks if one[0] <= now), key=lambda one: one[0])
        self._callbacks = [one for one in self._callbacks if one[0] > now]
        return [update for _, update in due]

    def taken(self, now: datetime) -> int:
        """Return the money really taken by `now`, in minor units: what a double charge shows in."""
        paid = (one for one in self._pushed.values() if one.state(now) is PAID)
        return sum(one.charge.amount - one.script.short for one in paid)


def _scripts(delay: timedelta, late: timedelta) -> dict[Course, _Script]:
    now = timedelta(0)
    paid: Steps = ((delay, PAID),)
    failed: Steps = ((delay, FAILED),)
    cancelled: Steps = ((delay, CANCELLED),)
    failed_then_paid: Steps = (*failed, (late, PAID))
    return {
        Course.PAID: _Script(paid, paid),
        Course.FAILED: _Script(failed, failed),
        Course.CANCELLED: _Script(cancelled, cancelled),
        Course.TIMEOUT_THEN_PAID: _Script(paid, paid, ack=Outcome.UNKNOWN),
        Course.TIMEOUT_LOST: _Script(ack=Outcome.UNKNOWN),
        Course.REJECTED: _Script(ack=Outcome.REJECTED),
        Course.SILENT: _Script(answers=((PAYING, PAID),)),
        Course.DUPLICATE: _Script((*paid, (2 * delay, PAID)), paid),
        Course.LATE_PAID: _Script(failed_then_paid, failed_then_paid),
        Course.WRONG_AMOUNT: _Script(paid, paid, short=100),
        Course.QUERY_LIES_FAILED: _Script(((LYING, PAID),), ((now, FAILED), (LYING, PAID))),
    }
