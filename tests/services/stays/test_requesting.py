"""What a guest asks for is offered once, and only on every guard's yes (U11, O4, O5, U4, U6)."""

from dataclasses import replace
from datetime import date, time
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import OfferStatus, Stay, StayOffer, Terms
from jirani.rules.stays.asked_first import Asked
from jirani.rules.stays.kinds import Product
from jirani.services import Case
from jirani.services.clock import Ids, SetClock
from jirani.services.stays import requesting
from jirani.services.stays.requesting import Request, _has_it, _requested, request_stay
from tests.support.one_row import OneRow, a_store, a_work
from tests.support.stay_facts import FLAT, LATE, SETTINGS, booked, local, offered

pytestmark = pytest.mark.anyio

CLOCK = SetClock(local(6, 18, 9))
ENDS = local(6, 19, 9)
TERMS = Terms(date(2026, 6, 20), 5000, "USD", wall=time(18), standard=time(11))
SEQ = 3
OFFER = replace(offered(LATE, TERMS, CLOCK.now(), ENDS), offered_seq=SEQ)
STAY = Stay(booked(date(2026, 6, 15), date(2026, 6, 20)), FLAT)
HAS = refuse(Reason.OPEN_OFFER, "The guest has it.")
MORE = refuse(Reason.OUT_OF_RANGE, "That is too much.")
YES = Asked(ALLOWED, TERMS, ENDS, (CLOCK.now(), ENDS))
services: Any = SimpleNamespace(clock=CLOCK, ids=Ids(CLOCK), contact=None)
house: Any = SimpleNamespace(id="lodge")
CASE = Case(services, house, house, "guest", "thread", SEQ)


@pytest.mark.parametrize(
    ("offer", "wish", "answer"),
    [
        (OFFER, ALLOWED, ALLOWED),  # this very message has asked for it before
        (replace(OFFER, offered_seq=SEQ - 1), ALLOWED, HAS),
        (replace(OFFER, offered_seq=SEQ - 1), MORE, MORE),
        (replace(OFFER, status=OfferStatus.DEFERRED), ALLOWED, HAS),
    ],
)
def test_who_has_it_hears_so_unless_this_message_asked_for_it(
    offer: StayOffer, wish: Decision, answer: Decision
) -> None:
    assert _has_it(CASE, offer, HAS, wish).decision is answer


def _says(answer: Any, *_: Any, **__: Any) -> Any:
    return answer


async def requested(patch: pytest.MonkeyPatch, **says: Any) -> tuple[Decision, bool]:
    """Ask for a late check-out; return the answer, and whether anything was offered."""
    offered: list[str] = []

    def answers(name: str, answer: Any) -> None:
        async def asked(*_: Any, **__: Any) -> Any:
            offered.append(name)
            return answer

        patch.setattr(requesting, name, asked)

    for name, answer in (
        ("sold_at", SETTINGS),
        ("claims_at", ()),
        ("prevention_of", None),
        ("_offer", None),
        ("take_claim", None),
    ):
        answers(name, answer)
    rules = {"described": ALLOWED, "kind_asked": LATE, "may_ask": YES, "in_range": ALLOWED}
    for name, said in (rules | {"prevention": ALLOWED} | says).items():
        if name != "heard":
            patch.setattr(requesting, name, partial(_says, said))
    rows = {"customers": SimpleNamespace(offers_stopped_at=None), "stay_sales": ()}
    request = Request(Product.LATER, heard=says.get("heard", False))
    answered = await _requested(CASE, a_work(**rows), STAY, request)
    return answered.decision, {"_offer", "take_claim"} <= set(offered)


@pytest.mark.parametrize(
    ("says", "reason", "is_offered"),
    [
        ({}, "clear", True),
        ({"described": refuse(Reason.NO_ZONE, "")}, "no_zone", False),
        ({"may_ask": Asked(HAS, open=replace(OFFER, offered_seq=1))}, "open_offer", False),
        ({"may_ask": Asked(HAS, open=OFFER), "in_range": MORE}, "clear", False),
        (
            {"may_ask": Asked(HAS, open=replace(OFFER, offered_seq=1)), "in_range": MORE},
            "out_of_range",
            False,
        ),
        ({"may_ask": replace(YES, decision=MORE)}, "out_of_range", False),
        ({"may_ask": replace(YES, terms=None)}, "clear", False),
        ({"may_ask": replace(YES, expires_at=None)}, "clear", False),
        ({"prevention": refuse(Reason.SPACING, "")}, "spacing", False),
        ({"prevention": refuse(Reason.SPACING, ""), "heard": True}, "clear", True),
    ],
)
async def test_one_no_is_enough_to_offer_nothing(
    monkeypatch: pytest.MonkeyPatch, says: dict[str, Any], reason: str, is_offered: bool
) -> None:
    decision, offered = await requested(monkeypatch, **says)
    assert (decision.reason, offered) == (reason, is_offered)


async def test_what_cannot_be_read_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    down, noted = refuse(Reason.PMS_UNAVAILABLE, "It does not answer."), OneRow()

    async def unread(*_: Any) -> Decision:
        return down

    monkeypatch.setattr(requesting, "read_again", unread)
    monkeypatch.setattr(requesting, "note_apart", noted.note_apart)
    asking = replace(CASE, services=replace_store(services))
    answered = await request_stay(asking, STAY.reservation, Request(Product.LATER))
    assert answered.decision is down
    assert len(noted.told("note_apart")) == 1


def replace_store(known: Any) -> Any:
    return SimpleNamespace(**vars(known), store=a_store())
