"""Random histories: after every step laws hold, and a careful reader agrees (X2, X8-X12)."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from jirani.connectors.memory_gateway import Course
from jirani.rules.decision import ALLOWED
from jirani.rules.facts import PaymentPolicy
from jirani.rules.reading import Meaning
from tests.conftest import DATABASES
from tests.support.ground import Ground
from tests.support.histories import Histories
from tests.support.proving import Proved

pytestmark = pytest.mark.timeout(0)  # as it stops a test wherever it is, even in a task of Redis

FEW, MANY = 8, 50_000  # histories in every run, and steps of the proof on each database
BATCH = 10  # histories from one seed, as those that follow are often like those before
QUICK = settings(
    max_examples=FEW,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(
    QUICK,
    max_examples=BATCH,
    stateful_step_count=60,
    derandomize=False,
    phases=[Phase.generate, Phase.shrink],
    print_blob=True,
)
# What a proof must have come through, and how often at least on each database.
TAKEN = {
    "offers: new -> offered": 200,
    "offers: offered -> accepted": 50,
    "offers: offered -> declined (declined)": 10,
    "offers: offered -> expired (silence)": 100,
    "offers: offered -> withdrawn (superseded)": 20,
    "late yes: sold": 20,
    "late yes: refused": 20,
    "appointments: confirmed -> cancelled": 20,
    "appointments: confirmed -> moved": 20,
    "appointments: held -> released": 20,
    "payments: pending -> paid": 50,
    "payments: pending -> failed": 50,
    "payments: pending -> cancelled": 10,
    "payments: unknown -> paid": 2,
    "payments: unknown -> expired": 10,
    "payments: failed -> paid": 10,
    "a callback comes again": 50,
    "killed: ask": 20,
    "killed: yes": 20,
    "killed: offer": 20,
    "killed: pay": 20,
    "killed: jobs": 100,
}


@pytest.fixture(params=DATABASES)
def ground(
    request: pytest.FixtureRequest, anyio_backend: str, redis_socket: Path
) -> Iterator[Ground]:
    made = Ground(request.getfixturevalue(f"{request.param}_database"), redis_socket)
    yield made
    made.close()


def histories(ground: Ground, tally: "Counter[str]") -> type[Histories]:
    """Return the machine that plays on this ground."""

    class Played(Histories):
        def __init__(self) -> None:
            super().__init__(ground, tally)

    return Played


def test_in_random_histories_no_law_is_broken(ground: Ground, proved: Proved) -> None:
    tally: Counter[str] = Counter()
    run_state_machine_as_test(histories(ground, tally), settings=QUICK)
    proved(f"histories, {ground.name}: {tally['steps']} steps, no law broken")


@pytest.mark.proof
def test_in_long_random_histories_no_law_is_broken(ground: Ground, proved: Proved) -> None:
    tally: Counter[str] = Counter()
    number = 0
    while tally["steps"] < MANY:
        number += 1
        try:
            run_state_machine_as_test(seed(number)(histories(ground, tally)), settings=LONG)
        except BaseException as error:
            error.add_note(f"the histories of seed {number}, {ground.name}")
            raise
    rare = {name: tally[name] for name, least in TAKEN.items() if tally[name] < least}
    assert not rare, f"too rarely taken: {rare}"
    proved(f"histories, {ground.name}: {tally['steps']:,} steps, seeds 1-{number}, no law broken")
    for name, times in sorted(tally.items()):
        proved(f"histories, {ground.name}: {times:,} x {name}")


# --- that it bites: short histories, right as they are, and wrong without a guard


def allows(*_: Any, **__: Any) -> Any:
    return ALLOWED


def at_once(now: datetime, *_: Any) -> datetime:
    return now


async def keeps_quiet(*_: Any, **__: Any) -> None:
    """Do nothing."""


def offered(salon: Histories) -> None:
    salon.opens(PaymentPolicy.PAY_FIRST)
    salon.books_and_hears(0, ("manicure", "amina"), 0, None)


def nothing_is_said(salon: Histories) -> None:
    offered(salon)
    salon.answers(0, 0, Meaning.UNCLEAR, named=False, trouble=None)


def a_no(salon: Histories) -> None:
    offered(salon)
    salon.answers(0, 0, Meaning.DECLINE, named=False, trouble=None)


def too_late(salon: Histories) -> None:
    offered(salon)
    salon.time_passes(30, None)
    salon.time_passes(90, None)
    salon.answers(0, 0, Meaning.ACCEPT, named=True, trouble=None)


def a_third_charge(salon: Histories) -> None:
    offered(salon)
    salon.something_else(0, Course.FAILED)
    salon.time_passes(30, None)
    salon.time_passes(90, None)
    for _ in range(2):
        salon.time_passes(121, None)
        salon.asks_to_pay(0, None)
        salon.time_passes(1, None)


def a_charge_fails(salon: Histories, before: Callable[[], None] = lambda: None) -> None:
    salon.opens(PaymentPolicy.PAY_FIRST)
    salon.something_else(0, "dial")
    salon.something_else(0, Course.CANCELLED)
    salon.books_and_hears(0, ("manicure", "amina"), 0, None)
    salon.books_and_hears(0, ("haircut", "cora"), 4, None)
    salon.asks_to_pay(0, None)
    salon.time_passes(1, None)
    before()
    salon.time_passes(60, None)


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_what_was_charged_with_a_booking_that_has_gone_needs_no_five_minutes(
    ground: Ground,
) -> None:
    with played(ground) as salon:

        def one_goes() -> None:
            salon.the_sweeper_sleeps(1801)
            salon.books_and_hears(1, ("manicure", "amina"), 4, None)

        a_charge_fails(salon, one_goes)
        became = [(each.service_id, each.status) for each in salon.seen.appointments]
        assert sorted(became) == [
            ("haircut", "released"),
            ("manicure", "confirmed"),
            ("manicure", "released"),
        ]


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("history", "guard", "instead", "told"),
    [
        (nothing_is_said, "jirani.services.answering.consent", allows, "O1"),
        (a_no, "jirani.services.answering.let_go", keeps_quiet, "X8"),
        (too_late, "jirani.services.answering.may_revive", allows, "yes to an offer"),
        (a_third_charge, "jirani.services.charging.may_charge", allows, "X12"),
        (a_charge_fails, "jirani.services.settling.held_until", at_once, "no five minutes"),
    ],
)
def test_a_history_that_is_right_is_wrong_without_its_guard(
    ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
    history: Callable[[Histories], None],
    guard: str,
    instead: Any,
    told: str,
) -> None:
    with played(ground) as right:
        history(right)
    monkeypatch.setattr(guard, instead)
    with played(ground) as wrong, pytest.raises(AssertionError, match=told):
        history(wrong)


@contextmanager
def played(ground: Ground) -> Iterator[Histories]:
    machine = Histories(ground, Counter())
    try:
        yield machine
        machine.well = False  # what follows is not of interest
    finally:
        machine.teardown()
