"""Each guard of a guest's answer holds by itself, whatever the others say (O1, O4, O10, U3, U6)."""

from dataclasses import replace
from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.rules.consent import Said
from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import OfferStatus, Stay, StayOffer, StaySale, Terms
from jirani.rules.reading import Meaning, Reading
from jirani.rules.stays.postponing import Deferral
from jirani.services import Case
from jirani.services.clock import Ids, SetClock
from jirani.services.stays import answering, deferring, taking_back
from tests.support.one_row import OneRow, a_store, a_work
from tests.support.stay_facts import FLAT, LATE, SETTINGS, booked, local, offered

pytestmark = pytest.mark.anyio

CLOCK = SetClock(local(6, 18, 9))
TERMS = Terms(date(2026, 6, 20), 5000, "USD", wall=time(18), standard=time(11))
OFFER = offered(LATE, TERMS, CLOCK.now(), local(6, 19, 9))
STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
SALE = StaySale("s", OFFER.id, 5000, "USD", "applied", CLOCK.now(), None, None, None, None)
NO = refuse(Reason.NO_ACCEPTANCE, "That was no answer to it.")
SEQ = 3


class Answer:
    """An offer, what the guest said, what each rule is made to say, and what came of it."""

    def __init__(self, patch: pytest.MonkeyPatch, offer: StayOffer | None = OFFER) -> None:
        self.patch, self.did = patch, list[str]()
        self.offers, self.sales = OneRow(offer, of_reservation=()), OneRow(SALE, of_reservation=())
        customer = SimpleNamespace(offers_stopped_at=None)
        self.rows = {
            "stay_offers": self.offers,
            "stay_sales": self.sales,
            "customers": customer,
            "reservations": STAY,
            "listings": FLAT,
        }
        services: Any = SimpleNamespace(
            clock=CLOCK, ids=Ids(CLOCK), store=a_store(**self.rows), execution=OneRow()
        )
        house: Any = SimpleNamespace(id="lodge")
        self.case = Case(services, house, house, "guest", "thread", SEQ)
        for module in (answering, deferring, taking_back):
            self.answers(module, "said", Said("thread", SEQ, None))
            self.answers(module, "note", None)
        self.answers(answering, "note_apart", None)

    def answers(self, module: Any, name: str, answer: Any) -> None:
        """Let whoever is asked answer that, and remember that they were."""

        async def asked(*_: Any, **__: Any) -> Any:
            self.did.append(name)
            return answer

        self.patch.setattr(module, name, asked)

    def says(self, module: Any, name: str, answer: Any) -> None:
        self.patch.setattr(module, name, lambda *_, **__: answer)

    def heard(self, module: Any, meaning: Meaning | None) -> None:
        reading = Reading(meaning) if meaning else None
        self.answers(module, "said", Said("thread", SEQ, reading))

    @property
    def settled(self) -> list[OfferStatus]:
        return [args[1] for args in self.offers.told("settle")]


@pytest.mark.parametrize("consented", [NO, AGAIN])
async def test_nobody_asks_the_pms_on_account_of_a_yes_that_was_not_said(
    monkeypatch: pytest.MonkeyPatch, consented: Decision
) -> None:
    answer = Answer(monkeypatch)
    answer.answers(answering, "_consented", consented)
    answer.answers(answering, "read_again", NO)
    assert (await answering.accept_stay(answer.case, OFFER.id)).decision is consented
    assert "read_again" not in answer.did


