"""What became of an appointment is one class, or none (R7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jirani.rules.facts import AppointmentStatus as Is
from jirani.rules.facts import PaymentStatus as Paid
from jirani.rules.recovery.outcomes import Visit, pasts
from jirani.rules.recovery.score import Outcome

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
CUTOFF = 24 * HOUR
VISIT = Visit("a", NOW, Is.CONFIRMED, 100)


def became(visit: Visit) -> list[Outcome]:
    return [each.outcome for each in pasts([visit], CUTOFF)]


@pytest.mark.parametrize(
    ("status", "payments", "outcome"),
    [
        (Is.CONFIRMED, {Paid.PAID}, Outcome.SETTLED),
        (Is.COMPLETED, {Paid.FAILED, Paid.PAID}, Outcome.SETTLED),
        (Is.NO_SHOW, {Paid.PAID}, Outcome.SETTLED),
        (Is.CONFIRMED, set(), None),  # nothing is known yet
        (Is.HELD, {Paid.FAILED}, None),
        (Is.CONFIRMED, {Paid.DUE_AT_VENUE}, None),
        (Is.COMPLETED, {Paid.DUE_AT_VENUE}, None),
        (Is.RELEASED, {Paid.FAILED}, Outcome.VOIDED),
        (Is.RELEASED, set(), Outcome.VOIDED),
        (Is.RELEASED, {Paid.PAID_UNFULFILLED}, None),
        (Is.NO_SHOW, {Paid.EXPIRED}, Outcome.VOIDED),
        (Is.CANCELLED, {Paid.FAILED}, Outcome.VOIDED),
        (Is.CANCELLED, set(), None),  # before anybody was asked to pay
        (Is.CANCELLED, {Paid.REFUNDED}, Outcome.REFUNDED),
        (Is.MOVED, {Paid.PAID}, None),
        (Is.PROPOSED, set(), None),
        (Is.PROPOSED, {Paid.PAID}, None),
        (Is.COMPLETED, {Paid.FAILED}, Outcome.VOIDED),
        (Is.RELEASED, {Paid.PAID}, None),  # a person sorts that out (P1)
    ],
)
def test_each_visit_has_one_class_or_none(
    status: Is, payments: set[Paid], outcome: Outcome | None
) -> None:
    visit = replace(VISIT, status=status, payments=frozenset(payments))
    assert became(visit) == ([outcome] if outcome else [])
    assert became(replace(visit, price=0)) == []


@pytest.mark.parametrize(
    ("before", "outcome"),
    [(24 * HOUR, Outcome.REFUNDED), (23 * HOUR, Outcome.LATE_CANCEL), (None, Outcome.REFUNDED)],
)
def test_a_paid_cancellation_is_late_inside_the_cut_off(
    before: timedelta | None, outcome: Outcome
) -> None:
    cancelled = replace(
        VISIT,
        status=Is.CANCELLED,
        payments=frozenset({Paid.PAID}),
        cancelled_at=None if before is None else NOW - before,
    )
    assert became(cancelled) == [outcome]


def test_a_freed_slot_that_was_taken_and_never_paid_for_is_void() -> None:
    taken = replace(VISIT, status=Is.CANCELLED, source="slot_recovery")
    assert became(taken) == [Outcome.VOIDED]


def test_what_was_moved_took_its_payment_with_it() -> None:
    first = replace(VISIT, status=Is.MOVED, payments=frozenset({Paid.PAID}))
    second = replace(VISIT, id="b", status=Is.MOVED, moved_from="a")
    third = replace(VISIT, id="c", moved_from="b")
    assert [each.outcome for each in pasts([first, second, third], CUTOFF)] == [Outcome.SETTLED]
