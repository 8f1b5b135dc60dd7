"""What every history keeps: its salon, the rows as last seen, and who broke which law."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine
from structlog.testing import capture_logs
from structlog.typing import EventDict

from jirani.connectors.payments import ChargeUpdate
from jirani.rules.facts import Appointment, Catalogue, PaymentPolicy
from jirani.services.settling import callback
from jirani.store.holds import Hold
from scheduler.jobs import run_due
from tests.support.careful_reader import LIVE, Reader, of_time
from tests.support.ground import Ground
from tests.support.salon import Guest, Salon
from tests.support.seeing import Row, Seen, changed

Answer = TypeVar("Answer")
AGAIN = "again"
Trouble = int | str | None  # killed at that moment and done again; done again; no trouble
Act = Callable[[], Coroutine[Any, Any, object]]

SECOND, CELL = timedelta(seconds=1), timedelta(minutes=5)
LONGEST = timedelta(minutes=5)  # that a dead process's hold can live
ENOUGH = [130, 400, 700, 4000, 8000]  # seconds after which everything has settled


class Kept(RuleBasedStateMachine):
    """Does things with and without trouble, and judges the rows after each."""

    salon: Salon
    seen: Seen
    holds: list[Hold]

    def __init__(self, ground: Ground, tally: "Counter[str]") -> None:
        super().__init__()
        self.ground, self.tally = ground, tally
        self.guests: list[Guest] = []
        self.delivered: list[ChargeUpdate] = []
        self.asked_to_pay: set[str] = set()
        self.courses: set[str] = set()
        self.died: datetime | None = None
        self.well = False
        self._until = ExitStack()

    def begin(self, policy: PaymentPolicy) -> None:
        """Open the salon, and let three guests write in."""
        self.policy = policy
        self.logs: list[EventDict] = self._until.enter_context(capture_logs())
        self.salon = self._until.enter_context(self.ground.history(policy))
        self.guests = [
            *self.run(self.salon.guests(2)),
            *self.run(self.salon.guests(1, contact=False)),
        ]
        self.opens_at = self.salon.at("10:00")
        self.look()
        self.well = True

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count a step."""
        self.well = False
        self.tally["steps"] += 1
        self.tally[name] += 1
        yield
        self.well = True

    def run(self, doing: Coroutine[Any, Any, Answer]) -> Answer:
        """Run something to its end."""
        return self.ground.run(doing)

    def does(self, what: str, act: Act, trouble: Trouble = None, *, swept: bool = False) -> None:
        """Do something; killed in it, or told a second time, do it again; judge the rows."""
        with self.ground.death.at(trouble if isinstance(trouble, int) else None):
            self.run(act())
        if self.ground.death.reborn():
            self.tally[f"killed: {what}"] += 1
            self.died = self.now
            self.run(act())
        self.look(swept=swept)
        if trouble == AGAIN:
            before = self.seen
            self.run(act())
            self.look(swept=swept)
            overdue = any(p.next_query_at and p.next_query_at <= self.now for p in before.payments)
            # A provider that should have been asked twice meanwhile is asked once a run.
            assert overdue or self.seen == before, f"O4: {what} again: {changed(before, self.seen)}"

    def look(self, *, swept: bool = False) -> None:
        """See the rows and the holds as they are now, and judge them."""
        before = getattr(self, "seen", None)
        self.seen, broken = self.ground.look(swept=swept)
        self.holds = self.run(self.salon.services.holds.live(self.salon.id))
        assert not broken, broken
        failed = [each for each in self.logs if each["event"].endswith(".failed")]
        assert not failed, failed
        self.logs.clear()
        pushed = Counter(each.key for each in self.ground.gateway.charges)
        assert all(times == 1 for times in pushed.values()), f"P1: pushed twice: {pushed}"
        self._judge_holds()
        self._count(before)

    def _judge_holds(self) -> None:
        held = {(h.owner, h.staff_id, at) for h in self.holds for at in _cells(h.start, h.end)}
        known = set()
        for each in (*self.seen.appointments, *self.seen.offers):
            if each.status in ("proposed", "offered", *LIVE):
                mine = _cells(each.starts_at, each.busy_until)
                known |= {(each.thread_id, each.staff_id, at) for at in mine}
        assert self.doubtful or held <= known, f"X8: orphan holds {sorted(held - known)}"

    def holds_pair(self, offer: Row) -> bool:
        """Tell whether the slots of an offer and of its booking are held for its guest (X8)."""
        held = {(h.owner, h.staff_id, at) for h in self.holds for at in _cells(h.start, h.end)}
        pair = (offer, self.seen.one("appointments", offer.primary_id))
        return all(
            (offer.thread_id, each.staff_id, at) in held
            for each in pair
            for at in _cells(each.starts_at, each.busy_until)
        )

    def _count(self, before: Seen | None) -> None:
        for table in ("appointments", "offers", "payments", "sales"):
            old = {each.id: each.status for each in getattr(before, table, [])}
            for each in getattr(self.seen, table):
                if old.get(each.id) != each.status:
                    reason = f" ({each.reason})" if getattr(each, "reason", "") else ""
                    became = f"{table}: {old.get(each.id, 'new')} -> {each.status}{reason}"
                    self.tally[became] += 1

    @property
    def now(self) -> datetime:
        return self.ground.clock.now()

    @property
    def catalogue(self) -> Catalogue:
        return self.salon.catalogue

    @property
    def doubtful(self) -> bool:
        """Whether holds of a process that died may still be there."""
        return self.died is not None and self.now < self.died + LONGEST

    def reader(self) -> Reader:
        """Let a careful reader look at the rows as they are."""
        return Reader(self.seen, self.now, self.policy, self.doubtful)

    def passes(self, by: timedelta) -> None:
        """Let time pass; nothing is done yet."""
        self.ground.waits(by)
        self.look()

    def is_offer(self, asked: Row) -> bool:
        """Tell an offer from a proposal."""
        return hasattr(asked, "replaces")

    def asked(self, guest: Guest) -> list[Row]:
        """Return whatever was asked in a guest's thread, the newest last."""
        every = (*self.seen.proposals, *self.seen.offers)
        mine = (each for each in every if each.thread_id == guest.thread_id)
        return sorted(mine, key=lambda each: str(each.id))

    def asking(self) -> list[Guest]:
        """Return the guests who were asked something."""
        return [each for each in self.guests if self.asked(each)]

    def booked(self) -> list[tuple[Guest, Row]]:
        """Return the live appointments, each with its guest."""
        whose = {each.customer_id: each for each in self.guests}
        live = (each for each in self.seen.appointments if each.status in LIVE)
        return [(whose[each.customer_id], each) for each in live]

    def unoffered(self) -> list[Guest]:
        """Return the guests with a booking, and no offer yet, in their thread."""
        offered = {each.thread_id for each in self.seen.offers}
        booked = {each.thread_id for _, each in self.booked()}
        return [each for each in self.guests if each.thread_id in booked - offered]

    def waiting(self) -> bool:
        """Tell whether anything happens by itself."""
        seen = self.seen
        return (
            any(each.status == "open" for each in seen.proposals)
            or any(each.status == "offered" for each in seen.offers)
            or any(each.charge_at for each in seen.threads)
            or any(each.hold_until for each in seen.appointments)
            or any(each.next_query_at for each in seen.payments)
        )

    def sold_since(self, before: Seen) -> bool:
        """Tell whether anything was sold or booked meanwhile."""
        return len(self.seen.sales) > len(before.sales)

    def fact(self, row: Row) -> Appointment:
        """Read an appointment as the product does."""
        return self.run(self._fact(row.id))

    async def _fact(self, id: str) -> Appointment:
        async with self.salon.services.store.read(self.salon.id) as work:
            return await work.appointments.get(id)

    async def reprice(self, service_id: str, price: int) -> None:
        """Change a price from now on."""
        async with self.salon.services.store.begin(self.salon.id) as work:
            new = replace(self.catalogue.service(service_id), price=price)
            await work.catalogue.put_service(new)
            self.salon.catalogue = await work.catalogue.load()

    def turn(self, dial: str) -> None:
        """Turn a dial off, or on again."""
        value = "related-only" if getattr(self.salon.dials, dial) == "never" else "never"
        self.salon.dials = replace(self.salon.dials, **{dial: value})

    def teardown(self) -> None:
        """Let everything settle: nothing may be lost."""
        try:
            if self.well:
                self._settles()
        finally:
            self._until.close()

    def _settles(self) -> None:
        for seconds in ENOUGH:
            if self.waiting() or seconds == ENOUGH[-1]:
                self.passes(timedelta(seconds=seconds))
                self._work()
        assert not self.holds, f"X8: left behind: {self.holds}"
        for payment in self.seen.payments:
            waits = payment.status in ("pending", "unknown") and payment.receipt is None
            assert not waits, f"P1: {payment.id} is still {payment.status}"
        if self.died is None and "wrong_amount" not in self.courses:
            got = sum(p.amount for p in self.seen.payments if p.status.startswith("paid"))
            assert got == self.ground.gateway.taken(self.now), "money was taken and lost"

    def _work(self, trouble: Trouble = None) -> None:
        before = self.seen
        for update in self.ground.gateway.due_callbacks(self.now):
            self.delivered.append(update)
            self.does("callback", partial(callback, self.salon.services, update), trouble)
        self.does("jobs", lambda: run_due(self.salon.services), trouble, swept=True)
        told = list(of_time(before, self.seen, self.now, self.reader()))
        assert not told, told
        self._charged_in_time(before)

    def _charged_in_time(self, before: Seen) -> None:
        known = {each.id for each in before.payments}
        for payment in self.seen.payments:
            for offer in self.seen.offers:
                late = offer.thread_id == payment.thread_id and payment.id not in known
                if late and offer.reason == "silence" and payment.method != "venue":
                    due = offer.expires_at + 90 * SECOND
                    assert payment.created_at >= due, "X10: charged before its grace was over"


def _cells(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += CELL