async def test_what_cannot_be_read_again_is_not_sold_u10(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer(monkeypatch)
    down = refuse(Reason.PMS_UNAVAILABLE, "It does not answer.")
    answer.answers(answering, "_consented", ALLOWED)
    answer.answers(answering, "read_again", down)
    assert (await answering.accept_stay(answer.case, OFFER.id)).decision is down


@pytest.mark.parametrize(
    ("offer", "says", "reason", "settled"),
    [
        (OFFER, {}, "clear", []),
        (None, {}, "unknown_handle", []),
        (OFFER, {"_consented": NO}, "no_acceptance", []),
        (OFFER, {"_consented": AGAIN}, "already_done", []),
        (replace(OFFER, terms=None), {}, "clear", []),
        (OFFER, {"_picked": refuse(Reason.OUT_OF_RANGE, "")}, "out_of_range", []),
        (
            OFFER,
            {"may_apply": refuse(Reason.SOMEBODY_ARRIVES, "")},
            "somebody_arrives",
            ["expired"],
        ),
        (OFFER, {"may_apply": refuse(Reason.NOT_PAID, "")}, "not_paid", []),
        (OFFER, {"may_apply": refuse(Reason.CALENDAR_STALE, "")}, "calendar_stale", []),
    ],
)
async def test_one_no_is_enough_to_sell_nothing(
    monkeypatch: pytest.MonkeyPatch,
    offer: StayOffer | None,
    says: dict[str, Decision],
    reason: str,
    settled: list[str],
) -> None:
    answer = Answer(monkeypatch, offer)
    answer.answers(answering, "_consented", says.get("_consented", ALLOWED))
    for name in ("_picked", "may_apply"):
        answer.says(answering, name, says.get(name, ALLOWED))
    answer.answers(answering, "sold_at", SETTINGS)
    answer.answers(answering, "claims_at", ())
    answer.answers(answering, "take_claim", None)
    answer.answers(answering, "_sell", answering.StayAnswered(ALLOWED, offer))
    work = a_work(**answer.rows)
    answered = await answering._accept(answer.case, work, Stay(STAY, FLAT), OFFER.id)
    assert answered.decision.reason == reason
    assert answer.settled == settled
    assert ("_sell" in answer.did) is (offer is OFFER and not says)


@pytest.mark.parametrize(
    ("offer", "picked", "sells"),
    [(OFFER, True, True), (OFFER, False, False), (replace(OFFER, terms=None), True, False)],
)
async def test_an_offer_that_ends_at_that_moment_is_not_sold_u7(
    monkeypatch: pytest.MonkeyPatch, offer: StayOffer, picked: bool, sells: bool
) -> None:
    answer = Answer(monkeypatch)
    answer.answers(answering, "queue_record", None)
    offers = OneRow(OFFER, picked=picked)
    work = a_work(**answer.rows | {"stay_offers": offers})
    answered = await answering._sell(answer.case, work, offer)
    assert answered.decision.reason is (Reason.CLEAR if sells else Reason.NOT_OPEN)
    assert len(answer.sales.told("sell")) == sells


@pytest.mark.parametrize(
    ("decision", "meaning", "settled", "to_all"),
    [
        (ALLOWED, Meaning.DECLINE, ["declined"], False),
        (ALLOWED, None, ["declined"], False),
        (ALLOWED, Meaning.DECLINE_ALL, [], True),
        (AGAIN, Meaning.DECLINE, [], False),
        (NO, Meaning.DECLINE, [], False),
        (NO, Meaning.DECLINE_ALL, [], False),
    ],
)
async def test_a_no_ends_what_it_is_said_to_and_only_once(
    monkeypatch: pytest.MonkeyPatch,
    decision: Decision,
    meaning: Meaning | None,
    settled: list[str],
    to_all: bool,
) -> None:
    answer = Answer(monkeypatch)
    answer.heard(answering, meaning)
    answer.says(answering, "consent", decision)
    answer.answers(answering, "no_to_all", None)
    assert (await answering.decline_stay(answer.case, OFFER.id)).decision is decision
    assert answer.settled == settled
    assert ("no_to_all" in answer.did) is to_all


DEFERRED = replace(OFFER, status=OfferStatus.DEFERRED, settled_seq=SEQ)


@pytest.mark.parametrize(
    ("offer", "decision", "due", "deferred"),
    [
        (OFFER, ALLOWED, True, True),
        (OFFER, ALLOWED, False, False),
        (OFFER, NO, True, False),
        (OFFER, AGAIN, True, False),
        (replace(OFFER, settled_seq=SEQ), ALLOWED, True, True),
        (replace(DEFERRED, settled_seq=SEQ - 1), ALLOWED, True, True),
        (DEFERRED, NO, True, False),  # this very message has put it off before
    ],
)
async def test_later_puts_off_once_for_each_time_it_is_said(
    monkeypatch: pytest.MonkeyPatch, offer: StayOffer, decision: Decision, due: bool, deferred: bool
) -> None:
    answer = Answer(monkeypatch, offer)
    answer.says(deferring, "consent", decision)
    at = local(6, 19, 9) if due else None
    answer.answers(deferring, "_later", (Deferral(at, at), False))
    found = await deferring.defer_stay(answer.case, OFFER.id)
    assert found.decision is (AGAIN if offer is DEFERRED else decision)
    assert len(answer.offers.told("defer")) == deferred


@pytest.mark.parametrize(
    ("means", "may", "reversed_"),
    [
        (ALLOWED, ALLOWED, True),
        (ALLOWED, AGAIN, False),
        (ALLOWED, NO, False),
        (NO, ALLOWED, False),
    ],
)
async def test_a_sale_is_taken_back_at_the_guests_word_within_the_hour_and_once(
    monkeypatch: pytest.MonkeyPatch, means: Decision, may: Decision, reversed_: bool
) -> None:
    answer = Answer(monkeypatch)
    answer.says(taking_back, "means_undo", means)
    answer.says(taking_back, "may_undo", may)
    answer.answers(taking_back, "sold_at", SETTINGS)
    answer.answers(taking_back, "queue_undo", None)
    found = await taking_back.undo_stay(answer.case, OFFER.id)
    assert found.decision is (may if means is ALLOWED else means)
    assert len(answer.sales.told("reverse")) == ("queue_undo" in answer.did) == reversed_
