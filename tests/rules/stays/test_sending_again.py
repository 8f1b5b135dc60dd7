"""An offer put off by its guest is asked once more, and never again (O10)."""

from dataclasses import replace
from typing import Any

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import Contact, OfferStatus, StayOffer
from jirani.rules.stays.sending import Step
from tests.support.stay_facts import DAY, EARLY, LATE, SETTINGS, local, offered, staying
from tests.support.stay_sending import FIRST, LAST, TERMS, found, sent


def deferred(**more: Any) -> StayOffer:
    row = offered(LATE, TERMS, local(6, 15, 9), local(6, 18, 23))
    return replace(row, status=OfferStatus.DEFERRED, due_at=local(6, 17, 9), **more)


ASKED = Prevention(
    offered=True,
    deferred_until=local(6, 15, 12),
    history=(Contact(local(6, 15, 9), True, "stay"),),
)


def test_a_deferred_offer_is_asked_once_more_on_its_own_terms() -> None:
    dearer = replace(SETTINGS[LATE], price=9900)
    answer = sent(LATE, local(6, 17, 9), row=deferred(), facts=ASKED, how=dearer)
    assert (answer.step, answer.terms) == (Step.SEND, TERMS)


def test_a_deferred_offer_is_never_asked_a_third_time_and_stays_open() -> None:
    row = deferred(asked_again=True)
    answer = sent(LATE, local(6, 17, 9), row=row, facts=ASKED)
    assert found(answer) == (Step.LEAVE, Reason.ALREADY_OFFERED)


def test_a_deferred_offer_that_is_postponed_stays_open_until_it_has_been_asked() -> None:
    history = (*ASKED.history, Contact(local(6, 16, 10), True, "stay"))
    held = sent(LATE, local(6, 17, 9), row=deferred(), facts=replace(ASKED, history=history))
    assert (held.step, held.postponed_to) == (Step.POSTPONE, local(6, 18, 10))
    assert held.expires_at == local(6, 19, 23)
    assert sent(EARLY, local(6, 7, 20)).expires_at is None


def test_a_time_the_guest_named_waits_for_no_spacing() -> None:
    facts = replace(ASKED, deferred_until=local(6, 16, 9), time_named=True)
    assert sent(LATE, local(6, 16, 9), row=deferred(), facts=facts).step is Step.SEND
    early = sent(LATE, local(6, 16, 8, 59), row=deferred(), facts=facts)
    assert (early.step, early.postponed_to) == (Step.POSTPONE, local(6, 16, 9))


def test_a_time_named_after_the_last_moment_is_never_asked_and_leaves_it_open() -> None:
    facts = replace(ASKED, deferred_until=local(6, 19, 12), time_named=True)
    answer = sent(LATE, local(6, 17, 9), row=deferred(), facts=facts)
    assert found(answer) == (Step.LEAVE, Reason.DEFERRED)
    answer = sent(
        LATE, local(6, 17, 9), row=deferred(), facts=replace(facts, deferred_until=local(6, 19, 11))
    )
    assert answer.step is Step.POSTPONE


def test_new_dates_withdraw_what_was_put_off() -> None:
    answer = sent(LATE, local(6, 17, 9), stay=staying(FIRST, LAST + DAY), row=deferred())
    assert found(answer) == (Step.WITHDRAW, Reason.DATES_CHANGED)
