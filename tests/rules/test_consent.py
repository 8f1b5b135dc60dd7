"""One yes is one consent, to one thing, from a later message (O1, O10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.consent import YES, Ask, Said, consent
from jirani.rules.decision import AGAIN, ALLOWED, Reason
from jirani.rules.reading import DECLINES, Meaning, Reading

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
ASK = Ask("o1", "t1", open=True, asked_seq=4, expires_at=SOON)
OTHER = replace(ASK, id="p1", asked_seq=3)
ACCEPTED = replace(ASK, open=False, settled_seq=5, accepted=True)
DECLINED = replace(ASK, open=False, settled_seq=5)


def said(
    meaning: Meaning | None = Meaning.ACCEPT,
    *,
    seq: int = 5,
    thread_id: str = "t1",
    handle: str | None = None,
) -> Said:
    return Said(thread_id, seq, Reading(meaning, handle=handle) if meaning else None)


def test_a_later_yes_to_the_one_open_ask_is_consent() -> None:
    assert consent(ASK, said(), [], NOW) == ALLOWED


@pytest.mark.parametrize(
    ("ask", "message", "others", "reason"),
    [
        (None, said(), [], Reason.UNKNOWN_HANDLE),
        (ASK, said(thread_id="t2"), [], Reason.OTHER_THREAD),
        (replace(ASK, open=False), said(), [], Reason.NOT_OPEN),
        (replace(ASK, expires_at=NOW), said(), [], Reason.EXPIRED),
        (ASK, said(None), [], Reason.NO_ACCEPTANCE),
        (ASK, said(Meaning.QUESTION), [], Reason.NO_ACCEPTANCE),
        (ASK, said(Meaning.DECLINE), [], Reason.NO_ACCEPTANCE),
        (ASK, said(seq=4), [], Reason.NOT_LATER_MESSAGE),
        (ASK, said(seq=3), [], Reason.NOT_LATER_MESSAGE),
        (ASK, said(), [replace(OTHER, open=False, settled_seq=5)], Reason.NO_ACCEPTANCE),
        (ASK, said(), [OTHER], Reason.WHICH_ONE),
        (ASK, said(handle="p1"), [OTHER], Reason.NO_ACCEPTANCE),
        (ASK, said(handle="p1"), [], Reason.NO_ACCEPTANCE),
    ],
)
def test_anything_less_is_refused_with_its_reason(
    ask: Ask | None, message: Said, others: list[Ask], reason: Reason
) -> None:
    decision = consent(ask, message, others, NOW)
    assert not decision.allowed
    assert decision.reason is reason
    assert decision.detail


def test_a_yes_that_names_one_of_two_open_asks_settles_that_one() -> None:
    assert consent(ASK, said(handle="o1"), [OTHER], NOW) == ALLOWED


@pytest.mark.parametrize(
    "other",
    [
        replace(OTHER, open=False, settled_seq=2, accepted=True),
        replace(OTHER, expires_at=NOW),
        replace(OTHER, thread_id="t2"),
        replace(OTHER, asked_seq=5),
    ],
    ids=["settled earlier", "lapsed", "in another thread", "asked only afterwards"],
)
def test_an_ask_that_the_message_cannot_mean_leaves_no_doubt(other: Ask) -> None:
    assert consent(ASK, said(), [other], NOW) == ALLOWED


def test_the_same_yes_again_changes_nothing_and_answers_the_same() -> None:
    assert consent(ACCEPTED, said(), [OTHER], SOON + timedelta(hours=1)) == AGAIN


def test_the_same_no_again_changes_nothing_and_answers_the_same() -> None:
    assert consent(DECLINED, said(Meaning.LATER), [], NOW, wants=DECLINES) == AGAIN


NO = {Meaning.DECLINE, Meaning.DECLINE_ALL, Meaning.LATER, Meaning.OPT_OUT}


@pytest.mark.parametrize("meaning", Meaning)
def test_every_way_of_saying_no_and_nothing_else_ends_what_was_asked(meaning: Meaning) -> None:
    assert consent(ASK, said(meaning), [], NOW, wants=DECLINES).allowed is (meaning in NO)


def test_what_a_message_put_off_is_open_and_may_still_be_ended_by_it() -> None:
    put_off = replace(ASK, settled_seq=5)
    assert consent(put_off, said(Meaning.LATER), [], NOW, wants=DECLINES) == ALLOWED


def test_a_message_that_declined_an_offer_never_accepts_it() -> None:
    assert consent(DECLINED, said(), [], NOW).reason is Reason.NOT_OPEN
    assert consent(DECLINED, said(Meaning.DECLINE), [], NOW).reason is Reason.NOT_OPEN


def test_a_message_that_accepted_an_offer_never_declines_it() -> None:
    decision = consent(ACCEPTED, said(Meaning.DECLINE), [], NOW, wants=DECLINES)
    assert decision.reason is Reason.NOT_OPEN


def test_a_later_yes_to_what_was_accepted_is_no_second_yes() -> None:
    assert consent(ACCEPTED, said(seq=7), [], NOW).reason is Reason.NOT_OPEN


seqs = st.integers(1, 4)
threads = st.sampled_from(["t1", "t2"])
moments = st.sampled_from([NOW - timedelta(seconds=1), NOW, NOW + timedelta(seconds=1)])


@st.composite
def asks(draw: st.DrawFn, id: str) -> Ask:
    is_open = draw(st.booleans())
    settled = draw(st.none() | seqs)  # an open one may have been deferred
    accepted = not is_open and settled is not None and draw(st.booleans())
    return Ask(id, draw(threads), is_open, draw(seqs), draw(moments), settled, accepted)


readings = st.builds(
    Reading,
    st.sampled_from([Meaning.ACCEPT, Meaning.ACCEPT, Meaning.DECLINE, Meaning.QUESTION]),
    handle=st.sampled_from([None, None, "o1", "p1"]),
)
messages = st.builds(Said, threads, seqs, st.none() | readings)


@given(asks("o1"), messages, st.lists(asks("p1"), max_size=2), st.sampled_from([YES, DECLINES]))
def test_consent_is_given_exactly_when_every_condition_holds(
    ask: Ask, message: Said, others: list[Ask], wants: frozenset[Meaning]
) -> None:
    reading = message.reading
    waiting = [
        other
        for other in others
        if other.open and other.expires_at > NOW
        if other.thread_id == message.thread_id and other.asked_seq < message.seq
    ]
    meant = reading is not None and reading.meaning in wants and ask.thread_id == message.thread_id
    first_time = (
        meant
        and ask.open
        and ask.expires_at > NOW
        and message.seq > ask.asked_seq
        and all(other.settled_seq != message.seq for other in others)
        and reading is not None
        and (reading.handle == "o1" or (reading.handle is None and not waiting))
    )
    again = (
        meant and not ask.open and ask.settled_seq == message.seq and ask.accepted == (wants is YES)
    )
    decision = consent(ask, message, others, NOW, wants=wants)
    assert decision.allowed == (first_time or again)
    assert (decision == AGAIN) == again


@given(messages, asks("o1"), asks("p1"))
def test_one_message_is_never_a_first_yes_to_two_asks(message: Said, one: Ask, two: Ask) -> None:
    if consent(one, message, [two], NOW) == ALLOWED:
        taken = replace(one, open=False, settled_seq=message.seq, accepted=True)
        assert not consent(two, message, [taken], NOW).allowed or two.settled_seq == message.seq
