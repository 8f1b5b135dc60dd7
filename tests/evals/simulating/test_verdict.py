"""Rows held against what a guest wanted: what is wrong, what is missing, and whose fault it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from random import Random

from evals.played import Played, Row, Seen
from evals.simulating.facts import Afterwards, Facts, Hours, Visit
from evals.simulating.guest import Guest
from evals.simulating.hearing import Asked, Menu, Question
from evals.simulating.persona import Manner
from evals.simulating.verdict import Verdict, judge

VISIT = Visit("Manicure", date(2026, 11, 24), Hours.of("14:00"))
JANE = Facts("Jane Wanjiku", "0712345678", VISIT, VISIT, ("a manicure",))
PAID = {"amount": Decimal(1200), "status": "paid", "items": ["Manicure"], "guest": "guest"}
CONTACT = {"name": "Jane Wanjiku", "phone": "+254712345678", "offers_stopped": False}


def booked(**otherwise: str) -> Row:
    return {
        "service": "Manicure",
        "staff": "Amina",
        "start": "2026-11-24T14:00",
        "status": "confirmed",
        "price": Decimal(1200),
        "source": "chat",
        "guest": "guest",
    } | otherwise


def verdict(
    rows: Sequence[Row],
    *,
    facts: Facts = JANE,
    payments: Sequence[Row] = (PAID,),
    agreed: Sequence[Question] = (),
    offered: Question | None = None,
) -> Verdict:
    guest = Guest(facts, Manner(), Menu((), ()), date(2026, 11, 21), Random(0))
    guest.agreed, guest.offered = list(agreed), offered
    end = Seen(contact={"guest": CONTACT})
    end.rows |= {"appointments": list(rows), "payments": list(payments)}
    return judge("guest", guest, Played(0, end))


def test_what_was_wanted_booked_and_paid_is_right() -> None:
    assert verdict([booked()]) == Verdict()


def test_nothing_booked_is_told_with_what_was_wanted() -> None:
    told = verdict([], payments=[])
    assert told.wrong == ()
    assert told.missing[0] == ("wanted Manicure on Tuesday 24 November at 14:00; booked is nothing")


def test_another_hour_is_a_row_nobody_wanted() -> None:
    told = verdict([booked(start="2026-11-24T15:00")])
    assert told.wrong == (
        "nobody wanted service Manicure, staff Amina, start 2026-11-24T15:00, status confirmed",
    )


def test_the_wrong_thing_agreed_to_word_for_word_is_the_simulators_fault() -> None:
    text = "Shall I book your Manicure with Amina for Tuesday 24 November at 15:00?"
    question = Question(Asked.BOOK, text, "p1", (), (), (), (), ("Yes", "No"))
    told = verdict([booked(start="2026-11-24T15:00")], agreed=[question])
    assert told.wrong == ()
    assert told.misled[0].startswith("said yes to service Manicure")


def test_a_second_booking_is_one_too_many() -> None:
    assert len(verdict([booked(), booked(staff="Wanjiru")]).wrong) == 1


def test_a_sale_is_wrong_unless_it_was_accepted_at_that_time() -> None:
    extra = booked(service="Pedicure", start="2026-11-24T14:45", source="cross_sell")
    offer = Question(
        Asked.EXTRA, "", "o1", ("Pedicure",), (), (), (frozenset({time(14, 45)}),), ("Yes", "No")
    )
    accepts = replace(JANE, extra="accept")
    assert verdict([booked(), extra], offered=offer).wrong
    assert not verdict([booked(), extra], facts=accepts, offered=offer).wrong
    later = extra | {"start": "2026-11-24T15:00"}
    assert verdict([booked(), later], facts=accepts, offered=offer).wrong
    assert verdict([booked()], facts=accepts, offered=offer).missing


def test_what_nobody_cancelled_moved_or_paid_twice_is_wrong() -> None:
    assert verdict([booked(), booked(status="cancelled")]).wrong
    assert verdict([booked(), booked(status="moved")]).wrong
    assert verdict([booked()], payments=[PAID, PAID]).wrong == ("the guest paid twice",)
    assert verdict([booked()], payments=[PAID | {"amount": Decimal(2700)}]).wrong


def test_a_cancellation_leaves_nothing() -> None:
    cancels = replace(JANE, afterwards=Afterwards("cancel"))
    assert verdict([booked(status="cancelled")], facts=cancels) == Verdict()
    assert verdict([booked()], facts=cancels).wrong
